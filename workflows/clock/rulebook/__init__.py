"""The time limits of Chinese law that a county's approvals run on, as data. Sources: DOMAIN.md 1.1-1.6, by article.

Adding or changing a limit is adding a row to one of these files: a change of law ends one version (`until`) and begins
the next. Pure data.
"""

from __future__ import annotations

from workflows.clock.days import CalendarDays, WorkingDays
from workflows.clock.rulebook.building import CONSTRUCTION, INVESTMENT
from workflows.clock.rulebook.environment import ENVIRONMENT
from workflows.clock.rulebook.land import LAND
from workflows.clock.rulebook.licensing import LICENSING, LOCAL

RULES = (*LICENSING, *LOCAL, *ENVIRONMENT, *LAND, *CONSTRUCTION, *INVESTMENT)

# The demo county's promises (承诺时限), in the range that published guides show; a county sets its own.
COUNTY_PROMISES: dict[str, WorkingDays | CalendarDays] = {
    "xkf-42": WorkingDays(10),
    "xkf-42-joint": WorkingDays(30),
    "xkf-44": WorkingDays(3),
    "eia-report": WorkingDays(10),
    "eia-form": WorkingDays(5),
    "construction-permit": WorkingDays(3),
    "bdc-20": WorkingDays(5),
    "enterprise-approval": WorkingDays(10),
}
