"""The bars of law before a lawful start (DOMAIN.md 1.1, 1.6), and which of them the law puts before which.

A bar with a `procedure` is cleared by an application here; every other one is recorded on the project with number, date
and file. Articles are those of DOMAIN.md section 9.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _


class Group(StrEnum):
    """What kind of bar it is; `land` and `eia` are the ledger's two columns."""

    INVESTMENT = "investment"
    LAND = "land"
    EIA = "eia"
    NATURE = "nature"
    PLANNING = "planning"
    DESIGN = "design"
    START = "start"


@dataclass(frozen=True)
class Bar:
    """One approval, filing or report without which a start is unlawful.

    `procedure` is None when it is only recorded. `before_operation`: the law wants it before operation, not the start.
    """

    code: str
    title: Any
    article: str
    group: Group
    procedure: str | None = None
    before_operation: bool = False


_ALL = (
    Bar("investment_approval", _("Investment approval (government money)"), "政府投资条例 Art. 9-12", Group.INVESTMENT),
    Bar(
        "enterprise_approval",
        _("Approval of the enterprise project"),
        "企业投资项目核准和备案管理条例 Art. 3, 9-12",
        Group.INVESTMENT,
    ),
    Bar(
        "enterprise_filing",
        _("Filing of the enterprise project"),
        "企业投资项目核准和备案管理条例 Art. 13",
        Group.INVESTMENT,
    ),
    Bar(
        "land_pre_review",
        _("Land pre-review and site opinion"),
        "土地管理法实施条例 Art. 24; 城乡规划法 Art. 36",
        Group.LAND,
        "land_pre_review",
    ),
    Bar("forest_land", _("Consent to use forest land"), "森林法 Art. 37", Group.NATURE),
    Bar("grassland", _("Consent to use grassland"), "草原法 Art. 38", Group.NATURE),
    Bar("stability", _("Social stability assessment"), "土地管理法 Art. 47", Group.LAND),
    Bar(
        "land_conversion",
        _("Conversion of farmland and expropriation"),
        "土地管理法 Art. 44-47",
        Group.LAND,
        "land_conversion",
    ),
    Bar(
        "land_planning_permit",
        _("Land-use planning permit"),
        "城乡规划法 Art. 37-38",
        Group.LAND,
        "land_planning_permit",
    ),
    Bar(
        "land_supply",
        _("Allocation decision or land grant contract"),
        "土地管理法 Art. 53-54",
        Group.LAND,
        "land_supply",
    ),
    Bar(
        "eia_report",
        _("Environmental impact report"),
        "环境影响评价法 Art. 16, 22, 25; 生态环境法典 Art. 107",
        Group.EIA,
        "eia_report",
    ),
    Bar(
        "eia_form",
        _("Environmental impact form"),
        "环境影响评价法 Art. 16, 22, 25; 生态环境法典 Art. 107",
        Group.EIA,
        "eia_form",
    ),
    Bar(
        "eia_registration",
        _("Environmental impact registration"),
        "建设项目环境影响登记表备案管理办法 Art. 9",
        Group.EIA,
        "eia_registration",
        True,
    ),
    Bar("soil_water", _("Soil and water conservation plan"), "水土保持法 Art. 25-26", Group.NATURE),
    Bar("energy_review", _("Energy conservation review"), "节约能源法 Art. 15", Group.NATURE),
    Bar("works_planning_permit", _("Works planning permit"), "城乡规划法 Art. 40", Group.PLANNING),
    Bar("village_planning_permit", _("Village planning permit"), "城乡规划法 Art. 41", Group.PLANNING),
    Bar("drawings", _("Examination of the construction drawings"), "建设工程质量管理条例 Art. 11", Group.DESIGN),
    Bar("fire_design", _("Fire-safety design review"), "消防法 Art. 11-12", Group.DESIGN),
    Bar("quality_registration", _("Quality and safety supervision"), "建设工程质量管理条例 Art. 13", Group.START),
    Bar("construction_permit", _("Construction permit"), "建筑法 Art. 7-9", Group.START, "construction_permit"),
    Bar(
        "commencement_report",
        _("Commencement report"),
        "建筑法 Art. 7; 政府投资条例 Art. 20",
        Group.START,
        "commencement_report",
    ),
    Bar("road_permit", _("Road construction permit"), "公路法 Art. 25", Group.START, "road_permit"),
    Bar("water_filing", _("Start filing of water works"), "水利工程建设项目管理规定", Group.START, "water_filing"),
    Bar(
        "energy_registration",
        _("Quality supervision registration of power works"),
        "建设工程质量管理条例 Art. 13, 46",
        Group.START,
        "energy_registration",
    ),
)
BARS: dict[str, Bar] = {bar.code: bar for bar in _ALL}
EIA_BARS = ("eia_report", "eia_form", "eia_registration")
# Approvals that need a re-check when nothing began within five years (环评法 Art. 24, 条例 Art. 12); a filing does not.
RECHECKED = ("eia_report", "eia_form")


def bar_of_procedure(code: str) -> Bar | None:
    """The bar that an application of this procedure clears."""
    return next((bar for bar in _ALL if bar.procedure == code), None)


def bars_of_group(group: Group) -> tuple[Bar, ...]:
    """The bars of one kind, in the order of the chain; what a ledger's `land done` or `eia done` speaks of."""
    return tuple(bar for bar in _ALL if bar.group is group)


@dataclass(frozen=True)
class Prerequisite:
    """`first` must be cleared before `bar` can be: by `article`, in words, and only where `when(facts)` holds."""

    bar: str
    first: str
    article: str
    sentence: Any
    when: Callable[[Mapping[str, Any]], bool] | None = None

    def applies(self, facts: Mapping[str, Any]) -> bool:
        """Whether a project with these facts is bound by it."""
        return self.when is None or self.when(facts)


def _sold(facts: Mapping[str, Any]) -> bool:
    return facts.get("supply") == "market"


def _allocated(facts: Mapping[str, Any]) -> bool:
    return facts.get("supply") == "allocation"


PREREQUISITES = (
    Prerequisite(
        "enterprise_approval",
        "land_pre_review",
        "城乡规划法 Art. 36",
        _("Allocated land needs the site opinion before the project is approved."),
        _allocated,
    ),
    Prerequisite(
        "land_conversion",
        "land_pre_review",
        "土地管理法实施条例 Art. 24",
        _("The pre-review comes before the project's approval, and that before the conversion."),
    ),
    Prerequisite(
        "land_conversion",
        "investment_approval",
        "土地管理法实施条例 Art. 24",
        _("The conversion is asked for an approved project."),
    ),
    Prerequisite(
        "land_conversion",
        "enterprise_approval",
        "土地管理法实施条例 Art. 24",
        _("The conversion is asked for an approved project."),
    ),
    Prerequisite(
        "land_conversion",
        "enterprise_filing",
        "土地管理法实施条例 Art. 24",
        _("The conversion is asked for a filed project."),
    ),
    Prerequisite(
        "land_conversion",
        "stability",
        "土地管理法 Art. 47",
        _("No expropriation is asked for before its social stability is assessed."),
    ),
    Prerequisite(
        "land_conversion",
        "forest_land",
        "森林法 Art. 37",
        _("Consent to use forest land comes before the approval of construction land."),
    ),
    Prerequisite(
        "land_conversion",
        "grassland",
        "草原法 Art. 38",
        _("Consent to use grassland comes before the approval of construction land."),
    ),
    Prerequisite(
        "land_supply",
        "land_conversion",
        "土地管理法 Art. 44, 53",
        _("Only state land that is construction land can be supplied."),
    ),
    Prerequisite(
        "land_supply",
        "land_planning_permit",
        "城乡规划法 Art. 37",
        _("Land is allocated only after the land-use planning permit."),
        _allocated,
    ),
    Prerequisite(
        "land_planning_permit",
        "land_supply",
        "城乡规划法 Art. 38",
        _("For sold land the permit follows the contract."),
        _sold,
    ),
    Prerequisite(
        "land_planning_permit",
        "investment_approval",
        "城乡规划法 Art. 37-38",
        _("The permit is asked for with the project's approval or filing."),
    ),
    Prerequisite(
        "land_planning_permit",
        "enterprise_approval",
        "城乡规划法 Art. 37-38",
        _("The permit is asked for with the project's approval or filing."),
    ),
    Prerequisite(
        "land_planning_permit",
        "enterprise_filing",
        "城乡规划法 Art. 37-38",
        _("The permit is asked for with the project's approval or filing."),
    ),
    Prerequisite(
        "works_planning_permit",
        "land_supply",
        "城乡规划法 Art. 40",
        _("The works permit is asked for with the proof of the right to the land."),
    ),
    Prerequisite(
        "works_planning_permit",
        "land_planning_permit",
        "城乡规划法 Art. 40",
        _("The works permit is asked for with the proof of the right to the land."),
    ),
    Prerequisite("construction_permit", "land_supply", "建筑法 Art. 8(1)", _("The use of the land must be approved.")),
    Prerequisite(
        "construction_permit", "land_conversion", "建筑法 Art. 8(1)", _("The use of the land must be approved.")
    ),
    Prerequisite(
        "construction_permit",
        "works_planning_permit",
        "建筑法 Art. 8(2)",
        _("The works planning permit must be there."),
    ),
    Prerequisite(
        "construction_permit",
        "drawings",
        "建筑法 Art. 8(5); 建设工程质量管理条例 Art. 11",
        _("Drawings that were not examined may not be used."),
    ),
    Prerequisite(
        "construction_permit",
        "fire_design",
        "消防法 Art. 12",
        _("Special works get no permit before their fire-safety review."),
    ),
    Prerequisite(
        "road_permit", "drawings", "公路法 Art. 25", _("The permit is given on the approved construction drawings.")
    ),
    Prerequisite("road_permit", "land_conversion", "公路法 Art. 27", _("The use of the land must be approved.")),
    Prerequisite(
        "commencement_report",
        "investment_approval",
        "政府投资条例 Art. 20",
        _("The start is reported for an approved design and estimate."),
    ),
    Prerequisite(
        "commencement_report", "land_conversion", "建筑法 Art. 8(1)", _("The use of the land must be approved.")
    ),
    Prerequisite(
        "energy_registration",
        "enterprise_approval",
        "企业投资项目核准和备案管理条例 Art. 6",
        _("No works without the project's approval."),
    ),
)


def must_come_first(bar: str, facts: Mapping[str, Any], route: Iterable[str]) -> list[Prerequisite]:
    """What the law puts before `bar`, of the bars that are on the route."""
    on_route = set(route)
    return [rule for rule in PREREQUISITES if rule.bar == bar and rule.first in on_route and rule.applies(facts)]


def who_waits(one: str, other: str, facts: Mapping[str, Any]) -> Prerequisite | None:
    """Which of two bars the law puts first (DOMAIN.md E21); None: neither waits, both go on in parallel."""
    return next(
        (rule for rule in PREREQUISITES if {rule.bar, rule.first} == {one, other} and rule.applies(facts)), None
    )
