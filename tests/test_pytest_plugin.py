"""The pytest plugin, in test runs of its own."""

from __future__ import annotations

from importlib.metadata import entry_points

import pytest

from corpus import BASE, CASES, CYCLE, changed

pytest_plugins = ["pytester"]
TWO_BAD = 'policy = "sla.toml"\n[cases]\na = { opened = "x" }\nb = {}\n'


@pytest.fixture
def desk(pytester):
    pytester.makefile(".toml", sla=BASE)
    return pytester


def cases(pytester, text, name="desk"):
    (pytester.path / f"{name}.sla.toml").write_text(text, encoding="utf-8")


def test_every_case_is_a_test(desk):
    cases(desk, 'policy = "sla.toml"\n' + CASES)
    found = desk.runpytest_subprocess("-v")
    found.assert_outcomes(passed=4)
    found.stdout.fnmatch_lines(["desk.sla.toml::Friday afternoon PASSED*", "desk.sla.toml::done in time PASSED*"])


def test_a_failing_case_shows_what_was_expected_and_the_ledger(desk):
    cases(desk, 'policy = "sla.toml"\n' + changed(CASES, [("2018-04-09 08:30", "2018-04-06 17:00")]))
    found = desk.runpytest_subprocess()
    found.assert_outcomes(passed=3, failed=1)
    found.stdout.fnmatch_lines([
        "*Friday afternoon*",
        "due: expected Fri 6 Apr 2018 17:00, got Mon 9 Apr 2018 08:30; the first stretch that tells: Fri 6 Apr*",
        "from *to *counted *total*why",
        "Fri 6 Apr 2018 15:00*1 h 30 min*service hours",
    ])  # fmt: skip
    assert "Traceback" not in found.stdout.str()


def test_a_failing_cycle_shows_which_and_its_ledger(desk):
    cycle = '"2018-04-09 10:00/2018-04-09 13:00 met"'
    cases(desk, 'policy = "sla.toml"\n' + changed(CASES, [(CYCLE, cycle)]))
    failed = desk.runpytest_subprocess()
    failed.assert_outcomes(passed=3, failed=1)
    failed.stdout.fnmatch_lines([
        "cycle 1, due: expected Mon 9 Apr 2018 13:00, got Mon 9 Apr 2018 12:00; the first stretch that tells: *",
        "done in time: incident P1, resolve within 0-2 hours, from Mon 9 Apr 2018 10:00*",
    ])  # fmt: skip


def test_a_case_that_the_policy_cannot_answer_fails(desk):
    cases(desk, 'policy = "sla.toml"\n' + changed(CASES, [('"P1", due', '"P9", due')]))
    found = desk.runpytest_subprocess()
    found.assert_outcomes(passed=3, failed=1)
    found.stdout.fnmatch_lines(["*'P9' is no priority of the policy '*'; use one of: P1, P2"])


def test_the_policy_may_be_named_in_the_configuration(desk):
    desk.makeini("[pytest]\nsla_policy = sla.toml\n")
    (desk.path / "inner").mkdir()
    (desk.path / "inner" / "desk.sla.toml").write_text(CASES, encoding="utf-8")
    desk.runpytest_subprocess().assert_outcomes(passed=4)


def test_a_folder_of_policies_is_a_book(desk):
    (desk.path / "policies").mkdir()
    acme = changed(BASE, [('name = "A desk"', 'name = "ACME"\napplies_to = { customer = "ACME" }'), ("0-2 ", "0-1 ")])
    for name, text in (("acme", acme), ("general", BASE)):
        (desk.path / "policies" / f"{name}.toml").write_text(text, encoding="utf-8")
    case = 'opened = "2018-04-09 10:00", priority = "P1", attributes = { customer = "ACME" }, due = "2018-04-09 11:00"'
    acmes = f"ACME = {{ {case} }}"
    cases(desk, 'policy = "policies"\n' + CASES.replace("[cases]", f"[cases]\n{acmes}", 1))
    desk.runpytest_subprocess().assert_outcomes(passed=5)
    (desk.path / "policies" / "acme.toml").write_text(
        changed(acme, [("Europe/London", "Asia/Tokyo")]), encoding="utf-8"
    )
    desk.runpytest_subprocess().stdout.fnmatch_lines([
        "due: expected Mon 9 Apr 2018 11:00, got *",
        "the ledger is in Asia/Tokyo, the zone of the policy 'ACME' that answers:",
    ])  # fmt: skip


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (CASES, "*desk.sla.toml names no policy; add policy = '...' to it, or the ini option sla_policy"),
        ('policy = "none.toml"\n' + CASES, "*cannot read *none.toml*"),
        (TWO_BAD, "*desk.sla.toml: cases.a.opened: 'x' is not a date*"),
        (TWO_BAD, "*desk.sla.toml: cases.b.opened: this field is missing*"),
        ("[cases", "*this is not TOML*"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_an_error_of_its_own(desk, text, message):
    cases(desk, text)
    found = desk.runpytest_subprocess()
    found.assert_outcomes(errors=1)
    found.stdout.fnmatch_lines([message])


def test_the_fixtures(desk):
    desk.makepyfile("""
        from datetime import UTC, datetime

        def test_fixtures(sla_policy, working_calendar):
            assert sla_policy.calendar is working_calendar
            assert working_calendar.is_open(datetime(2018, 4, 9, 12, tzinfo=UTC))
            assert sla_policy.name == NAME
    """)
    test = desk.path / "test_the_fixtures.py"
    text = test.read_text()
    test.write_text("NAME = 'ICT Services for Academy/Free Schools 2018/19'\n" + text)
    desk.runpytest_subprocess().assert_outcomes(passed=1)
    test.write_text("NAME = 'A desk'\n" + text)
    desk.makeini("[pytest]\nsla_policy = sla.toml\n")
    desk.runpytest_subprocess().assert_outcomes(passed=1)


def test_nothing_is_loaded_where_it_is_not_used(pytester):
    pytester.makepyfile("""
        import sys

        def test_plugin():
            assert "slaclock.pytest_plugin" in sys.modules
            loaded = [name for name in sys.modules if name.startswith(("slaclock.", "pydantic", "holidays"))]
            assert loaded == ["slaclock.pytest_plugin"]
    """)
    pytester.runpytest_subprocess("-p", "no:hypothesispytest").assert_outcomes(passed=1)


def test_the_plugin_is_found_by_its_entry_point():
    assert [each.value for each in entry_points(group="pytest11") if each.name == "slaclock"] == [
        "slaclock.pytest_plugin"
    ]
