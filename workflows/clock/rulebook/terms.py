"""The laws by name and the words from which rules are made. Pure data."""

from __future__ import annotations

import datetime as dt
from typing import Any

from workflows.clock.days import Bilingual, Span
from workflows.clock.rules import Expiry, Extension, Granter, Kind, Rule

Pair = tuple[str, str]

XKF = Bilingual("行政许可法", "Administrative Licensing Law")
EIA = Bilingual("环境影响评价法", "Environmental Impact Assessment Law")
CODE = Bilingual("生态环境法典", "Ecological Environment Code")
EIAREG = Bilingual("建设项目环境保护管理条例", "Regulation on Environmental Protection of Construction Projects")
LANDREG = Bilingual("土地管理法实施条例", "Regulation for the Land Administration Law")
JZF = Bilingual("建筑法", "Construction Law")
BDC = Bilingual("不动产登记暂行条例", "Interim Regulation on Real Estate Registration")
ENTINV = Bilingual(
    "企业投资项目核准和备案管理条例", "Regulation on Approval and Filing of Enterprise Investment Projects"
)
GUIDE = Bilingual("市县办事指南", "local service guides")
MEE14 = Bilingual("生态环境部令第14号", "Ministry of Ecology and Environment order 14")

XKF_FROM = dt.date(2004, 7, 1)
EIA_FROM, EIA_UNTIL, CODE_FROM = dt.date(2003, 9, 1), dt.date(2026, 8, 14), dt.date(2026, 8, 15)
LANDREG_FROM = dt.date(2021, 9, 1)
ENTINV_FROM = dt.date(2017, 2, 1)
EIAREG_FROM = dt.date(2017, 10, 1)

ACCEPTED = ("受理之日", "the day of acceptance")
RECEIVED = ("收到申请之日", "the day of receipt")
POSTED = ("公告发布之日", "the day of posting")
DECIDED = ("作出决定之日", "the day of the decision")
ISSUED = ("核发之日", "the day of issue")


def art(number: str, zh: str) -> Bilingual:
    """An article, e.g. ("42(1)", "第四十二条第一款")."""
    return Bilingual(zh, f"Art. {number}")


def period(
    id_: str, law: Bilingual, article: Bilingual, span: Any, text: Pair, starts: Pair, since: dt.date, **more: Any
) -> Rule:
    """One version of a limit; `until` is its last day in force."""
    until = more.pop("until", None)
    return Rule(id_, law, article, span, Bilingual(*text), Bilingual(*starts), since, until, **more)


def wait(id_: str, law: Bilingual, article: Bilingual, span: Any, text: Pair, since: dt.date, **more: Any) -> Rule:
    """One version of a minimum wait, counted from the day of posting."""
    more = {"kind": Kind.MINIMUM, "on_expiry": Expiry.WAIT_OVER, **more}
    return period(id_, law, article, span, text, POSTED, since, **more)


def extension(amount: Span, granter: Granter, article: Bilingual, **more: Any) -> Extension:
    """What a limit may be extended by."""
    return Extension(amount, granter, article, **more)
