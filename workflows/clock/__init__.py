"""When: calendars, rules, clock events and due dates.

The law of time is pure: `days`, `calendar`, `rules`, `grounds`, `events`, `due`, `explain`, `three_dates`, `minimum`
and `deadline` know no Django, no clock of the machine and no I/O. Only `models` and `calendars` touch the database.
"""
