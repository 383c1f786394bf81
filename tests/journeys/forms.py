"""The facts that an applicant fills in, for each procedure."""

from __future__ import annotations

FACTS: dict[str, dict[str, str]] = {
    "land_pre_review": {"permanent_land": "2.4", "farmland": "0.8", "site": "绣花庙滩"},
    "land_conversion": {
        "farmland": "0.8",
        "arable": "0.6",
        "basic_farmland": "0",
        "expropriated": "2.4",
        "villages": "绣花庙村",
    },
    "land_planning_permit": {"supply": "market", "area": "0.53", "land_use": "加油加气站用地"},
    "land_supply": {"supply": "market", "area": "0.53", "land_use": "加油加气站用地"},
    "eia_report": {
        "project_code": "2107-620799-89-05-122056",
        "catalogue_item": "27-56",
        "site": "陈户镇",
        "scale": "80 万平方米",
        "sensitive_area": "no",
        "participation": "2021-11-01 至 2021-12-10",
    },
    "eia_form": {
        "project_code": "2110-620799-05-05-280233",
        "catalogue_item": "41-90",
        "site": "绣花庙滩",
        "scale": "49.5 MW",
        "sensitive_area": "no",
    },
    "construction_permit": {
        "project_code": "2106-620799-04-05-066190",
        "floor_area": "1260",
        "price_wan": "860",
        "contractor": "城区建筑安装公司",
    },
    "road_permit": {"project_code": "x", "length": "12.4", "grade": "三级", "contractor": "甘肃路桥"},
    "water_filing": {
        "project_code": "x",
        "works": "治理河道 12.4 km",
        "legal_person": "水务局",
        "contractor": "河西水利",
    },
    "energy_registration": {
        "project_code": "2110-620799-05-05-280233",
        "capacity_mw": "49.5",
        "contractor": "西北电建",
        "supervisor": "甘肃电力监理",
    },
    "commencement_report": {
        "project_code": "x",
        "estimate_wan": "13760",
        "state_rule": "国务院令第712号",
        "contractor": "西北电建",
    },
}
