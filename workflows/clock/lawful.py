"""May this be done to the clock? Each refusal carries the law's own sentence in both languages.

Replay (`due`) never fails on an unlawful event, it gives it no effect; this module keeps such events from being
recorded. Pure: no Django, no clock of the machine, no I/O.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from workflows.clock.calendar import Calendar
from workflows.clock.days import Bilingual
from workflows.clock.due import due
from workflows.clock.events import ClockEvent, EventKind
from workflows.clock.history import replay
from workflows.clock.rules import Granter, Rule

REASONS: dict[str, Bilingual] = {
    "not_started": Bilingual("时限尚未起算", "The clock has not started."),
    "already_started": Bilingual("时限已经起算，不重新起算", "The clock runs already; it does not start anew."),
    "after_finish": Bilingual("时限已经办结", "The clock was finished before."),
    "nothing_stopped": Bilingual("没有正在进行的停表", "No stop is running."),
    "no_ground": Bilingual(
        "该事由不是法定停表事由，时限继续计算", "No law lets the clock stop on this ground; it keeps running."
    ),
    "no_notice": Bilingual(
        "未书面告知申请人，不得停表或延期",
        "Without a written notice to the applicant the clock neither stops nor grows.",
    ),
    "no_expected_end": Bilingual(
        "书面告知中应当写明所需时间",
        "The notice must tell how long the stop will take, with an end after its beginning.",
    ),
    "no_extension": Bilingual("本期限依法不得延长", "The law knows no extension of this limit."),
    "extended_already": Bilingual("延期次数已经用完", "Every extension that the law allows has been granted already."),
    "extension_too_long": Bilingual("延长天数超过法定上限", "The extension is longer than the law allows, or empty."),
    "extension_after_expiry": Bilingual(
        "期限届满后不得延期", "An extension is granted before the limit ends, not after."
    ),
    "extension_asked_too_late": Bilingual(
        "延期申请提出过晚，未在法定提前期之前", "The extension was asked for too late: the law wants it earlier."
    ),
    "wrong_granter": Bilingual("无权批准延期", "This person may not grant the extension."),
}


class Unlawful(Exception):
    """The law does not allow this act on the clock. `code` is a key of `REASONS`; operations map it to a 422."""

    def __init__(self, code: str, rule: Rule, detail: Bilingual | None = None) -> None:
        self.code = code
        self.rule = rule
        self.text = Bilingual(REASONS[code].zh + (detail.zh if detail else ""), _join(REASONS[code].en, detail))
        self.citation = rule.citation
        super().__init__(f"{self.text.en} ({self.citation.en})")


def _join(sentence: str, detail: Bilingual | None) -> str:
    return f"{sentence} {detail.en}" if detail else sentence


def lawful_grounds(rule: Rule) -> Bilingual:
    """The grounds that would be lawful, as a list in words."""
    return Bilingual(
        "、".join(ground.name.zh for ground in rule.grounds) or "无",
        ", ".join(ground.name.en for ground in rule.grounds) or "none",
    )


def check(
    event: ClockEvent,
    events: Iterable[ClockEvent],
    rule: Rule,
    calendar: Calendar,
    granter: Granter | None = None,
) -> None:
    """Refuse `event` if it would have no lawful effect on top of `events`.

    `granter`: in which capacity the person who extends acts; `None` for anyone else. Corrections are not judged here: a
    second person answers for them. Raises `Unlawful`, or `events.BrokenHistory` for a correction of nothing.
    """
    earlier = list(events)
    fresh = replace(event, id=max((e.id for e in earlier), default=0) + 1)
    if fresh.kind is EventKind.EXTEND:
        _check_extension(fresh, rule, granter)
    if fresh.kind is not EventKind.START and replay(earlier, rule).start is None:
        raise Unlawful("not_started", rule)
    unused = {e.id: why for e, why in due([*earlier, fresh], rule, calendar).unused}
    if fresh.id in unused:
        raise Unlawful(unused[fresh.id], rule, _detail(unused[fresh.id], rule))


def _check_extension(event: ClockEvent, rule: Rule, granter: Granter | None) -> None:
    if rule.extension is None:
        raise Unlawful("no_extension", rule)
    if granter is not rule.extension.granter:
        raise Unlawful("wrong_granter", rule, _detail("wrong_granter", rule))
    if not event.notice.strip():
        raise Unlawful("no_notice", rule)


def _detail(code: str, rule: Rule) -> Bilingual | None:
    if code == "no_ground":
        names = lawful_grounds(rule)
        return Bilingual(f"。法定事由:{names.zh}", f"Lawful grounds: {names.en}.")
    if code == "wrong_granter" and rule.extension:
        name = rule.extension.granter_name
        return Bilingual(f"。须由{name.zh}批准", f"Only {name.en} may.")
    return None


def latest_request(rule: Rule, ends: dt.date, calendar: Calendar) -> dt.date:
    """The last day on which an extension of a period ending `ends` may be asked for. Raises `Unlawful`."""
    if rule.extension is None:
        raise Unlawful("no_extension", rule)
    return calendar.back(ends, rule.extension.ask_before).date if rule.extension.ask_before else ends
