"""Who works in the demo county: every post of `permits.posts`, one person on each, leaders in charge of offices.

Also the cast of the journeys in the tests: one username for each post, as DESIGN.md 11 fixes them.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from permits.posts import OFFICES, POSTS, OfficeSeed
from workflows.offices.models import Appointment, Charge, Office, Person, Post

SINCE = dt.date(2021, 1, 4)
PASSWORD = "kaigong-demo"  # noqa: S105  (the demo county's own, refused outside demo mode)

# Usernames that are not simply `role.office`.
USERNAMES = {
    "deputy.city": "deputy.city",
    "deputy.rural": "deputy.rural",
    "deputy.industry": "deputy.industry",
    "deputy.executive": "deputy.executive",
    "county.head": "county.head",
    "county.office": "county.office",
    "county.supervision": "supervision",
    "county.admin": "admin",
    "ndrc.chief": "ndrc",
    "statistics.chief": "statistics",
    "audit.officer": "auditor",
}
UNITS = (
    ("windfarm", "绣花庙风电有限公司", "Xiuhuamiao Wind Power Co."),
    ("gas", "城区燃气有限责任公司", "Town Gas Co."),
)
CHARGES = {
    "deputy.city": ("land", "build", "eia", "registry"),
    "deputy.rural": ("water", "forestry", "town"),
    "deputy.industry": ("energy", "transport"),
    "deputy.executive": ("ndrc", "statistics", "audit", "stability"),
}
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_LATIN = "Wang Li Zhang Liu Chen Yang Zhao Huang Zhou Wu Xu Sun Hu Zhu Gao Lin He Guo Ma Luo"
_GIVEN = "建国 梅 志强 秀英 海涛 丽华 永军 晓燕 明 玉兰 国栋 静 文博 彩霞 立新"
_LATIN_GIVEN = "Jianguo Mei Zhiqiang Xiuying Haitao Lihua Yongjun Xiaoyan Ming Yulan Guodong Jing Wenbo Caixia Lixin"


def username_of(post_key: str) -> str:
    """The demo account of a post: `land.window` → `window.land`."""
    office, _dot, role = post_key.partition(".")
    return USERNAMES.get(post_key, f"{role}.{office}" if office != "applicant" else post_key)


def person_name(n: int) -> tuple[str, str]:
    """The n-th invented name, Chinese and Latin; no two of the first 300 are the same."""
    given, latin_given = _GIVEN.split(), _LATIN_GIVEN.split()
    first, second = n % len(_SURNAMES), (n + n // len(_SURNAMES)) % len(given)
    return _SURNAMES[first] + given[second], f"{_LATIN.split()[first]} {latin_given[second]}"


@transaction.atomic
def staff_county(county: str, password: str = PASSWORD) -> dict[str, Person]:
    """Make offices, posts, people, appointments and charges that are not there yet; {username: person}.

    The same call twice changes nothing. `password` is hashed once for all accounts.
    """
    offices = {code: _office(county, seed) for code, seed in OFFICES.items()}
    keys = {seed.key: (offices[seed.office], seed.zh, seed.en) for seed in POSTS.values()}
    for code, zh, en in UNITS:
        unit = _office(county, OfficeSeed(f"unit-{code}", zh, en, "unit"))
        keys[f"applicant.{code}"] = (unit, "项目专员", "Project officer")
    hashed = make_password(password)
    cast: dict[str, Person] = {}
    posts: dict[str, Post] = {}
    for n, (key, (office, zh, en)) in enumerate(keys.items()):
        posts[key] = Post.objects.get_or_create(
            county=county, key=key, defaults={"office": office, "name": zh, "name_en": en}
        )[0]
        cast[username_of(key)] = _person(county, key, n, hashed)
        Appointment.objects.get_or_create(post=posts[key], person=cast[username_of(key)], starts=SINCE)
    for key, codes in CHARGES.items():
        for code in codes:
            Charge.objects.get_or_create(post=posts[key], office=offices[code], starts=SINCE)
    return cast


def _office(county: str, seed: OfficeSeed) -> Office:
    parent = Office.objects.get(county=county, code=seed.parent) if seed.parent else None
    defaults: dict[str, Any] = {"name": seed.zh, "name_en": seed.en, "kind": seed.kind, "parent": parent}
    return Office.objects.get_or_create(county=county, code=seed.code, defaults=defaults)[0]


def _person(county: str, key: str, n: int, hashed: str) -> Person:
    name, latin = person_name(n)
    admin = key == "county.admin"
    defaults = {
        "county": county,
        "name": name,
        "name_en": latin,
        "password": hashed,
        "is_staff": admin,
        "is_superuser": admin,
    }
    return Person.objects.get_or_create(username=username_of(key), defaults=defaults)[0]
