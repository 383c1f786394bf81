"""Every office and post that a published flow may name: the demo county is staffed from it, `check` compares.

A county's own directory may hold more; it must hold these keys, or a step would wait for nobody.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class OfficeSeed:
    """One office: `kind` is a value of `Office.Kind`, `parent` another seed's code."""

    code: str
    zh: str
    en: str
    kind: str
    parent: str | None = None


@dataclass(frozen=True)
class PostSeed:
    """One post: `key` is how steps name it, `office` the code of its office."""

    office: str
    key: str
    zh: str
    en: str


_OFFICES = (
    OfficeSeed("county", "县人民政府", "County Government", "government"),
    OfficeSeed("county-office", "县政府办公室", "County Government Office", "bureau", "county"),
    OfficeSeed("supervision", "县政府督查室", "Supervision Office", "bureau", "county-office"),
    OfficeSeed("land", "自然资源局", "Natural Resources Bureau", "bureau", "county"),
    OfficeSeed("registry", "不动产登记中心", "Real Estate Registry", "section", "land"),
    OfficeSeed("eia", "生态环境分局", "Ecology and Environment Bureau", "bureau", "county"),
    OfficeSeed("build", "住房和城乡建设局", "Housing and Construction Bureau", "bureau", "county"),
    OfficeSeed("transport", "交通运输局", "Transport Bureau", "bureau", "county"),
    OfficeSeed("water", "水务局", "Water Bureau", "bureau", "county"),
    OfficeSeed("energy", "电力建设工程质量监督站", "Power Works Quality Supervision", "bureau", "county"),
    OfficeSeed("statistics", "统计局", "Statistics Bureau", "bureau", "county"),
    OfficeSeed("audit", "审计局", "Audit Bureau", "bureau", "county"),
    OfficeSeed("ndrc", "发展和改革局", "Development and Reform Bureau", "bureau", "county"),
    OfficeSeed("forestry", "林业和草原局", "Forestry and Grassland Bureau", "bureau", "county"),
    OfficeSeed("stability", "县委政法委员会", "Political and Legal Affairs Commission", "bureau", "county"),
    OfficeSeed("town", "乡镇人民政府", "Town Government", "town", "county"),
)

_ROLES = {
    "window": ("窗口", "Counter"),
    "handler": ("经办人", "Handler"),
    "second": ("协办人", "Second handler"),
    "chief": ("股长", "Section chief"),
    "vice": ("分管副局长", "Vice director"),
    "director": ("局长", "Director"),
}


def _posts(office: str, *roles: str) -> tuple[PostSeed, ...]:
    return tuple(PostSeed(office, f"{office}.{role}", *_ROLES[role]) for role in roles)


_POSTS = (
    *_posts("land", "window", "handler", "second", "chief", "vice", "director"),
    PostSeed("land", "land.farmland", "耕地保护股长", "Chief of farmland protection"),
    *_posts("eia", "window", "handler", "second", "chief", "vice", "director"),
    PostSeed("eia", "eia.legal", "法规宣教股长", "Chief of legal affairs"),
    *_posts("build", "window", "handler", "second", "chief", "vice", "director"),
    *_posts("transport", "window", "handler", "chief", "director"),
    *_posts("water", "window", "chief", "director"),
    *_posts("energy", "window", "handler", "chief"),
    *_posts("ndrc", "window", "handler", "chief", "director"),
    PostSeed("registry", "registry.handler", "登记员", "Registrar"),
    *_posts("forestry", "chief"),
    PostSeed("stability", "stability.chief", "维稳股长", "Chief of stability assessment"),
    PostSeed("town", "town.head", "乡镇长", "Town head"),
    PostSeed("county-office", "county.office", "政府办主任", "Head of the county office"),
    PostSeed(
        "county",
        "deputy.city",
        "副县长（自然资源、住建、环境）",
        "Deputy county head (land, construction, environment)",
    ),
    PostSeed("county", "deputy.rural", "副县长（农业）", "Deputy county head (agriculture and water)"),
    PostSeed("county", "deputy.industry", "副县长（工业商务）", "Deputy county head (industry and commerce)"),
    PostSeed("county", "deputy.executive", "常务副县长", "Executive deputy county head"),
    PostSeed("county", "county.head", "县长", "County head"),
    PostSeed("supervision", "county.supervision", "督查室主任", "Head of the supervision office"),
    PostSeed("county-office", "county.admin", "系统管理员", "System administrator"),
    PostSeed("statistics", "statistics.chief", "投资股长", "Chief of investment statistics"),
    PostSeed("audit", "audit.officer", "审计员", "Auditor"),
)

OFFICES: dict[str, OfficeSeed] = {office.code: office for office in _OFFICES}
POSTS: dict[str, PostSeed] = {post.key: post for post in _POSTS}
