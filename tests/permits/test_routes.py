"""The route table: which bars a project must clear before its start, and why, sector by sector."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
from django.utils import translation

from permits.bars import BARS, PREREQUISITES, Group, bar_of_procedure, bars_of_group, who_waits
from permits.routes import NoSuchRoute, Route, downgrading, route
from permits.routing.table import ROWS, SECTORS, propose
from workflows.flow import registry

WIND = {"capacity_mw": "49.5", "sensitive_area": "no", "forest": "no", "grassland": "no"}


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def wind(**facts: Any) -> Route:
    return route("energy", "wind", {**WIND, **facts})


def test_a_wind_farm_is_approved_takes_land_and_starts_by_the_power_registration() -> None:
    assert wind().codes == (
        "enterprise_approval", "land_pre_review", "land_conversion", "land_supply", "eia_form", "drawings",
        "energy_registration",
    )  # fmt: skip


def test_a_wind_farm_needs_a_report_only_from_50_mw_and_in_a_sensitive_area() -> None:
    assert wind(capacity_mw="400").eia == "eia_form"
    assert wind(sensitive_area="yes").eia == "eia_form"
    assert wind(sensitive_area="yes", capacity_mw="49.9").eia == "eia_form"
    assert wind(sensitive_area="yes", capacity_mw="50").eia == "eia_report"


def test_a_wind_farm_needs_a_construction_permit_only_for_its_ordinary_buildings() -> None:
    line = wind().line("construction_permit")
    assert not line.needed and "国办发〔2019〕11号" in line.because.article
    assert wind(ordinary_buildings="yes").line("construction_permit").needed


def test_a_wind_farm_on_forest_grass_or_slopes_needs_their_consents_first() -> None:
    found = wind(forest="yes", grassland="yes", disturbed_ha="12")
    assert {"forest_land", "grassland", "soil_water"} <= set(found.codes)
    assert {rule.first for rule in found.first("land_conversion")} == {
        "land_pre_review", "enterprise_approval", "forest_land", "grassland",
    }  # fmt: skip


def test_a_wind_farm_may_work_on_approval_environment_and_drawings_at_once() -> None:
    assert {line.bar.code for line in wind().next_bars(())} == {"land_pre_review", "eia_form", "drawings"}
    after = {line.bar.code for line in wind().next_bars({"land_pre_review"})}
    assert "enterprise_approval" in after and "land_conversion" not in after


def test_a_filling_station_buys_its_land_and_gets_a_construction_permit() -> None:
    found = route("commerce", "gas_station", {"built_up": "yes"})
    assert found.codes == (
        "enterprise_filing", "land_planning_permit", "land_supply", "eia_form", "works_planning_permit", "drawings",
        "fire_design", "construction_permit",
    )  # fmt: skip
    assert "招标拍卖挂牌" in found.line("land_supply").because.article


def test_a_filling_station_outside_the_town_is_only_registered_before_operation() -> None:
    found = route("commerce", "gas_station", {"built_up": "no", "sensitive_area": "no"})
    assert found.eia == "eia_registration" and "eia_registration" not in found.codes
    assert found.line("eia_registration").later


def test_sold_land_gets_its_planning_permit_after_the_contract_and_allocated_land_before() -> None:
    sold = who_waits("land_supply", "land_planning_permit", {"supply": "market"})
    allocated = who_waits("land_supply", "land_planning_permit", {"supply": "allocation"})
    assert sold is not None and (sold.bar, sold.first) == ("land_planning_permit", "land_supply")
    assert allocated is not None and (allocated.bar, allocated.first) == ("land_supply", "land_planning_permit")


def test_a_construction_permit_waits_for_land_planning_drawings_and_fire_review() -> None:
    found = route("commerce", "gas_station", {})
    assert {rule.first for rule in found.first("construction_permit")} == {
        "land_supply", "works_planning_permit", "drawings", "fire_design",
    }  # fmt: skip


def test_land_and_environment_wait_for_neither_of_each_other() -> None:
    for land, eia in permutations(("land_conversion", "eia_form")):
        assert who_waits(land, eia, {"supply": "allocation"}) is None


def test_solar_power_above_six_megawatts_needs_a_form() -> None:
    assert route("energy", "solar", {"capacity_mw": "20"}).eia == "eia_form"
    assert route("energy", "solar", {"capacity_mw": "5"}).eia == "eia_registration"
    assert "enterprise_filing" in route("energy", "solar", {}).codes


def test_energy_storage_is_assessed_by_its_voltage() -> None:
    assert route("energy", "storage", {"voltage_kv": "110"}).eia == "eia_form"
    assert route("energy", "storage", {"voltage_kv": "35"}).eia is None


def test_a_substation_is_approved_and_assessed_by_its_voltage() -> None:
    found = route("energy", "grid", {"voltage_kv": "330", "sensitive_area": "yes"})
    assert found.eia == "eia_report" and "enterprise_approval" in found.codes


def test_a_road_starts_by_the_transport_bureaus_permit() -> None:
    found = route("transport", "road", {"high_grade": "yes", "length_km": "12"})
    assert "road_permit" in found.codes and "construction_permit" not in found.codes
    assert found.eia == "eia_form"
    assert route("transport", "road", {"high_grade": "yes", "length_km": "31"}).eia == "eia_report"
    assert route("transport", "road", {"high_grade": "no", "length_km": "31"}).eia == "eia_registration"


def test_a_bridge_that_is_rebuilt_takes_no_new_land() -> None:
    found = route("transport", "bridge", {})
    assert not {"land_pre_review", "land_conversion", "land_supply"} & set(found.codes)
    assert "already has" in found.line("land_supply").because.sentence


def test_a_bus_station_is_an_ordinary_building() -> None:
    assert "construction_permit" in route("transport", "station", {}).codes


def test_water_works_start_by_their_filing() -> None:
    for site_class in ("reservoir", "irrigation", "water_supply", "river"):
        found = route("water", site_class, {})
        assert "water_filing" in found.codes and "construction_permit" not in found.codes, site_class
    assert route("water", "reservoir", {"storage_m3": "12000000"}).eia == "eia_report"


def test_housing_buys_land_and_needs_no_assessment_outside_sensitive_areas() -> None:
    found = route("housing", "housing", {})
    assert found.eia is None and {"land_supply", "construction_permit", "enterprise_filing"} <= set(found.codes)
    assert route("housing", "housing", {"sensitive_area": True}).eia == "eia_form"


def test_the_renewal_of_old_housing_takes_no_land_and_builds_nothing_new() -> None:
    found = route("housing", "renewal", {})
    assert found.codes == ("investment_approval", "drawings", "construction_permit")


def test_small_works_need_no_construction_permit() -> None:
    assert "construction_permit" not in route("housing", "renewal", {"floor_area": "280"}).codes
    assert "construction_permit" in route("housing", "renewal", {"floor_area": "301", "price_wan": "31"}).codes


def test_a_plant_is_reviewed_for_its_energy_from_the_threshold_on() -> None:
    assert "energy_review" in route("industry", "plant", {"energy_tce": "1000"}).codes
    assert "energy_review" not in route("industry", "plant", {"energy_tce": "999"}).codes
    assert route("industry", "plant", {"heavy_pollution": "yes"}).eia == "eia_report"


def test_an_industrial_park_and_logistics_need_no_assessment_of_their_own() -> None:
    assert route("industry", "park", {}).eia is None
    assert route("commerce", "logistics", {}).eia is None


def test_public_buildings_of_government_money_get_allocated_land() -> None:
    for site_class in ("school", "hospital", "culture"):
        found = route("public", site_class, {})
        assert {"investment_approval", "land_pre_review", "land_supply", "construction_permit"} <= set(found.codes)
        assert found.line("land_supply").because.article == "土地管理法 Art. 54"


def test_a_hospital_of_500_beds_needs_a_report_and_every_hospital_a_fire_review() -> None:
    assert route("public", "hospital", {"beds": "500"}).eia == "eia_report"
    assert route("public", "hospital", {"beds": "499"}).eia == "eia_form"
    assert "fire_design" in route("public", "hospital", {}).codes


def test_sewage_works_and_waste_treatment_are_assessed_by_what_they_take() -> None:
    assert route("municipal", "sewage", {"sewage_t_day": "100000"}).eia == "eia_report"
    assert route("municipal", "sewage", {"sewage_t_day": "20000"}).eia == "eia_form"
    assert route("municipal", "waste", {}).eia == "eia_report"


def test_a_heating_network_takes_no_land_and_a_car_park_does() -> None:
    assert "land_supply" not in route("municipal", "heating", {}).codes
    assert "land_supply" in route("municipal", "parking", {}).codes


def test_a_livestock_farm_of_5000_pigs_needs_a_report_and_no_construction_permit() -> None:
    assert route("agriculture", "livestock", {"pigs_a_year": "5000"}).eia == "eia_report"
    small = route("agriculture", "livestock", {"pigs_a_year": "300"})
    assert small.eia == "eia_registration" and "construction_permit" not in small.codes


def test_farmland_works_and_afforestation_need_little_more_than_their_approval() -> None:
    assert route("agriculture", "farmland", {}).codes == ("investment_approval",)
    assert route("ecology", "afforestation", {}).codes == ("investment_approval",)


def test_a_commencement_report_takes_the_place_of_the_permit() -> None:
    found = route("public", "hospital", {"state_council_report": "yes"})
    assert "commencement_report" in found.codes and "construction_permit" not in found.codes
    assert found.line("construction_permit").because.article == "建筑法 Art. 7"
    roads = route("transport", "road", {"state_council_report": "yes"})
    assert "commencement_report" in roads.codes and "road_permit" not in roads.codes


def test_who_pays_decides_how_a_project_is_approved() -> None:
    assert "investment_approval" in wind(government_money="yes").codes
    assert "enterprise_filing" in route("public", "school", {"government_money": "no"}).codes
    assert "enterprise_approval" in route("industry", "plant", {"catalogue_project": "yes"}).codes


def test_the_bureaus_own_classification_goes_before_the_table() -> None:
    found = wind(eia_class="report")
    assert found.eia == "eia_report" and "classified" in found.line("eia_report").because.sentence


def test_a_registration_gives_no_right_to_start_what_needed_a_form() -> None:
    """DOMAIN.md E19."""
    found = wind()
    assert "eia_form" in {line.bar.code for line in found.missing({*found.codes, "eia_registration"} - {"eia_form"})}
    why = downgrading(found, "eia_registration")
    assert why is not None and why.article == "建设项目环境影响登记表备案管理办法 Art. 10, 16"
    assert "not converted" in why.sentence and "new case" in why.sentence
    assert downgrading(found, "eia_form") is None and downgrading(found, "eia_report") is None


def test_nothing_is_missing_once_every_needed_bar_is_cleared() -> None:
    found = wind()
    assert found.missing(found.codes) == ()
    for code in found.codes:
        assert [line.bar.code for line in found.missing(set(found.codes) - {code})] == [code]


def test_an_unrecorded_fact_is_assumed_and_named_a_recorded_one_is_not() -> None:
    bare = route("energy", "wind", {})
    assert bare.line("forest_land").assumed == ("forest",)
    assert wind().line("forest_land").assumed == ()
    assert route("energy", "wind", {"forest": ""}).line("forest_land").assumed == ("forest",)


def test_an_unknown_class_has_no_route() -> None:
    with pytest.raises(NoSuchRoute):
        route("energy", "tidal", {})


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.sector}-{row.site_class}")
def test_every_bar_of_every_class_says_why_it_is_needed_or_not(row: Any) -> None:
    found = route(row.sector, row.site_class, {})
    assert [line.bar.code for line in found.lines] == list(BARS)
    for line in found.lines:
        assert line.because.article and line.because.sentence.endswith((".", ")")), line.bar.code
        assert not (line.needed and line.later)
    assert len([code for code in found.codes if BARS[code].group is Group.INVESTMENT]) == 1
    assert row.sector in SECTORS


@pytest.mark.parametrize("supply", ["allocation", "market"])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.sector}-{row.site_class}")
def test_every_route_can_be_walked_to_its_end(row: Any, supply: str) -> None:
    facts = {"supply": supply, "forest": "yes", "grassland": "yes", "stability_review": "yes", "new_land": "yes"}
    found, cleared = route(row.sector, row.site_class, {**facts, "in_planning_area": "yes"}), set()
    while step := found.next_bars(cleared):
        cleared |= {line.bar.code for line in step}
    assert cleared == set(found.codes), "no bars wait for each other"


def test_every_procedure_clears_a_bar_and_every_bars_procedure_exists() -> None:
    codes = {procedure.code for procedure in registry.procedures() if not procedure.internal}
    assert {bar.procedure for bar in BARS.values() if bar.procedure} == codes
    for code in codes:
        bar = bar_of_procedure(code)
        assert bar is not None and bar.code == code


def test_prerequisites_name_known_bars_and_their_articles() -> None:
    for rule in PREREQUISITES:
        assert {rule.bar, rule.first} <= BARS.keys() and rule.bar != rule.first and rule.article


def test_the_ledgers_land_and_eia_columns_speak_of_these_bars() -> None:
    assert [bar.code for bar in bars_of_group(Group.EIA)] == ["eia_report", "eia_form", "eia_registration"]
    assert {"land_pre_review", "land_conversion", "land_supply"} <= {bar.code for bar in bars_of_group(Group.LAND)}


@pytest.mark.parametrize(
    ("name", "site_class"),
    [
        ("绣花庙风电场项目", "wind"),
        ("城区加气站建设项目", "gas_station"),
        ("李桥乡现代农业产业园项目", "farm_park"),
        ("老军乡石材加工产业园项目", "park"),
        ("东乐镇新型建材厂项目", "plant"),
        ("李桥乡河道生态治理项目", "river"),
        ("位奇镇冷链物流中心项目", "logistics"),
        ("老军乡水库除险加固项目", "reservoir"),
    ],
)
def test_a_name_proposes_a_class(name: str, site_class: str) -> None:
    row = propose(name)
    assert row is not None and row.site_class == site_class


def test_a_name_that_says_nothing_proposes_nothing() -> None:
    assert propose("综合提升项目") is None
