"""The drawings that stand in every row of a list, written by hand: light, rung, state, and the small clock bar.

A template of its own for each costs more than all else in a row (a context, a dozen conditions, a filter for every
number); fifty rows have a hundred of them.
"""

from __future__ import annotations

from collections.abc import Callable

from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from workflows.clockbar import ClockBar, Mark, Rect, draw
from workflows.templatetags import words

ROW_WIDTH, ROW_HEIGHT = 132, 16
# Every light has a shape of its own: colour alone says nothing to those who do not see it.
_SHAPES = {
    "on_track": '<circle cx="6" cy="6" r="5" fill="currentColor"/>',
    "due_soon": '<path d="M6 1l5.5 10H.5z" fill="currentColor"/>',
    "past_promise": '<path d="M1.5 1.5h9v9h-9z" fill="currentColor"/>',
    "past_statute": '<path d="M3.5 .5h5l3 3v5l-3 3h-5l-3-3v-5z" fill="currentColor"/>',
    "stopped": '<path d="M2.5 1.5h2.5v9H2.5zM7 1.5h2.5v9H7z" fill="currentColor"/>',
    "not_started": '<circle cx="6" cy="6" r="4.5" fill="none" stroke="currentColor" stroke-width="1.5"'
    ' stroke-dasharray="2.5 2"/>',
}
_STATES = {
    "cleared": ("kg-ok", "check-circle"),
    "running": ("kg-warn", "clock"),
    "not_needed": ("kg-quiet", "minus"),
    "lapsed": ("kg-late", "warn"),
    "missing": ("kg-late", "hand"),
}
_TICK = '<path d="M1.5 6.5l3 3l6-7" fill="none" stroke="currentColor" stroke-width="1.8"/>'
_HATCHED = {"stopped": 'fill="url(#kg-hatch-stop)"', "over": 'fill="url(#kg-hatch-over)"'}


def light(name: str, word: str, days: int) -> SafeString:
    """Shape, word and colour of a light; `days` (working days) follow the word unless 0."""
    tail = f" {escape(words.working_days(days))}" if days else ""
    return mark_safe(  # noqa: S308 - numbers, our own shapes, and escaped words
        f'<span class="kg-light kg-light-{escape(name)}"><svg viewBox="0 0 12 12" aria-hidden="true" focusable="false">'
        f"{_SHAPES.get(name, _TICK)}</svg>{conditional_escape(word)}{tail}</span>\n"
    )


def state(code: str, words: str, icon: Callable[[str], str], css: str = "") -> SafeString:
    """How a bar of the route stands: a drawing and words, never colour alone; `code` is a key of `_STATES`."""
    look, name = _STATES.get(code, ("kg-late", "hand"))
    return mark_safe(  # noqa: S308 - our own classes and drawing, and escaped words
        f'<span class="kg-state{css} {look}">{icon(name)}{conditional_escape(words)}</span>'
    )


def rung(number: int) -> SafeString:
    """The height on the ladder, 1 to 4: as many bars filled as rungs, and the words."""
    filled, empty = ' fill="currentColor"', ' fill="none" stroke="currentColor" stroke-width=".8"'
    bars = "".join(
        f'<rect x="{n * 4.6}" y="{10 - n * 3}" width="3.4" height="{4 + n * 3}" rx=".8"'
        f"{filled if n < number else empty}/>"
        for n in range(4)
    )
    word = escape(_("Rung %(n)s") % {"n": number})
    return mark_safe(  # noqa: S308 - numbers and an escaped word
        f'<span class="kg-rung kg-rung-{number}"><svg viewBox="0 0 18 14" aria-hidden="true" focusable="false">'
        f"{bars}</svg>{word}</span>\n"
    )


def clock_bar(bar: ClockBar, sentence: str) -> SafeString:
    """The small clock bar of a list row. The patterns of its hatching stand once a page, in clock_defs.html."""
    drawing = draw(bar, ROW_WIDTH - 4)
    rail = ""
    if drawing.rail:
        first, last = drawing.rail
        rail = f'<line class="kg-clock-rail" x1="{first:g}" x2="{last:g}" y1="8" y2="8"/>'
    provisional = " kg-clock-provisional" if bar.provisional else ""
    inside = "".join(
        (rail, *(_rect(rect) for rect in drawing.rects), *(_mark(mark, provisional) for mark in drawing.marks))
    )
    return mark_safe(  # noqa: S308 - numbers, our own classes, and an escaped sentence
        f'<svg class="kg-clock" width="{ROW_WIDTH}" height="{ROW_HEIGHT}" role="img" aria-label="{escape(sentence)}">'
        f"{inside}</svg>\n"
    )


def _rect(rect: Rect) -> str:
    look = _HATCHED.get(rect.kind) or f'class="kg-clock-{rect.kind}"'
    return f'<rect {look} x="{rect.x:g}" y="3" width="{rect.width:g}" height="10"/>'


def _mark(mark: Mark, provisional: str) -> str:
    x = f"{mark.x:g}"
    if mark.kind == "promised":
        return f'<line class="kg-clock-promise{provisional}" x1="{x}" x2="{x}" y1="0" y2="16"/>'
    if mark.kind == "statutory":
        return (
            f'<line class="kg-clock-statute" x1="{x}" x2="{x}" y1="3" y2="13"/><svg x="3" overflow="visible">'
            f'<line class="kg-clock-statute{provisional}" x1="{x}" x2="{x}" y1="3" y2="13"/></svg>'
        )
    return ""
