"""Pictures of calendars, tickets and reports, by Altair; each says its finding in its title.

Every function returns an Altair chart, which a notebook shows and `save` writes to a file. What a colour tells is told
by a shape, a place or a word too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from slaclock.calendar.base import Calendar, Closure
from slaclock.errors import InputError, MissingExtraError, PolicyError
from slaclock.figures.findings import WEEKDAYS, breach_hours, breaches_finding, periods_finding, standard_finding
from slaclock.figures.report_figures import ReportFigures, TicketFigures
from slaclock.figures.standards import StandardResult
from slaclock.formats.files import whole_file, write_whole
from slaclock.formats.models import unwritable
from slaclock.formats.tables import date_text, percent_text
from slaclock.policy.periods import Period
from slaclock.policy.shares import Percent, percent_number
from slaclock.temporal.durations import short_text
from slaclock.temporal.instants import from_micros, wall_to_micros
from slaclock.tickets.assessment import Assessment

__all__ = ["breaches", "compliance", "of_report", "save", "svg", "timeline", "year"]
_DARK, _MIDDLE, _LIGHT, _WARM = "#1f5f7f", "#7fa8bd", "#e4e9ec", "#b5482a"


def _altair() -> Any:
    try:
        import altair as alt
    except ImportError:
        raise MissingExtraError.for_extra("altair", "notebook") from None
    return alt


def compliance(report: ReportFigures, standard: str | None = None, policy: str | None = None) -> Any:
    """The share within target, period by period; of a service standard beside what it asks for, or of all tickets.

    Where several policies have a standard of the name, `policy` says whose is meant. Raises `PolicyError` for a
    standard that the report does not have.

    >>> import slaclock as sc
    >>> ticket = sc.Ticket(id="T1", priority="P1", opened="2018-04-09T10:00+01:00", resolved="2018-04-09T11:00+01:00")
    >>> compliance(sc.report([ticket], sc.Policy.example(), at="2018-06-29T12:00+01:00", period="month")).title.text
    '100 % of tickets were within target'
    """
    alt = _altair()
    wanted: Percent | None = None
    whose, what, chance = "", str(report.items), ""
    if standard is None:
        results: Sequence[TicketFigures | StandardResult] = report.by_period
    else:
        of_standard = _of_standard(report, standard, policy)
        whose = f" of {of_standard[0].policy}" if of_standard[0].policy else ""
        results, wanted, what = of_standard, of_standard[0].standard.share, standard
        chance = standard_finding(of_standard, report.period)
    results = [result for result in results if result.period is not None]
    rows = []
    for result in results:
        share = result.share
        if share is not None:
            attained = wanted is None or share * 100 >= wanted
            label = percent_text(share) + ("" if attained else " ✗")
            rows.append({"period": str(result.period), "share": float(share * 100), "decided": result.decided,
                         "attained": attained, "label": label})  # fmt: skip
    order = [str(result.period) for result in results]
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        x=alt.X("period:N", sort=order, title=report.period, axis=alt.Axis(labelAngle=0), scale=alt.Scale(domain=order))
    )
    bars = base.mark_bar(width={"band": 0.75}).encode(
        y=alt.Y("share:Q", title="within target, %", scale=alt.Scale(domain=[0, 100])),
        color=alt.condition("datum.attained", alt.value(_DARK), alt.value(_WARM)),
        tooltip=["period:N", "label:N", "decided:Q"],
    )
    # At the foot of the bars, where no line crosses them.
    ink = alt.condition("datum.share > 12", alt.value("white"), alt.value("black"))
    labels = base.mark_text(fontWeight="bold", y=205).encode(text="label:N", color=ink)
    layers = [bars, labels]
    if wanted is not None:
        line = alt.Chart(
            alt.InlineData(values=[{"share": float(wanted), "label": f"{percent_number(wanted)} % wanted"}])
        )
        layers.append(line.mark_rule(strokeDash=[6, 4], color="#222", strokeWidth=2).encode(y="share:Q"))
        layers.append(line.mark_text(align="left", dx=4, x="width").encode(y="share:Q", text="label:N"))
    title = _compliance_title(rows, wanted, what, whose, report, chance=chance)
    return alt.layer(*layers).properties(width=max(72 * len(order), 240), height=220, title=title)


def _of_standard(report: ReportFigures, standard: str, policy: str | None) -> list[StandardResult]:
    """The results of a service standard, period by period; of one policy, where several have one of the name."""
    results = [result for result in report.standards if result.name == standard and result.period is not None]
    if not results:
        known = ", ".join(dict.fromkeys(result.name for result in report.standards)) or "none"
        raise PolicyError(f"the report has no service standard {standard!r}", f"use one of: {known}")
    policies = dict.fromkeys(result.policy for result in results)
    if policy is None and len(policies) == 1:
        return results
    if policy not in policies:
        remedy = "leave the policy out" if "" in policies else f"give as policy one of: {', '.join(policies)}"
        problem = f"the report has no service standard {standard!r} of the policy {policy!r}"
        if policy is None:
            problem = f"several policies have a service standard {standard!r}"
        raise PolicyError(problem, remedy, value=policy)
    return [result for result in results if result.policy == policy]


def _compliance_title(
    rows: Sequence[dict[str, Any]],
    wanted: Percent | None,
    what: str,
    whose: str,
    report: ReportFigures,
    *,
    chance: str,
) -> Any:
    if not rows:
        return _title(f"No {what}{whose} were decided", "")
    lowest = min(rows, key=lambda row: row["share"])
    worst = f"lowest: {lowest['label'].removesuffix(' ✗')} in {lowest['period']}"
    if not lowest["attained"]:
        worst += "; ✗ is below the standard"
    if wanted is None:
        notes = [worst, periods_finding(report)] if len(rows) > 1 else []
        return _title(f"{percent_text(report.overall.share)} of {report.items} were within target", notes)
    attained = sum(row["attained"] for row in rows)
    periods = report.period if len(rows) == 1 else f"{report.period}s"
    return _title(f"The standard {what!r}{whose} was attained in {attained} of {len(rows)} {periods}", [worst, chance])


def breaches(report: ReportFigures) -> Any:
    """When tickets, or their cycles, ran out of time: for each weekday and hour a square with the breaches.

    Raises `MissingExtraError` without the extra `notebook`.

    >>> import slaclock as sc
    >>> ticket = sc.Ticket(id="T1", priority="P1", opened="2018-04-09T10:00+01:00")
    >>> breaches(sc.report([ticket], sc.Policy.example(), at="2018-06-29T12:00+01:00")).title.text
    'The one breach falls due on Mon from 12:00'
    """
    alt = _altair()
    rows = [
        {"weekday": WEEKDAYS[day], "hour": hour, "count": count}
        for day, hours in enumerate(report.breaches)
        for hour, count in enumerate(hours)
        if count
    ]
    shown = breach_hours(report)
    if shown is None:
        return _empty(breaches_finding(report))
    order = list(WEEKDAYS[: shown.days])
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        x=alt.X("hour:O", title="hour of the due time", scale=alt.Scale(domain=list(shown.hours)),
                axis=alt.Axis(labelAngle=0, labelExpr="(datum.value < 10 ? '0' : '') + datum.value")),
        y=alt.Y("weekday:N", sort=order, title=None, scale=alt.Scale(domain=order)),
    )  # fmt: skip
    largest = max(map(max, report.breaches))
    # No darker than the numbers on it can bear.
    shade = alt.Color(
        "count:Q", title="breaches", scale=alt.Scale(range=[_LIGHT, _MIDDLE], domain=[0, largest]), legend=None
    )
    chart = base.mark_rect(stroke="white").encode(color=shade) + base.mark_text(color="black").encode(text="count:Q")
    title = _title(breaches_finding(report), "by weekday and hour of the due time; the number in a square is how many")
    return chart.properties(width=34 * len(shown.hours), height=34 * len(order), title=title)


def timeline(assessment: Assessment) -> Any:
    """A ticket's time as one strip: what counted, what did not and why, and when it opened, was due and was done.

    Raises `MissingExtraError` without the extra `notebook`.

    >>> import slaclock as sc
    >>> ticket = sc.Ticket(id="T1", priority="P1", opened="2018-04-09T10:00+01:00", resolved="2018-04-09T11:00+01:00")
    >>> timeline(sc.assess(ticket, sc.Policy.example(), at="2018-04-09T12:00+01:00")).title.text
    'T1 met: due Mon 9 Apr 2018 12:00; done Mon 9 Apr 2018 11:00, 1 h left'
    """
    alt = _altair()
    ledger = assessment.explain("now")
    if assessment.due is not None and assessment.done is None and assessment.due > assessment.at:
        ledger = assessment.explain("due")
    rows = [{"start": _wall(row.start), "end": _wall(row.end), "why": row.why, "what": row.kind} for row in ledger]
    order = ["counted", "paused", "closed"]
    strip = alt.Chart(alt.InlineData(values=rows)).mark_bar(height=24).encode(
        x=alt.X("start:T", title=None, axis=alt.Axis(format="%a %d %b %H:%M", labelAngle=-30, tickCount=8)),
        x2="end:T",
        y=alt.Y("what:N", sort=order, title=None, scale=alt.Scale(domain=order)),
        color=alt.Color("what:N", scale=alt.Scale(domain=order, range=[_DARK, _WARM, _MIDDLE]), legend=None),
        tooltip=["why:N", "start:T", "end:T"],
    )  # fmt: skip
    begun = "opened" if assessment.started == assessment.ticket.opened else "started"
    instants = [(begun, assessment.started), ("due", assessment.due), ("done", assessment.done)]
    marks = [{"at": _wall(at), "label": name} for name, at in instants if at is not None]
    base = alt.Chart(alt.InlineData(values=marks)).encode(x="at:T")
    rules = base.mark_rule(strokeWidth=1.5).encode(strokeDash=alt.StrokeDash("label:N", legend=None))
    labels = base.mark_text(dy=-8, y=0, fontWeight="bold").encode(text="label:N")
    return alt.layer(strip, rules, labels).properties(
        width=640, height=110, title=_title(f"{assessment.ticket_id} {ledger.verdict}", ledger.title)
    )


def year(calendar: Calendar, period: Period) -> Any:
    """The days of a year, or of any period: working days, shorter ones, holidays by name and other closed days.

    Raises `MissingExtraError` without the extra `notebook`.

    >>> import slaclock as sc
    >>> policy = sc.Policy.example()
    >>> year(policy.calendar, policy.year("2018-06-29T12:00+01:00").period).title.text
    '253 working days and 7 holidays on them'
    """
    alt = _altair()
    usual = _usual(calendar, period)
    rows = []
    for day in _days(period):
        kind, name, sign = _day_kind(calendar, day, usual[day.weekday()])
        worked = usual[day.weekday()] > 0
        week = (day - timedelta(days=day.weekday())).isoformat()
        rows.append({"week": week, "weekday": WEEKDAYS[day.weekday()], "day": day.isoformat(), "kind": kind,
                     "name": name, "sign": sign, "worked": worked, "month": f"{day:%B %Y}"})  # fmt: skip
    kinds = ["working day", "short day", "holiday", "special day", "closed"]
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        x=alt.X("week:O", title=None, axis=alt.Axis(
            labelAngle=0, labelExpr="date(toDate(datum.value)) <= 7 ? timeFormat(toDate(datum.value), '%b %y') : ''",
            ticks=False, labelOverlap=False)),
        y=alt.Y("weekday:N", sort=list(WEEKDAYS), title=None),
        tooltip=["day:N", "kind:N", "name:N"],
    )  # fmt: skip
    colours = [_MIDDLE, _DARK, _WARM, "#8a6d1f", _LIGHT]
    squares = base.mark_rect(stroke="white").encode(
        color=alt.Color(
            "kind:N", title=None, scale=alt.Scale(domain=kinds, range=colours), legend=alt.Legend(orient="bottom")
        )
    )
    ink = alt.condition("datum.kind == 'working day' || datum.kind == 'closed'", alt.value("#222"), alt.value("white"))
    signs = base.mark_text(fontSize=9).encode(text="sign:N", color=ink)
    working = sum(row["kind"] in ("working day", "short day") for row in rows)
    named = [
        f"{date_text(date.fromisoformat(str(row['day'])))[:-5]} {row['name']}"
        for row in rows
        if row["kind"] == "holiday" and row["worked"]
    ]
    holidays = "1 holiday" if len(named) == 1 else f"{len(named)} holidays"
    note = [f"{period.label}: {date_text(period.first_day)} to {date_text(period.end_day - timedelta(days=1))}; "
            "½ a short day, H a holiday, S a special day"]  # fmt: skip
    note += [", ".join(named[at : at + 5]) for at in range(0, len(named), 5)]
    chart = squares + signs
    return chart.properties(
        width=14 * len({row["week"] for row in rows}), height=7 * 16,
        title=_title(f"{working} working days and {holidays} on them", note),
    )  # fmt: skip


def _usual(calendar: Calendar, period: Period) -> list[int]:
    """The commonest length of each weekday's working days; a desk may always close early on Fridays."""
    lengths: list[list[int]] = [[] for _ in WEEKDAYS]
    for day in _days(period):
        if length := _open_time(calendar, day):
            lengths[day.weekday()].append(length)
    return [max(set(worked), key=worked.count) if worked else 0 for worked in lengths]


def _days(period: Period) -> list[date]:
    return [period.first_day + timedelta(days=number) for number in range(period.days)]


def _open_time(calendar: Calendar, day: date) -> int:
    return sum(b - a for a, b in calendar.timetable.date_spans(day.toordinal()))


def _day_kind(calendar: Calendar, day: date, usual: int) -> tuple[str, str, str]:
    """What a day is, its name where it has one, and the sign for it."""
    length = _open_time(calendar, day)
    if length:
        return ("short day", short_text(length), "½") if length < usual else ("working day", short_text(length), "")
    noon = from_micros(wall_to_micros(day.toordinal(), 12 * 3_600_000_000, calendar.zone), calendar.zone)
    closure = calendar.closed_because(noon) or Closure("outside hours")
    if closure.kind == "holiday":
        return "holiday", closure.name, "H"
    return ("special day", closure.name, "S") if closure.kind == "special day" else ("closed", str(closure), "")


def of_report(report: ReportFigures) -> list[Any]:
    """The charts that a report's page shows.

    Raises `MissingExtraError` without the extra `notebook`.

    >>> import slaclock as sc
    >>> ticket = sc.Ticket(id="T1", priority="P1", opened="2018-04-09T10:00+01:00")
    >>> len(of_report(sc.report([ticket], sc.Policy.example(), at="2018-06-29T12:00+01:00")))
    2
    """
    _altair()
    charts = [compliance(report)] if any(figures.share is not None for figures in report.by_period) else []
    standards = dict.fromkeys((result.name, result.policy) for result in report.standards if result.decided)
    charts += [compliance(report, name, policy or None) for name, policy in standards]
    return [*charts, breaches(report)] if any(map(any, report.breaches)) else charts


def svg(chart: Any) -> str:
    """The chart as SVG text, drawn on this machine.

    Raises `MissingExtraError` without the extra `notebook`.

    >>> import slaclock as sc
    >>> policy = sc.Policy.example()
    >>> svg(year(policy.calendar, policy.year("2018-06-29T12:00+01:00").period)).startswith("<svg")
    True
    """
    try:
        import vl_convert
    except ImportError:
        raise MissingExtraError.for_extra("vl-convert-python", "notebook") from None
    specification = chart.to_dict()
    error = unwritable(specification)
    if error is not None:
        raise error
    text: str = vl_convert.vegalite_to_svg(specification)
    return text


def save(chart: Any, path: str | Path) -> None:
    """Write a chart to a `.svg`, `.png` or `.html` file; the HTML holds all that it needs and works offline.

    Raises `InputError` for another ending, or a path that cannot be written, and `MissingExtraError` without the
    extra `notebook`.

    >>> import pathlib, tempfile
    >>> import slaclock as sc
    >>> policy, file = sc.Policy.example(), pathlib.Path(tempfile.mkdtemp(), "year.svg")
    >>> save(year(policy.calendar, policy.year("2018-06-29T12:00+01:00").period), file)
    >>> file.read_text(encoding="utf-8").startswith("<svg")
    True
    """
    file = Path(path)
    kind = file.suffix.lower()
    if kind not in (".svg", ".png", ".html"):
        raise InputError(f"cannot tell what to write to {str(path)!r}", "name a .svg, .png or .html file")
    if kind == ".svg":
        write_whole(file, svg(chart))
        return
    svg(chart)  # says what is missing, if anything is
    options: dict[str, Any] = {"inline": True} if kind == ".html" else {"scale_factor": 2}
    with whole_file(file) as part:
        chart.save(str(part), format=kind[1:], **options)


def _title(text: str, note: str | Iterable[str]) -> Any:
    lines = [note] if isinstance(note, str) else list(note)
    return _altair().TitleParams(text, subtitle=[line for line in lines if line], anchor="start")


def _empty(text: str) -> Any:
    alt = _altair()
    return alt.Chart(alt.InlineData(values=[{}])).mark_text(text="").properties(title=text, width=240, height=20)


def _wall(at: Any) -> str:
    """The wall time, which a chart shows as it is."""
    return str(at.replace(tzinfo=None).isoformat())
