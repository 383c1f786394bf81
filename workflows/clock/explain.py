"""Why this date? Every civil day from the start to the end: counted or not, why, and which article says so.

Pure: no Django, no clock of the machine, no I/O.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from workflows.clock.calendar import Calendar
from workflows.clock.days import Bilingual
from workflows.clock.due import Count, Due, days_between, due
from workflows.clock.events import ClockEvent
from workflows.clock.grounds import ground as any_ground
from workflows.clock.history import Stop
from workflows.clock.rules import Rule

MFD_201 = Bilingual("民法典第二百零一条", "Civil Code Art. 201")
MFD_203 = Bilingual("民法典第二百零三条", "Civil Code Art. 203")
# What a deadline that is only tried out says for the number of its notice.
AS_TOLD = "as told"
XKF_82 = Bilingual("行政许可法第八十二条", "Administrative Licensing Law Art. 82")


@dataclass(frozen=True)
class Day:
    """One civil day of a period. `number`: the how-manieth counted day; `None` if it does not count.

    `why`: start, workday, make_up, day, weekend, holiday, stopped, moved. `is_due`: the period ends on it.
    `provisional`: no notice has settled yet what this day is.
    """

    date: dt.date
    counted: bool
    number: int | None
    why: str
    text: Bilingual
    article: Bilingual
    is_due: bool = False
    provisional: bool = False


def explain(events: Iterable[ClockEvent], rule: Rule, calendar: Calendar, until: dt.date | None = None) -> list[Day]:
    """The days of the statutory period of `rule`, see `explain_due`. Raises `events.BrokenHistory`."""
    return explain_due(due(events, rule, calendar), until)


def explain_due(found: Due, until: dt.date | None = None) -> list[Day]:
    """The days of a period: its start, then each day to its end, or to `until` while an open stop hides the end.

    Without `until` an open stop is explained to its announced end. Empty for a clock that has not started.
    """
    count = found.count
    if count is None:
        return []
    ends = [stop.expected_end for stop in found.history.stops if stop.last is None and stop.expected_end]
    last = found.date or until or max([count.start, *ends])
    days, number = [_start(count.start, found)], 0
    for day in days_between(count.start, last):
        full = number >= found.total
        if count.counts(day) and not full:
            number += 1
            days.append(_counted(day, number, found, count))
        else:
            days.append(_not_counted(day, found, count, full))
    return days


def _start(day: dt.date, found: Due) -> Day:
    text = Bilingual(f"起算日({found.rule.starts_from.zh}),不计入", f"Start ({found.rule.starts_from.en}): not counted")
    return Day(day, False, None, "start", text, MFD_201, is_due=day == found.date)


def _counted(day: dt.date, number: int, found: Due, count: Count) -> Day:
    why, text, article = "day", Bilingual(f"第{number}日", f"day {number}"), found.rule.citation
    if count.working:
        row = count.calendar.day(day)
        make_up = day.weekday() >= 5
        name = count.calendar.name(day)
        why = "make_up" if make_up else "workday"
        text = Bilingual(
            f"第{number}个工作日" + (f"({name.zh or '调休上班'})" if make_up else ""),
            f"working day {number}" + (f" ({name.en or 'make-up workday'})" if make_up else ""),
        )
        article = Bilingual(XKF_82.zh + (f",{row.notice_no}" if make_up and row.notice_no else ""), XKF_82.en)
    unsettled = count.working and not count.calendar.is_published(day)
    if unsettled:
        text = Bilingual(text.zh + ";当年放假安排未公布，暂定", text.en + "; the year is unpublished, provisional")
    is_due = day == found.date
    return Day(day, True, number, why, text, found.rule.citation if is_due else article, is_due, unsettled)


def _not_counted(day: dt.date, found: Due, count: Count, full: bool) -> Day:
    stop, is_due = count.stop_on(day), day == found.date
    if full:
        text = Bilingual("期限最后一日为节假日，顺延至节假日后的次日", "the last day fell on a holiday: moved on")
        return Day(day, False, None, "moved", text, MFD_203, is_due, not count.calendar.is_published(day))
    if stop is not None:
        return _stopped(day, stop, found)
    row, name = count.calendar.day(day), count.calendar.name(day)
    unsettled = not count.calendar.is_published(day)
    if row.name:
        article = Bilingual(f"{XKF_82.zh},{row.notice_no}" if row.notice_no else XKF_82.zh, XKF_82.en)
        text = Bilingual(f"{name.zh}放假，不计入", f"{name.en}: holiday, not counted")
        return Day(day, False, None, "holiday", text, article, is_due, unsettled)
    text = Bilingual("周末，不计入", "weekend, not counted")
    return Day(day, False, None, "weekend", text, XKF_82, is_due, unsettled)


def _stopped(day: dt.date, stop: Stop, found: Due) -> Day:
    # Only lawful stops are counted, but the ground may have gone with a version of the rule.
    ground = found.rule.ground(stop.ground) or any_ground(stop.ground)
    notice = stop.notice
    told = Bilingual(f"(告知书:{notice})", f" (notice {notice})") if notice != AS_TOLD else Bilingual("", "")
    text = Bilingual(f"{ground.name.zh},不计入{told.zh}", f"{ground.name.en}: not counted{told.en}")
    return Day(day, False, None, "stopped", text, ground.article)
