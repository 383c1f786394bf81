"""The only lawful grounds on which a statutory clock stops.

The eight matters of 行政许可法 Art. 45, and what a specific rule names for itself. 公示, 现场踏勘 and corrections
asked after acceptance are not among the eight. Each needs a written notice that tells the applicant how long it will
take. Pure: no Django, no clock of the machine, no I/O.
"""

from __future__ import annotations

from dataclasses import dataclass

from workflows.clock.days import Bilingual

VOID = "void"
"""The ground of a correction that says: the event which it replaces never took effect."""


class NoSuchGround(KeyError):
    """No law lets a clock stop for this."""


@dataclass(frozen=True)
class Ground:
    """Why time does not count, and which article says so."""

    key: str
    name: Bilingual
    article: Bilingual


def _ground(key: str, zh: str, en: str, article_zh: str, article_en: str) -> Ground:
    return Ground(key, Bilingual(zh, en), Bilingual(article_zh, article_en))


def _matter(key: str, zh: str, en: str) -> Ground:
    return _ground(key, zh, en, "行政许可法第四十五条", "Administrative Licensing Law Art. 45")


def _assessment(key: str, zh: str, en: str) -> Ground:
    return _ground(
        key,
        zh,
        en,
        "生态环境部建设项目环境影响报告书(表)审批程序规定(部令第14号)",
        "Ministry of Ecology and Environment order 14 on the approval of EIA documents",
    )


ART_45 = (
    _matter("hearing", "听证", "hearing"),
    _matter("tender", "招标", "tender"),
    _matter("auction", "拍卖", "auction"),
    _matter("inspection", "检验", "inspection of goods"),
    _matter("testing", "检测", "testing"),
    _matter("quarantine", "检疫", "quarantine"),
    _matter("appraisal", "鉴定", "appraisal"),
    _matter("expert-review", "专家评审", "expert review"),
)
EIA_GROUNDS = (
    _assessment("hearing", "听证", "hearing"),
    _assessment("expert-review", "专家评审", "expert review"),
    _assessment("technical-assessment", "技术评估", "technical assessment"),
)
PERMIT_GROUNDS = (
    _ground(
        "corrections",
        "补正证明文件",
        "papers to be completed",
        "建筑工程施工许可管理办法(审批时间自证明文件补正齐全后顺延)",
        "Measures on construction permits (time runs on once the papers are complete)",
    ),
)
COMMISSIONED_REVIEW = (
    _ground(
        "commissioned-assessment",
        "委托评估",
        "commissioned assessment",
        "企业投资项目核准和备案管理条例第十条",
        "Regulation on approval and filing of enterprise investment projects Art. 10",
    ),
)

_EVERY = {ground.key: ground for ground in (*COMMISSIONED_REVIEW, *PERMIT_GROUNDS, *EIA_GROUNDS, *ART_45)}


def ground(key: str) -> Ground:
    """The ground named `key`, as the most general law has it. Raises `NoSuchGround`."""
    try:
        return _EVERY[key]
    except KeyError:
        raise NoSuchGround(key) from None


def county_ground(key: str, name: Bilingual, local_rule: str) -> Ground:
    """A ground that a local rule adds for an item whose national rule leaves it open, e.g. 公示 inside the EIA limit.

    Raises `ValueError` without the local rule's number: no stop without a rule.
    """
    if not local_rule.strip():
        raise ValueError("A local ground needs the number of the rule that allows it.")
    return Ground(key, name, Bilingual(local_rule, local_rule))
