"""Files are written whole or not at all, whoever writes them."""

from __future__ import annotations

import errno
import json
import os
import re
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest

import slaclock as sc
from desk import EXAMPLE, at
from slaclock import charts, errors
from slaclock.cli import main
from slaclock.cli.answer_files import answers_to, table_of_rows
from slaclock.cli.answer_rows import AnswerRow
from slaclock.formats.files import whole_file, whole_folder, write_whole

TICKET = sc.Ticket(id="T1", priority="P1", opened=at("2018-04-09 10:00"))
NOW = at("2018-04-09 14:00")
REPORT = sc.report([TICKET], EXAMPLE, at=NOW)
FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_two_writers_of_one_file_each_write_it_whole(tmp_path):
    path = tmp_path / "out.txt"
    with ExitStack() as stack:
        parts = [stack.enter_context(whole_file(path)) for _ in range(2)]
        assert len({*parts}) == 2
        for number, part in enumerate(parts):
            part.write_text(str(number) * 1_000)
        assert not path.exists()
    assert path.read_text() == "0" * 1_000  # which was the last to end
    assert list(tmp_path.iterdir()) == [path]


def fail_half_way(manager, write, error):
    with manager as part:
        write(part)
        raise error


@pytest.mark.parametrize("error", [KeyboardInterrupt(), FULL, ValueError("x"), SystemExit(1)])
def test_what_goes_wrong_leaves_what_was_there(tmp_path, error):
    path = tmp_path / "out.txt"
    write_whole(path, "before")
    expected = errors.InputError if error is FULL else type(error)
    with pytest.raises(expected) as caught:
        fail_half_way(whole_file(path, "--out"), lambda part: part.write_text("half"), error)
    if error is FULL:
        assert str(caught.value) == f"--out: cannot write {path} (No space left on device); check the path"
        assert caught.value.value == str(path)
    with pytest.raises(expected):
        fail_half_way(whole_folder(tmp_path / "folder"), lambda part: (part / "half").touch(), error)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_stale_parts_stop_no_one(tmp_path):
    (tmp_path / "q.part").mkdir()
    (tmp_path / "q.csv.part").mkdir()
    with whole_folder(tmp_path / "q") as part:
        (part / "a").touch()
    with answers_to(str(tmp_path / "q.csv")):
        pass
    assert [file.name for file in (tmp_path / "q").iterdir()] == ["a"]


def test_a_folder_is_new_or_empty(tmp_path):
    (tmp_path / "empty").mkdir()
    for name in ("empty", "a/b/new"):
        with whole_folder(tmp_path / name) as part:
            (part / "file").touch()
        with (
            pytest.raises(errors.InputError, match="is there already; name a new folder"),
            whole_folder(tmp_path / name),
        ):
            pass
    with pytest.raises(errors.InputError, match="is there already"), whole_folder(tmp_path / "late") as part:
        write_whole(tmp_path / "late", "someone was faster")
    with pytest.raises(errors.InputError, match="which is a folder; name a file"):
        write_whole(tmp_path / "empty", "x")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a", "empty", "late"]


@pytest.mark.skipif(sys.platform == "win32", reason="links and modes are those of POSIX")
def test_links_modes_and_devices_stay_what_they_are(tmp_path):
    path, link = tmp_path / "out.txt", tmp_path / "link"
    mask = os.umask(0o022)
    os.umask(mask)
    write_whole(path, "first")
    assert path.stat().st_mode & 0o777 == 0o666 & ~mask
    path.chmod(0o640)
    link.symlink_to(path)
    write_whole(link, b"second")
    assert (link.is_symlink(), path.read_text(), path.stat().st_mode & 0o777) == (True, "second", 0o640)
    write_whole("/dev/null", "x")
    assert not Path("/dev/null").is_file()
    write_whole(tmp_path / ("é" * 120), "x")  # a name as long as names may be


@pytest.mark.parametrize("kind", [".html", ".md", ".json"])
def test_a_report_is_written_whole(tmp_path, monkeypatch, kind):
    path = tmp_path / f"r{kind}"
    REPORT.save(path)
    before = path.read_bytes()
    monkeypatch.setattr(Path, "replace", _full)
    with pytest.raises(errors.InputError, match="No space left"):
        REPORT.save(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("kind", [".svg", ".png", ".html"])
def test_a_chart_is_written_whole(tmp_path, monkeypatch, kind):
    path = tmp_path / f"c{kind}"
    chart = charts.compliance(REPORT)
    charts.save(chart, path)
    before = path.read_bytes()
    monkeypatch.setattr(Path, "replace", _full)
    with pytest.raises(errors.InputError, match="No space left"):
        charts.save(chart, path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def _full(*_):
    raise FULL


@pytest.mark.parametrize("kind", [".csv", ".json", ".jsonl", ".parquet", ".xlsx"])
def test_answers_are_written_whole(tmp_path, kind):
    path = tmp_path / f"a{kind}"
    row = AnswerRow(
        *(
            {"id": "T1", "kind": "incident", "priority": "P1", "measure": "resolve", "state": "running"}.get(name)
            for name in AnswerRow._fields
        )
    )
    with answers_to(str(path)) as first, answers_to(str(path)) as second:
        first(table_of_rows([row, row], "UTC"))
        second(table_of_rows([row], "UTC"))
    before = path.read_bytes()  # that of the first, which ended last
    for error in (KeyboardInterrupt(), FULL, errors.InputError("a", "b", "t.csv")):
        with pytest.raises((KeyboardInterrupt, errors.InputError)) as caught:
            fail_half_way(answers_to(str(path)), lambda write: write(table_of_rows([row], "UTC")), error)
        assert "t.csv" not in str(caught.value) or str(caught.value) == "t.csv: a; b"
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_page_in_the_folder_of_the_policies_is_written_again(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("p").mkdir()
    write_whole("p/sla.toml", (Path(sc.__file__).parent / "example" / "sla.toml").read_bytes())
    for _ in range(2):
        assert main(["report", "--policy", "p", "--markdown", "p/r.md"]) == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["assess", "tickets.csv", "--out", "tickets.csv"], "--out: tickets.csv is read too; name another file"),
        (["assess", "tickets.csv", "--out", "./x/../tickets.csv"], "is read too"),
        (["assess", "tickets.csv", "--out", "link.csv"], "--out: link.csv is read too"),
        (["assess", "tickets.csv", "--out", "hard.csv"], "--out: hard.csv is read too"),
        (["assess", "tickets.csv", "--pauses", "pauses.csv", "--out", "pauses.csv"], "--out: pauses.csv is read too"),
        (["assess", "--events", "events.csv", "--mapping", "mapping.toml", "--out", "events.csv"], "is read too"),
        (["assess", "--engine", "duckdb", "*.parquet", "--out", "t.parquet"], "--out: t.parquet is read too"),
        (
            ["report", "tickets.csv", "--usage", "training.csv", "--json", "training.csv"],
            "--json: training.csv is read",
        ),
        (["report", "tickets.csv", "--policy", "sla.toml", "--html", "sla.toml"], "--html: sla.toml is read too"),
        (["report", "tickets.csv", "--policy", ".", "--html", "sla.toml"], "--html: sla.toml is read too"),
        (["report", "--html", "r", "--json", "./r"], "--json: ./r is the file of --html too; name another"),
    ],
)
def test_no_file_that_is_read_is_written_over(tmp_path, monkeypatch, capsys, words, message):
    monkeypatch.chdir(tmp_path)
    assert main(["example", "."]) == 0
    Path("x").mkdir()
    Path("t.parquet").touch()
    Path("link.csv").symlink_to("tickets.csv")
    os.link("tickets.csv", "hard.csv")
    before = {file: file.read_bytes() for file in Path().iterdir() if file.is_file()}
    assert main(words) == 2
    assert message in capsys.readouterr().err
    assert {file: file.read_bytes() for file in Path().iterdir() if file.is_file()} == before


def test_no_folder_is_called_as_standard_output_is(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["example", "-"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert re.match(r"slaclock: FOLDER: - stands for standard output, .*; name a ", said.err)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["html", "markdown", "json"])
def test_a_page_goes_alone_to_standard_output(tmp_path, monkeypatch, capsysbinary, name):
    monkeypatch.chdir(tmp_path)
    assert main(["report", f"--{name}", "page"]) == 0
    capsysbinary.readouterr()
    other = "json" if name == "html" else "html"
    assert main(["report", f"--{name}", "-", f"--{other}", "other"]) == 0
    said = capsysbinary.readouterr()
    assert said.out == Path("page").read_bytes()
    assert said.err == b"written to other\n"
    assert main(["report", f"--{name}", "-", f"--{other}", "-"]) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other", "page"]


@pytest.mark.parametrize("path", ["a\0b", "a\ud800b"])
def test_paths_that_no_file_can_have(tmp_path, monkeypatch, capsys, path):
    monkeypatch.chdir(tmp_path)
    assert main(["example", "."]) == 0
    before = sorted(Path().iterdir())
    chart = charts.compliance(REPORT)
    for write in (
        lambda: write_whole(path, "text"),
        lambda: REPORT.save(f"{path}.html"),
        lambda: REPORT.save(path, ".md"),
        lambda: charts.save(chart, f"{path}.svg"),
        lambda: charts.save(chart, f"{path}.html"),
    ):
        with pytest.raises(errors.InputError, match=r"no file can have the path 'a.*; check the path"):
            write()
    with pytest.raises(errors.InputError, match="no file can have the path"), whole_folder(path):
        pass
    for words in (
        ["assess", "--out", f"{path}.csv"],
        ["assess", path],
        ["assess", f"{path}.parquet"],
        ["assess", "tickets.csv", "--pauses", path],
        ["assess", "--events", path, "--mapping", "mapping.toml"],
        ["assess", "--events", "events.csv", "--mapping", path],
        ["explain", "T1", path],
        ["explain", "T1", f"{path}.parquet"],
        ["report", "tickets.csv", "--usage", path],
        ["report", "--html", path],
        ["due", "P1", "2018-04-09 10:00", "--policy", path],
        ["cases", "--suggest", path],
        ["diff", "sla.toml", "sla.toml", "--cases", path],
        ["diff", "sla.toml", "sla.toml", "--tickets", path],
        ["example", path],
    ):
        assert main(words) == 2, words
        assert "check the path" in capsys.readouterr().err
    assert sorted(Path().iterdir()) == before


def test_names_of_files_that_are_no_text(tmp_path):
    folder = os.fsencode(tmp_path)
    (tmp_path / "t.csv").write_text("id,priority,opened\nA,P1,2018-04-09 10:00\n")
    table = pa.table({"id": ["A"], "priority": ["P1"], "opened": ["2018-04-09 10:00"]})
    pa.parquet.write_table(table, tmp_path / "t.parquet")
    for kind in (b"csv", b"parquet"):
        os.rename(folder + b"/t." + kind, folder + b"/t\xff." + kind)
        words = [b"assess", b"t\xff." + kind, b"--at", b"2018-04-10 10:00", b"--out", b"o\xff." + kind]
        run = subprocess.run(
            [sys.executable, "-m", "slaclock", *words],
            cwd=tmp_path,
            env={**os.environ, "PYTHONIOENCODING": "utf-8:strict"},
            capture_output=True,
            check=True,
        )
        assert run.stdout.endswith(b"all 1 written to o\\udcff." + kind + b"\n")
        assert os.path.getsize(folder + b"/o\xff." + kind)


def test_a_pipe_is_written_to_as_it_is():
    words = [sys.executable, "-m", "slaclock", "report", "--json", "/dev/stdout"]
    printed = subprocess.run(words, capture_output=True, check=True).stdout.decode()
    assert json.loads(printed[printed.index("{\n") : printed.rindex("}") + 1])["later"] == 0


def test_pages_and_pictures_of_half_a_character(tmp_path):
    half = "x\ud800"
    named = sc.report([], sc.Policy.example().model_copy(update={"name": half}), at=at("2018-04-09 10:00"))
    named.save(tmp_path / "r.html")  # a page shows it, as it shows every sign that is none to be read
    assert "<title>Service report: x\\ud800</title>" in (tmp_path / "r.html").read_text(encoding="utf-8")
    (tmp_path / "r.html").unlink()
    with pytest.raises(errors.SlaClockError, match="half of a character"):
        named.save(tmp_path / "r.json")
    held = sc.Ticket(id=half, priority="P1", opened=at("2018-04-09 10:00"))
    chart = charts.timeline(sc.assess(held, sc.Policy.example(), at=at("2018-04-09 11:00")))
    for kind in (".svg", ".png", ".html"):
        with pytest.raises(errors.ModelError, match="half of a character"):
            charts.save(chart, tmp_path / f"c{kind}")
    assert list(tmp_path.iterdir()) == []
