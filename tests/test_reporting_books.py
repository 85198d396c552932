"""The report over a book: each ticket by the policy that is for it, and what it says of several policies at once."""

from __future__ import annotations

import slaclock as sc
from desk import EXAMPLE, at, ticket, with_rules

NOW = at("2018-06-29 12:00")


def test_a_report_over_several_policies_is_not_named_after_one_of_them():
    acme, beta = (with_rules(name=name, applies_to={"customer": [name]}) for name in ("ACME", "Beta"))
    rest = with_rules(name="all")
    several = sc.report([], sc.PolicyBook([acme, beta, rest]), at=NOW)
    assert str(several).startswith("Service report: 3 policies\n")
    assert several.to_dict()["name"] == "3 policies"
    renewed = sc.PolicyBook([rest, with_rules(name="all", in_force_from="2018-04-01")])
    for policies in (rest, sc.PolicyBook([rest]), renewed):
        assert sc.report([], policies, at=NOW).name == "all"


def test_policies_of_one_name_are_told_apart_in_the_table_of_calendars():
    always = sc.WorkingCalendar.parse("24/7", timezone="Europe/London")
    own = with_rules(calendars={"always": always}, standards={})
    later = own.model_copy(update={"in_force_from": "2018-05-01"})
    book = sc.PolicyBook([own, later, own.model_copy(update={"name": "ACME", "applies_to": {"site": ["A"]}})])
    policies = {on.policy for on in sc.report([ticket()], book, at=NOW).calendars}
    assert policies == {EXAMPLE.name, f"{EXAMPLE.name} from 2018-05-01", "ACME"}
