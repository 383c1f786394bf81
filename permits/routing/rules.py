"""Bar by bar: needed or not, by which article, in one sentence. An empty article means the bar's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from permits.bars import BARS
from permits.routing.facts import Facts
from permits.routing.rows import FORM, NONE, REGISTRATION, REPORT, Row

CATALOGUE = "建设项目环境影响评价分类管理名录(2021)"
Verdict = tuple[bool, str, str]


def eia_class(row: Row, facts: Facts) -> tuple[str, str, str]:
    """(class, article, sentence): the bureau's own classification if recorded, else the first row of the catalogue."""
    own = facts.recorded("eia_class")
    if own in (REPORT, FORM, REGISTRATION, NONE):
        return str(own), CATALOGUE, _("The ecology bureau classified the project so.")
    item = f"{CATALOGUE} {row.eia.item}"
    for kind, conditions in row.eia.when:
        if all(_holds(facts, name, least) for name, least in conditions):
            return kind, item, _("The catalogue names this class for what the project is and where it stands.")
    if row.eia.usual == NONE and row.eia.item == "—":
        return NONE, f"{CATALOGUE} Art. 5", _("What the catalogue does not name needs no assessment.")
    return row.eia.usual, item, _("The catalogue names this class for all other projects of the item.")


def _holds(facts: Facts, name: str, least: Any) -> bool:
    return bool(facts[name]) if least is True else facts.number(name) >= least


def _eia(kind: str) -> Callable[[Row, Facts], Verdict]:
    def verdict(row: Row, facts: Facts) -> Verdict:
        found, article, sentence = eia_class(row, facts)
        if found == kind:
            return True, f"{article}; 环境影响评价法 Art. 25", sentence
        if found == NONE:
            return False, article, _("The catalogue asks for no assessment of this project.")
        return False, article, _("The catalogue puts the project into another class.")

    return verdict


def _investment(kind: str) -> Callable[[Row, Facts], Verdict]:
    def verdict(row: Row, facts: Facts) -> Verdict:
        public = _or(facts.recorded("government_money"), row.investment == "investment_approval")
        listed = _or(facts.recorded("catalogue_project"), row.investment == "enterprise_approval")
        way = "investment_approval" if public else "enterprise_approval" if listed else "enterprise_filing"
        return (
            way == kind,
            "",
            _WAYS[way]() if way == kind else _("Another way applies: %(why)s") % {"why": _WAYS[way]()},
        )

    return verdict


def _or(recorded: Any, usual: bool) -> bool:
    return usual if recorded is None else bool(recorded)


_WAYS: dict[str, Callable[[], str]] = {
    "investment_approval": lambda: _("Government money builds it, so the proposal, study and estimate are approved."),
    "enterprise_approval": lambda: _("An enterprise builds it and the approval catalogue lists it."),
    "enterprise_filing": lambda: _("An enterprise builds it and the approval catalogue does not list it."),
}


def _pre_review(row: Row, facts: Facts) -> Verdict:
    if not facts["new_land"]:
        return False, "", _("The works stay on land that the project already has.")
    if not facts["farmland"] and facts["supply"] == "market":
        return (
            False,
            "自然资规〔2019〕2号",
            _("The land is approved construction land already and is sold; no pre-review is made."),
        )
    return True, "", _("The project takes new land.")


def _conversion(row: Row, facts: Facts) -> Verdict:
    if not facts["new_land"]:
        return False, "", _("The works stay on land that the project already has.")
    if facts["farmland"] or facts["collective_land"]:
        return True, "", _("Farmland or collective land becomes construction land.")
    return False, "", _("The land is state construction land already.")


def _stability(row: Row, facts: Facts) -> Verdict:
    if facts["stability_review"]:
        return True, "", _("The project itself is a major matter whose social risks are assessed.")
    if _conversion(row, facts)[0]:
        return False, "", _("It is assessed as a step of the expropriation.")
    return False, "", _("Nothing is expropriated.")


def _supply(row: Row, facts: Facts) -> Verdict:
    if not facts["new_land"] or facts["supply"] == "none":
        return False, "", _("The works stay on land that the project already has.")
    if facts["supply"] == "allocation":
        return True, "土地管理法 Art. 54", _("The use is one that land may be allocated for.")
    return (
        True,
        "土地管理法 Art. 54; 招标拍卖挂牌出让国有建设用地使用权规定 Art. 4",
        _("Commercial land is sold by tender, auction or listing."),
    )


def _land_planning(row: Row, facts: Facts) -> Verdict:
    if not facts["new_land"] or facts["supply"] == "none":
        return False, "", _("The works stay on land that the project already has.")
    if not facts["in_planning_area"]:
        return False, "城乡规划法 Art. 37-38", _("The site lies outside the planned area of city and town.")
    return True, "", _("The site lies in the planned area of city or town.")


def _works_planning(row: Row, facts: Facts) -> Verdict:
    if not facts["in_planning_area"]:
        return False, "城乡规划法 Art. 40", _("The site lies outside the planned area of city and town.")
    if not facts["new_building"]:
        return False, "城乡规划法 Art. 40", _("Nothing new is built.")
    return True, "", _("Buildings, lines and works in the planned area need it.")


def _village_planning(row: Row, facts: Facts) -> Verdict:
    if facts["village_area"]:
        return True, "", _("The site lies in the planned area of a township or village.")
    return False, "", _("The site does not lie in the planned area of a township or village.")


def _if_fact(name: str, yes: Callable[[], str], no: Callable[[], str]) -> Callable[[Row, Facts], Verdict]:
    def verdict(row: Row, facts: Facts) -> Verdict:
        return (True, "", yes()) if facts[name] else (False, "", no())

    return verdict


def _soil_water(row: Row, facts: Facts) -> Verdict:
    if facts.number("disturbed_ha") >= 0.5 or facts.number("earth_m3") >= 1000:
        return (
            True,
            "水土保持法 Art. 25-26; 水土保持方案管理办法",
            _("Half a hectare or a thousand cubic metres of earth are moved."),
        )
    if facts["hilly"]:
        return True, "", _("The site lies where soil is easily lost and the works disturb it.")
    return False, "", _("No larger ground is disturbed, by the facts recorded.")


def _energy_review(row: Row, facts: Facts) -> Verdict:
    if row.start == "energy_registration":
        return (
            False,
            "固定资产投资项目节能审查办法",
            _("Wind, solar, storage and grid works are not reviewed one by one."),
        )
    if facts.number("energy_tce") >= 1000 or facts.number("electricity_kwh") >= 5_000_000:
        return (
            True,
            "节约能源法 Art. 15; 固定资产投资项目节能审查办法",
            _("It uses a thousand tonnes of coal equivalent or five million kWh a year."),
        )
    return False, "固定资产投资项目节能审查办法", _("It uses less energy than the threshold; a pledge suffices.")


def _drawings(row: Row, facts: Facts) -> Verdict:
    if row.start == "":
        return False, "", _("There is nothing that is built by construction drawings.")
    return True, "", _("Drawings that were not examined may not be used.")


def _fire(row: Row, facts: Facts) -> Verdict:
    if facts["special_fire"]:
        return True, "", _("The fire-safety rules name it as special works.")
    return False, "", _("It is no special works; fire-safety drawings go with the permit.")


def _quality(row: Row, facts: Facts) -> Verdict:
    if row.start == "":
        return False, "", _("There is nothing that is built by construction drawings.")
    return (
        False,
        "",
        _("It is registered together with the act that opens the works (%(act)s).") % {"act": BARS[row.start].title},
    )


def _construction_permit(row: Row, facts: Facts) -> Verdict:
    if facts["state_council_report"]:
        return False, "建筑法 Art. 7", _("The commencement report takes its place.")
    if row.start == "construction_permit":
        if 0 < facts.number("floor_area") <= 300 or 0 < facts.number("price_wan") <= 30:
            return False, "建筑工程施工许可管理办法 Art. 2", _("Works up to 300 m² or 300,000 yuan need none.")
        return True, "", _("Houses, attached and municipal works above the threshold need it.")
    if facts["ordinary_buildings"]:
        return True, "", _("Ordinary buildings on the site need it; the other works start by their sector's act.")
    if row.start == "":
        return False, "", _("There is nothing that is built by construction drawings.")
    return (
        False,
        "国办发〔2019〕11号; 优化营商环境条例 Art. 42",
        _("Transport, water and energy works start by their sector's act."),
    )


def _commencement(row: Row, facts: Facts) -> Verdict:
    if facts["state_council_report"]:
        return True, "", _("A rule of the State Council asks for the report.")
    return False, "建筑法 Art. 7; 政府投资条例 Art. 20", _("No rule of the State Council asks for the report.")


def _sector_act(code: str) -> Callable[[Row, Facts], Verdict]:
    def verdict(row: Row, facts: Facts) -> Verdict:
        if row.start != code:
            return False, "", _("The works are not of this sector.")
        if facts["state_council_report"]:
            return False, "建筑法 Art. 7", _("The commencement report takes its place.")
        return True, "", _("Works of this sector start by this act.")

    return verdict


RULES: dict[str, Callable[[Row, Facts], Verdict]] = {
    "investment_approval": _investment("investment_approval"),
    "enterprise_approval": _investment("enterprise_approval"),
    "enterprise_filing": _investment("enterprise_filing"),
    "land_pre_review": _pre_review,
    "land_conversion": _conversion,
    "stability": _stability,
    "land_supply": _supply,
    "land_planning_permit": _land_planning,
    "forest_land": _if_fact(
        "forest", lambda: _("The site takes forest land."), lambda: _("No forest land is taken, by the facts recorded.")
    ),
    "grassland": _if_fact(
        "grassland", lambda: _("The site takes grassland."), lambda: _("No grassland is taken, by the facts recorded.")
    ),
    "eia_report": _eia(REPORT),
    "eia_form": _eia(FORM),
    "eia_registration": _eia(REGISTRATION),
    "soil_water": _soil_water,
    "energy_review": _energy_review,
    "works_planning_permit": _works_planning,
    "village_planning_permit": _village_planning,
    "drawings": _drawings,
    "fire_design": _fire,
    "quality_registration": _quality,
    "construction_permit": _construction_permit,
    "commencement_report": _commencement,
    "road_permit": _sector_act("road_permit"),
    "water_filing": _sector_act("water_filing"),
    "energy_registration": _sector_act("energy_registration"),
}
