"""Land: minimum waits of expropriation, registration. Pure data."""

from __future__ import annotations

import datetime as dt

from workflows.clock.days import CalendarDays, WorkingDays
from workflows.clock.rulebook.terms import ACCEPTED, BDC, LANDREG, LANDREG_FROM, art, period, wait

LAND = (
    wait(
        "land-pre-notice",
        LANDREG,
        art("26", "第二十六条"),
        WorkingDays(10),
        ("征收土地预公告时间不少于十个工作日", "The notice of intended expropriation stands at least ten working days"),
        LANDREG_FROM,
    ),
    wait(
        "land-compensation-notice",
        LANDREG,
        art("28", "第二十八条"),
        CalendarDays(30),
        (
            "征地补偿安置方案公告时间不少于三十日",
            "The compensation and resettlement plan is posted at least thirty days",
        ),
        LANDREG_FROM,
    ),
    period(
        "land-expropriation-notice",
        LANDREG,
        art("31", "第三十一条"),
        WorkingDays(15),
        (
            "自收到批准文件之日起十五个工作日内发布征收公告",
            "Post the expropriation within fifteen working days of approval",
        ),
        ("收到批准文件之日", "the day the approval arrives"),
        LANDREG_FROM,
    ),
    period(
        "bdc-20",
        BDC,
        art("20", "第二十条"),
        WorkingDays(30),
        ("自受理登记申请之日起三十个工作日内办结", "Finish registration within thirty working days of acceptance"),
        ACCEPTED,
        dt.date(2015, 3, 1),
    ),
)
