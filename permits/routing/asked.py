"""Every fact that a route may turn on, in words: the project's form asks them, its page names those it assumes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from permits.routing.rows import FORM, NONE, REGISTRATION, REPORT
from workflows.flow.procedure import Fact


def _yes_no(code: str, title: object) -> Fact:
    return Fact(code, title, "yes_no", required=False)


def _number(code: str, title: object, unit: object) -> Fact:
    return Fact(code, title, "number", unit, required=False)


_SUPPLY = (
    ("allocation", pgettext_lazy("land", "allocated")),
    ("market", pgettext_lazy("land", "sold by tender, auction or listing")),
    ("none", pgettext_lazy("land", "no land is supplied")),
)
_EIA = (
    (REPORT, pgettext_lazy("eia", "report")),
    (FORM, pgettext_lazy("eia", "form")),
    (REGISTRATION, pgettext_lazy("eia", "registration")),
    (NONE, pgettext_lazy("eia", "none")),
)
ASKED: tuple[Fact, ...] = (
    _yes_no("government_money", _("Government money builds it")),
    _yes_no("catalogue_project", _("The approval catalogue lists it")),
    _yes_no("new_land", _("Takes new land")),
    _yes_no("farmland", _("Takes farmland")),
    _yes_no("collective_land", _("Takes collective land")),
    Fact("supply", _("How the land comes"), "choice", required=False, choices=_SUPPLY),
    _yes_no("forest", _("Takes forest land")),
    _yes_no("grassland", _("Takes grassland")),
    _yes_no("in_planning_area", _("In the planned area of city or town")),
    _yes_no("village_area", _("In the planned area of a township or village")),
    _yes_no("built_up", _("In the built-up area")),
    _yes_no("hilly", _("Where soil is easily lost")),
    _number("disturbed_ha", _("Ground disturbed"), _("ha")),
    _number("earth_m3", _("Earth moved"), "m³"),
    _yes_no("stability_review", _("A major matter with a social risk assessment of its own")),
    Fact("eia_class", _("EIA class, as the ecology bureau ruled"), "choice", required=False, choices=_EIA),
    _yes_no("sensitive_area", _("Touches an environmentally sensitive area")),
    _yes_no("heavy_pollution", _("Has a heavily polluting process that the catalogue names")),
    _yes_no("dangerous_goods", _("Stores dangerous goods")),
    _yes_no("boilers", _("Has boilers of its own")),
    _yes_no("high_grade", _("First-grade road or higher")),
    _number("length_km", _("Length"), _("km")),
    _number("capacity_mw", _("Capacity"), "MW"),
    _number("voltage_kv", _("Voltage"), "kV"),
    _number("storage_m3", _("Storage"), "m³"),
    _number("beds", _("Beds"), ""),
    _number("sewage_t_day", _("Sewage treated"), _("t a day")),
    _number("pigs_a_year", _("Pigs a year"), ""),
    _number("energy_tce", _("Energy a year"), _("tce")),
    _number("electricity_kwh", _("Electricity a year"), "kWh"),
    _yes_no("new_building", _("Something new is built")),
    _yes_no("ordinary_buildings", _("Has ordinary buildings on the site")),
    _yes_no("special_fire", _("Special works under the fire-safety rules")),
    _yes_no("state_council_report", _("A rule of the State Council asks for a commencement report")),
    _number("floor_area", _("Floor area"), _("m²")),
    _number("price_wan", _("Price of the works"), _("10,000 yuan")),
)
BY_CODE = {fact.code: fact for fact in ASKED}
