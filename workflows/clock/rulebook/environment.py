"""Environmental impact assessment, under the law of 2003 and, from 2026-08-15, under the Code. Pure data."""

from __future__ import annotations

import datetime as dt
from typing import Any

from workflows.clock.days import Bilingual, CalendarDays, Months, WorkingDays
from workflows.clock.grounds import EIA_GROUNDS
from workflows.clock.rulebook.terms import (
    CODE,
    CODE_FROM,
    DECIDED,
    EIA,
    EIA_FROM,
    EIA_UNTIL,
    EIAREG,
    EIAREG_FROM,
    GUIDE,
    MEE14,
    RECEIVED,
    art,
    period,
    wait,
)
from workflows.clock.rules import Expiry, Kind, Rule

EIA_22 = art("22", "第二十二条")


def _eia(id_: str, days: int, zh: str, new: str, en: str) -> tuple[Rule, Rule]:
    """An EIA decision limit under the old law and, from 2026-08-15, under the Code: same days, no extension."""
    common: dict[str, Any] = {"grounds": EIA_GROUNDS, "split_practice": True}
    text = (f"自收到环境影响{zh}之日起{days}日内作出审批决定", f"Decide on the EIA {en} within {days} days of receipt")
    code = (f"自收到{new}之日起{days}日内作出审批决定", text[1])
    return (
        period(id_, EIA, EIA_22, CalendarDays(days), text, RECEIVED, EIA_FROM, until=EIA_UNTIL, **common),
        period(id_, CODE, art("102", "第一百零二条"), CalendarDays(days), code, RECEIVED, CODE_FROM, **common),
    )


ENVIRONMENT = (
    *_eia("eia-report", 60, "报告书", "生态环境影响报告书", "report"),
    *_eia("eia-form", 30, "报告表", "生态环境影响报告表", "form"),
    period(
        "eia-recheck",
        EIAREG,
        art("12", "第十二条"),
        CalendarDays(10),
        (
            "批准满五年方开工的，报原审批部门重新审核；十日内书面通知，逾期未通知的视为审核同意",
            "Started over five years after approval: re-check, answered within ten days; silence is consent",
        ),
        RECEIVED,
        EIAREG_FROM,
        until=EIA_UNTIL,
        on_expiry=Expiry.DEEMED_CONSENT,
        split_practice=True,
    ),
    period(
        "eia-recheck",
        CODE,
        art("106", "第一百零六条"),
        CalendarDays(10),
        (
            "超过五年方开工的重新审核；法典未写明逾期视为同意，请咨询法制机构",
            "Re-check after five years; the Code does not say that silence is consent: ask the legal office",
        ),
        RECEIVED,
        CODE_FROM,
        on_expiry=Expiry.ASK_LEGAL,
        split_practice=True,
    ),
    period(
        "eia-validity",
        EIA,
        art("24", "第二十四条"),
        Months(60),
        ("自批准之日起超过五年方开工的，应当重新审核", "A start more than five years after approval needs a re-check"),
        ("批准之日", "the day of approval"),
        EIA_FROM,
        until=EIA_UNTIL,
        kind=Kind.VALIDITY,
        on_expiry=Expiry.LAPSE,
    ),
    period(
        "eia-validity",
        CODE,
        art("106", "第一百零六条"),
        Months(60),
        ("自批准之日起超过五年方开工的，应当重新审核", "A start more than five years after approval needs a re-check"),
        ("批准之日", "the day of approval"),
        CODE_FROM,
        kind=Kind.VALIDITY,
        on_expiry=Expiry.LAPSE,
    ),
    wait(
        "eia-acceptance-notice-report",
        GUIDE,
        Bilingual("(重庆等地：报告书受理公示十个工作日)", "(Chongqing and others: report, ten working days)"),
        WorkingDays(10),
        ("受理公示：报告书不少于十个工作日", "Notice of acceptance of a report: at least ten working days"),
        EIA_FROM,
    ),
    wait(
        "eia-acceptance-notice-form",
        GUIDE,
        Bilingual("(重庆等地：报告表受理公示五个工作日)", "(Chongqing and others: form, five working days)"),
        WorkingDays(5),
        ("受理公示：报告表不少于五个工作日", "Notice of acceptance of a form: at least five working days"),
        EIA_FROM,
    ),
    wait(
        "eia-proposed-notice",
        GUIDE,
        Bilingual("(西宁等地：拟批准公示五个工作日)", "(Xining and others: proposed approval, five working days)"),
        WorkingDays(5),
        (
            "拟批准公示不少于五个工作日，并告知听证权利",
            "Notice of the proposed approval, with the right to a hearing: at least five working days",
        ),
        EIA_FROM,
    ),
    period(
        "eia-decision-notice",
        MEE14,
        Bilingual("(部级审批；市县参照)", "(decisions of the Ministry; elsewhere by analogy)"),
        WorkingDays(7),
        ("自作出审批决定之日起七个工作日内公告", "Publish within seven working days of the decision"),
        DECIDED,
        dt.date(2021, 1, 1),
    ),
)
