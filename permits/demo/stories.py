"""Seven blocked projects and where their papers stand on 2022-03-01: some late, one lost in a silent office.

A story is a list of clicks (day, step, decision). Who clicks follows from the step's post; a story that the flow or the
law does not allow cannot be told.
"""

from __future__ import annotations

from dataclasses import dataclass

Click = tuple[str, str, str]


@dataclass(frozen=True)
class Story:
    """One application of one project: received on a day, then clicked as far as it came."""

    project: str
    bar: str
    received: str
    facts: dict[str, str]
    clicks: tuple[Click, ...] = ()
    without: tuple[str, ...] = ()
    items: tuple[tuple[str, str], ...] = ()
    # (step, what was written there); elsewhere the step's own prefilled words.
    said: tuple[tuple[str, str], ...] = ()


_REVIEWED: tuple[Click, ...] = (
    ("2022-02-14", "forestry", "no_objection"),
    ("2022-02-15", "farmland", "conditions"),
    ("2022-02-16", "town", "no_objection"),
)

STORIES = (
    Story(
        "绣花庙风电场项目",
        "land_pre_review",
        "2022-02-08",
        {
            "permanent_land": "2.4",
            "farmland": "0.8",
            "temporary_land": "11.5",
            "site": "绣花庙滩",
            "scale": "风机 16 台，49.5 MW",
        },
        (
            ("2022-02-08", "intake", "accept"),
            ("2022-02-11", "examination", "agree"),
            *_REVIEWED,
        ),
        said=(("farmland", "占用耕地 0.8 公顷，须先落实占补平衡并剥离利用耕作层。"),),
    ),
    Story(
        "绣花庙风电场项目",
        "eia_form",
        "2022-02-21",
        {
            "project_code": "2110-620799-05-05-280233",
            "catalogue_item": "41-90 陆上风力发电",
            "site": "绣花庙滩",
            "scale": "49.5 MW",
            "sensitive_area": "no",
        },
        (("2022-02-23", "intake", "ask_once"),),
        without=("public_form",),
        items=(
            ("public_form", "缺公示版报告表，请补交全本与公示版各一份。"),
            ("approval", "项目核准批复为复印件，请加盖公章。"),
        ),
    ),
    Story(
        "城区加气站建设项目",
        "eia_form",
        "2022-02-10",
        {
            "project_code": "2106-620799-04-05-066190",
            "catalogue_item": "50-119 加油、加气站",
            "site": "城区东环路",
            "scale": "日加气 2 万方",
            "sensitive_area": "no",
        },
        (
            ("2022-02-11", "intake", "accept"),
            ("2022-02-14", "acceptance_posted", "posted"),
            ("2022-02-22", "acceptance_notice", "notice_over"),
        ),
    ),
    Story(
        "城区加气站建设项目",
        "land_supply",
        "2022-02-16",
        {"supply": "market", "area": "0.53", "land_use": "商服用地（加油加气站）"},
        (("2022-02-17", "intake", "accept"),),
    ),
    Story(
        "位奇镇冷链物流中心项目",
        "land_conversion",
        "2022-01-12",
        {
            "farmland": "3.1",
            "arable": "2.6",
            "basic_farmland": "0",
            "expropriated": "3.1",
            "villages": "位奇村、柳荫村",
            "households": "41",
        },
        (("2022-01-13", "intake", "accept"),),
    ),
    Story(
        "陈户镇石材加工产业园项目",
        "eia_report",
        "2022-01-10",
        {
            "project_code": "2107-620799-89-05-122056",
            "catalogue_item": "27-56 石材加工",
            "site": "陈户镇工业集中区",
            "scale": "年产板材 80 万平方米",
            "sensitive_area": "no",
            "participation": "2021-11-01 至 2021-12-10",
        },
        (
            ("2022-01-11", "intake", "accept"),
            ("2022-01-12", "acceptance_posted", "posted"),
            ("2022-01-28", "acceptance_notice", "notice_over"),
        ),
    ),
    Story(
        "霍城镇长城遗址公园项目",
        "land_pre_review",
        "2022-02-10",
        {"permanent_land": "3.6", "farmland": "0", "site": "霍城镇西坡"},
        (
            ("2022-02-11", "intake", "accept"),
            ("2022-02-15", "examination", "agree"),
            ("2022-02-17", "farmland", "no_objection"),
            ("2022-02-18", "town", "no_objection"),
        ),
    ),
    Story(
        "李桥乡河道生态治理项目",
        "eia_form",
        "2022-02-25",
        {
            "project_code": "2112-620799-05-01-901428",
            "catalogue_item": "51-128 河湖整治",
            "site": "李桥乡山丹河段",
            "scale": "治理河道 12.4 km",
            "sensitive_area": "no",
        },
    ),
    Story(
        "老军乡水库除险加固项目",
        "land_pre_review",
        "2022-02-28",
        {"permanent_land": "1.9", "farmland": "0.4", "site": "老军乡祁家店水库", "scale": "坝体加固 320 m"},
        (("2022-02-28", "intake", "accept"),),
    ),
)
