"""The house's template builtins: dates, money, lights, icons, clock bar, three dates, flow chart.

Tags that need today read `request.now` from the context, so that a page stands on one reading of the clock.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from workflows.clock.calendars import calendar_for
from workflows.clockbar import ClockBar, draw, from_times
from workflows.flow.registry import recorded
from workflows.flowchart import Chart, chart_of
from workflows.offices.models import localized
from workflows.templatetags import acts, kinds, rowparts, words
from workflows.templatetags.law import law

register = template.Library()

LIGHTS: dict[str, Any] = {
    "past_statute": gettext_lazy("Past statute"),
    "past_promise": gettext_lazy("Past promise"),
    "due_soon": gettext_lazy("Due soon"),
    "on_track": gettext_lazy("On track"),
    "stopped": gettext_lazy("Clock stopped"),
    "not_started": gettext_lazy("Not started"),
    "closed": pgettext_lazy("light", "Closed"),
}

register.simple_tag(law, takes_context=True)
register.filter("act_word", acts.word)
register.filter("needs_sheet", acts.needs_sheet)
register.filter("cite", words.cited)
register.filter("weekday", words.weekday)
register.filter("working_days", words.working_days)
register.filter("days_left", words.left)
register.filter("money", words.money)
register.filter("month_word", words.month)
register.filter("kind_word", kinds.kind_word)
register.filter("particulars", kinds.particulars)
register.filter("finding_word", kinds.finding_word)
register.filter("finding_place", kinds.finding_place)
register.filter("file_size", words.file_size)


@register.filter
def money_number(wan: Any) -> str:
    """The number of an amount of 万元, for a figure."""
    return words.money_parts(wan)[0]


@register.filter
def share(part: Any, whole: Any) -> str:
    """`62.5`, of 35 and 56; the unit and the base stand beside it."""
    return words.per_cent(part, whole)


@register.filter
def unlocalized(number: Any) -> str:
    """A number for an SVG attribute: a point, never a comma."""
    return f"{number:g}"


@register.filter
def listed(names: Any) -> str:
    """Names in a row, as the reader's language separates them."""
    return localized("、", ", ").join(str(name) for name in names or ())


@register.simple_tag
def list_comma() -> str:
    """What stands between two names of a list that a template writes itself."""
    return localized("、", ", ")


@register.simple_tag
def localized_join(first: Any, second: Any) -> str:
    """Two words in a row: English keeps a space between them, Chinese none."""
    return localized("", " ").join((str(first), str(second)))


@register.filter
def record_lines(sign_off: Any) -> list[tuple[str, str]]:
    """(field, value) of the record that an answer wrote, such as a conference's, in the reader's language."""
    kept = sign_off.details.get("record") if sign_off.details else None
    lines = recorded(sign_off, kept) if kept else []
    if sign_off.act in acts.CLOCK_CORRECTIONS:
        lines.append((_("Instead"), acts.correction_words(sign_off.details)))
    return lines


@register.filter
def field(mapping: Any, key: str) -> Any:
    """A value of a mapping by a key that is itself a variable; empty when absent."""
    return (mapping or {}).get(key, "")


@register.filter
def post_label(seat: Any) -> str:
    """The post of a seat, in the reader's language."""
    return localized(seat.post_name, seat.post_name_en)


@register.filter
def office_label(seat: Any) -> str:
    """The office of a seat, in the reader's language."""
    return localized(seat.office_name, seat.office_name_en)


def _today(context: Any) -> dt.date | None:
    now = getattr(context.get("request"), "now", None)
    return words.civil(now) if now else None


@register.simple_tag(takes_context=True)
def day(context: Any, value: Any) -> str:
    """A date with its weekday: `04-18 周一`."""
    return words.day_words(value, _today(context))


@register.simple_tag(takes_context=True)
def bare_day(context: Any, value: Any) -> str:
    """A date alone: `04-18`."""
    return words.bare_day(value, _today(context))


@register.simple_tag(takes_context=True)
def stamp(context: Any, value: Any) -> str:
    """An instant: `04-15 08:40`."""
    return words.stamp(value, _today(context))


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """A drawing of our own sprite; decoration, its word stands beside it."""
    return _icon(name, css)


@lru_cache(maxsize=512)
def _icon(name: str, css: str) -> SafeString:
    sprite = static("kg/icons.svg")
    return format_html(
        '<svg class="kg-icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>', css, sprite, name
    )


@register.simple_tag
def light(name: str, days: int = 0, show_days: bool = True) -> SafeString:
    """Shape, word and colour; `days` over (working days) follow the word when the light is past a limit."""
    return rowparts.light(name, str(LIGHTS.get(name, name)), days if show_days else 0)


@register.simple_tag
def bar_state(code: str, word: str) -> SafeString:
    """How a bar stands: drawing and word."""
    return rowparts.state(code, word, icon)


@register.simple_tag
def bar_states(bars: Any) -> str:
    """Small states of several groups of bars, each with its title: [{title, state, word}]."""
    return format_html_join(
        "",
        "{} ",
        ((rowparts.state(bar["state"], f"{bar['title']} {bar['word']}", icon, " kg-small"),) for bar in bars),
    )


@register.simple_tag
def rung(number: int) -> SafeString:
    """The height on the ladder: as many bars as rungs, and the words."""
    return rowparts.rung(number)


def clock_sentence(bar: ClockBar) -> str:
    """What the clock bar shows, in a sentence, for those who do not see it."""
    if bar.accepted is None:
        return _("The clock has not started: the application is not accepted yet.")
    said = [_("Accepted %(day)s") % {"day": words.bare_day(bar.accepted, bar.today)}]
    stopped = sum(span.days for span in bar.spans if span.kind == "stopped")
    used = sum(span.days for span in bar.spans if span.kind == "used")
    said.append(_("used %(length)s") % {"length": words.working_days(used)})
    if stopped:
        said.append(_("stopped %(length)s") % {"length": words.working_days(stopped)})
    limits = ((_("promised"), bar.promised, bar.promised_at), (_("statutory"), bar.statutory, bar.statutory_at))
    for name, on, at in limits:
        if on is not None and at is not None:
            how = "" if bar.closed else " " + words.left(at - bar.today_at)
            said.append(f"{name} {words.bare_day(on, bar.today)}{how}")
    if bar.forecast is not None and not bar.closed:
        said.append(_("forecast %(day)s") % {"day": words.bare_day(bar.forecast, bar.today)})
    if bar.provisional:
        said.append(_("dates are provisional: next year's holidays are not published"))
    if bar.closed:
        said.append(pgettext("page", "closed"))
    return "；".join(said) + "。" if not words.english() else "; ".join(said) + "."


def _bar(clock: Any) -> ClockBar:
    return clock if isinstance(clock, ClockBar) else from_times(clock)


@register.simple_tag
def clock_bar_row(clock: Any) -> SafeString:
    """The small clock bar of a list row, 132 × 16. `clock`: a `ClockBar`, or the engine's `Times`."""
    bar = _bar(clock)
    return rowparts.clock_bar(bar, clock_sentence(bar))


@register.inclusion_tag("components/clock_bar.html")
def clock_bar(clock: Any) -> dict[str, Any]:
    """The full clock bar, as wide as its place and 58 high, with dates and one tick per working day."""
    bar = _bar(clock)
    drawing = draw(bar, 100.0, words=True)
    left_promised = None if bar.promised_at is None else max(0, bar.promised_at - bar.today_at)
    left_statutory = None if bar.statutory_at is None else max(0, bar.statutory_at - bar.today_at)
    return {
        "bar": bar,
        "drawing": drawing,
        "sentence": clock_sentence(bar),
        "left_promised": left_promised,
        "left_statutory": left_statutory,
        "marks": [(mark, words.bare_day(mark.on, bar.today)) for mark in drawing.marks],
        "forecast_late": bool(bar.forecast and bar.promised and bar.forecast > bar.promised),
    }


@register.inclusion_tag("components/three_dates.html", takes_context=True)
def three_dates(context: Any, clock: Any, why_url: str = "") -> dict[str, Any]:
    """Statutory, promised, forecast: always three, in this order; only the date that is the problem is coloured.

    `why_url`: the page that counts them day by day; each date leads there.
    """
    bar = _bar(clock)
    rows = [
        _date_row("statutory", _("Statutory limit"), bar.statutory, bar.statutory_at, bar),
        _date_row("promised", _("Promised"), bar.promised, bar.promised_at, bar),
        _date_row("forecast", _("Forecast"), bar.forecast, bar.forecast_at, bar),
    ]
    return {"rows": rows, "problem": _problem(bar), "bar": bar, "why_url": why_url, "request": context.get("request")}


def _date_row(kind: str, name: str, on: dt.date | None, at: int | None, bar: ClockBar) -> dict[str, Any]:
    left = None if at is None else at - bar.today_at
    said = words.left(left) if on is not None and not bar.closed else ""
    if kind == "forecast" and on is not None:
        said = _forecast_words(bar)
    if bar.stopped and kind != "forecast" and on is not None:
        said = _("moves with the stop")
    if on is None:
        waits = _("no limit in law") if bar.accepted else _("starts with acceptance")
        said = _("no forecast yet") if kind == "forecast" else waits
        said = pgettext("page", "closed") if bar.closed else said
    elif bar.provisional and not bar.closed:
        said = f"{said} · {_('provisional')}" if said else _("provisional")
    return {"kind": kind, "name": name, "on": on, "said": said, "today": bar.today}


def _forecast_words(bar: ClockBar) -> str:
    if bar.forecast_at is None or bar.promised_at is None:
        return ""
    late = bar.forecast_at - bar.promised_at
    if late > 0:
        return _("%(length)s after the promise") % {"length": words.working_days(late)}
    return _("within the promise")


def _problem(bar: ClockBar) -> tuple[str, str]:
    """(which date, its colour); empty when none is a problem."""
    if bar.closed or bar.accepted is None or bar.stopped:
        return "", ""
    if bar.statutory_at is not None and bar.statutory_at < bar.today_at:
        return "statutory", "breach"
    if bar.promised_at is not None and bar.promised_at < bar.today_at:
        return "promised", "late"
    if bar.forecast_at is not None and bar.promised_at is not None and bar.forecast_at > bar.promised_at:
        return "forecast", "warn"
    if bar.promised_at is not None and bar.promised_at - bar.today_at <= 1:
        return "promised", "warn"
    return "", ""


@register.inclusion_tag("components/flow_chart.html")
def flow_chart(page: Any) -> dict[str, Any]:
    """The flow chart of an application's own version, the current steps lit. `page`: the engine's `ApplicationPage`."""
    chart = page if isinstance(page, Chart) else chart_of(page)
    now = [box.title for box in chart.boxes if box.status == "now"]
    lit = _("Flow chart. Current step: %(steps)s.") % {"steps": localized("、", ", ").join(now)}
    said = lit if now else _("Flow chart.")
    return {"chart": chart, "sentence": said}


@register.filter
def act_icon(code: str) -> SafeString:
    """The round drawing before a timeline entry."""
    name, tone = acts.look(code)
    return format_html('<span class="kg-dot kg-dot-{}">{}</span>', tone or "plain", icon(name))


@register.filter
def verb_icon(code: str) -> SafeString:
    """The drawing on a decision's button."""
    return icon(acts.look(code)[0])


@register.inclusion_tag("components/timeline.html", takes_context=True)
def timeline(context: Any, page: Any) -> dict[str, Any]:
    """The sign-offs of an application, newest first, with grey rows where nothing happened for two working days."""
    calendar = calendar_for(page.application.county)
    entries = acts.with_gaps(page.sign_offs, calendar.count)
    return {"entries": entries, "request": context.get("request")}
