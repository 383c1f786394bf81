"""A calendar that remembers what it reckoned: a sweep asks the same few days a hundred thousand times."""

from __future__ import annotations

import datetime as dt

from workflows.clock.calendar import Calendar, Reckoned
from workflows.clock.days import CalendarDays, Span, WorkingDays


class QuickCalendar(Calendar):
    """The same calendar, each answer kept for as long as this object lives."""

    _answers: dict[tuple[str, dt.date, Span], Reckoned]
    _moved: dict[dt.date, Reckoned]

    @classmethod
    def of(cls, calendar: Calendar) -> QuickCalendar:
        """A remembering copy; days and versions are shared, nothing is read again."""
        found = cls.__new__(cls)
        found.__dict__.update(calendar.__dict__)
        found.__dict__["_answers"], found.__dict__["_moved"] = {}, {}
        return found

    def add(self, day: dt.date, span: Span) -> Reckoned:
        """As `Calendar.add`."""
        key = ("add", day, span)
        if key not in self._answers:
            self._answers[key] = super().add(day, span)
        return self._answers[key]

    def back(self, day: dt.date, span: WorkingDays | CalendarDays) -> Reckoned:
        """As `Calendar.back`."""
        key = ("back", day, span)
        if key not in self._answers:
            self._answers[key] = super().back(day, span)
        return self._answers[key]

    def next_workday(self, day: dt.date) -> Reckoned:
        """As `Calendar.next_workday`."""
        if day not in self._moved:
            self._moved[day] = super().next_workday(day)
        return self._moved[day]
