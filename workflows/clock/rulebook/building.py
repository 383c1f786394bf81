"""Investment approval and construction: permit, start report, their validity. Pure data."""

from __future__ import annotations

import datetime as dt

from workflows.clock.days import CalendarDays, Months, WorkingDays
from workflows.clock.grounds import ART_45, COMMISSIONED_REVIEW, PERMIT_GROUNDS
from workflows.clock.rulebook.terms import ACCEPTED, ENTINV, ENTINV_FROM, ISSUED, JZF, RECEIVED, art, extension, period
from workflows.clock.rules import Expiry, Granter, Kind

JZF_9 = art("9", "第九条")
CONSTRUCTION = (
    period(
        "construction-permit",
        JZF,
        art("8", "第八条"),
        CalendarDays(15),
        ("自收到申请之日起十五日内颁发施工许可证", "Issue the construction permit within fifteen days of receipt"),
        RECEIVED,
        dt.date(1998, 3, 1),
        until=dt.date(2019, 4, 22),
        grounds=PERMIT_GROUNDS,
        split_practice=True,
    ),
    period(
        "construction-permit",
        JZF,
        art("8", "第八条"),
        CalendarDays(7),
        ("自收到申请之日起七日内颁发施工许可证", "Issue the construction permit within seven days of receipt"),
        RECEIVED,
        dt.date(2019, 4, 23),
        grounds=PERMIT_GROUNDS,
        split_practice=True,
    ),
    period(
        "construction-start",
        JZF,
        JZF_9,
        Months(3),
        (
            "领证之日起三个月内开工；延期以两次为限，每次不超过三个月；逾期自行废止",
            "Start within three months of the permit; two extensions of at most three months; else it is void",
        ),
        ("领取施工许可证之日", "the day the permit is received"),
        dt.date(1998, 3, 1),
        kind=Kind.VALIDITY,
        on_expiry=Expiry.LAPSE,
        extension=extension(Months(3), Granter.AUTHORITY, JZF_9, times=2),
    ),
    period(
        "construction-report",
        JZF,
        art("11", "第十一条"),
        Months(6),
        (
            "批准开工报告后六个月未开工的，重新办理批准手续",
            "Not started for six months: the start report is approved anew",
        ),
        ("开工报告批准之日", "the day the start report is approved"),
        dt.date(1998, 3, 1),
        kind=Kind.VALIDITY,
        on_expiry=Expiry.LAPSE,
    ),
)

INVESTMENT = (
    period(
        "enterprise-approval",
        ENTINV,
        art("10", "第十条"),
        WorkingDays(20),
        (
            "自受理之日起二十个工作日内决定是否核准；经本机关主要负责人批准可延长，延长不超过四十个工作日",
            "Decide on approval within twenty working days; the head of the agency may add at most forty",
        ),
        ACCEPTED,
        ENTINV_FROM,
        grounds=(*COMMISSIONED_REVIEW, *ART_45),
        extension=extension(WorkingDays(40), Granter.AGENCY_HEAD, art("10", "第十条")),
    ),
    period(
        "enterprise-approval-validity",
        ENTINV,
        art("12", "第十二条"),
        Months(24),
        (
            "自核准之日起二年内未开工需延期的，期限届满三十个工作日前申请；只能延期一次，不超过一年",
            "Two years to start; one extension of at most a year, asked thirty working days before the end",
        ),
        ISSUED,
        ENTINV_FROM,
        kind=Kind.VALIDITY,
        on_expiry=Expiry.LAPSE,
        extension=extension(Months(12), Granter.AUTHORITY, art("12", "第十二条"), times=1, ask_before=WorkingDays(30)),
    ),
)
