"""No Chinese on an English page but data, no English words on a Chinese page but codes, units and names.

Server-side, every page of `tests.house` in both languages, for every role that may open it. Data is what the database
holds; the names of offices and posts are
no data on an English page, for they have English names.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.test import Client, RequestFactory
from django.utils import translation

from notifications.delivery import letter_of
from notifications.models import Delivery, Message
from notifications.texts import kinds, text_of
from tests.house import OUTSIDE, ROLES, addresses
from tests.standing import Standing, keep_apart, stand
from workflows.audit.models import Entry
from workflows.middleware import refused_page
from workflows.offices.models import Office, Post
from workflows.pages import common

CJK = re.compile(r"[\u3400-\u9fff\u3000-\u303f\uff00-\uffef]+")
LATIN = re.compile(r"[A-Za-z][A-Za-z'’-]+")
TRANSLATED = {(Office, "name"), (Post, "name")}
# What stands in its own language on a page of the other: the language switch, the brand, the county's own name.
OWN = ("中文", "开工", "示范县")
# Words that a Chinese page may carry: kinds of files, programmes, keys of a keyboard, units.
WORDS = frozenset(
    (
        *("English", "Kaigong", "Django", "Python", "SQLite", "PostgreSQL", "Redis"),
        *("pdf", "ofd", "jpg", "jpeg", "png", "tif", "tiff", "docx", "xlsx", "dwg", "csv", "json", "pem", "pub"),
        *("Tab", "Enter", "Esc", "kV", "kWh", "km", "state-council-"),
    )
)
# Whose pages, taken together, are all pages; the English walk takes every role.
CHINESE = ("chief.land", "applicant.windfarm", "ndrc", "admin", "auditor")
# Texts in which the machine speaks to a machine: commands to type, keys, codes.
MACHINE = re.compile(r'<(code|kbd)\b[^>]*>.*?</\1>|<[^>]*class="[^"]*kg-mono[^"]*"[^>]*>.*?</\w+>', re.S)


@pytest.fixture
def standing(db: None, settings: Any, tmp_path: Path) -> Standing:
    keep_apart(settings, tmp_path)
    return stand()


def spoken(page: str) -> Iterator[str]:
    """Every text that a reader sees or hears: between tags, and in the attributes that are read out."""
    body = re.sub(r"<(script|style|svg class=\"kg-qr)\b.*?</(script|style|svg)>", " ", page, flags=re.S)
    body = MACHINE.sub(" ", body)
    for found in re.findall(r'\s(?:title|placeholder|aria-label|alt|data-label)="([^"]*)"', body):
        yield html.unescape(found)
    for value in re.findall(r'<input[^>]*type="(?:submit|button)"[^>]*value="([^"]*)"', body):
        yield html.unescape(value)
    for found in re.sub(r"<!--.*?-->", "", body, flags=re.S).replace("<br>", "\n").split("<"):
        text = html.unescape(found.partition(">")[2])
        if text.strip():
            yield text.strip()


def held() -> list[str]:
    """Every text in the database, longest first."""
    found: set[str] = set()
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if (model, field.name) in TRANSLATED or field.choices:
                continue
            if isinstance(field, models.CharField | models.TextField | models.FileField):
                found |= {str(value) for value in model._default_manager.values_list(field.name, flat=True) if value}
            elif isinstance(field, models.JSONField):
                for value in model._default_manager.values_list(field.name, flat=True):
                    found |= set(leaves(value))
    for body in Entry.objects.values_list("body", flat=True):
        # What people wrote stands in entries too; codes of ours are written in English letters and are no data.
        found |= {text for text in leaves(json.loads(bytes(body))["payload"]) if CJK.search(text)}
    lines = {line.strip() for text in found for line in text.splitlines()}
    return sorted((text for text in found | lines if len(text) > 1), key=len, reverse=True)


def leaves(value: Any) -> Iterator[str]:
    """The texts of a JSON value; a value that is a code of ours is no data."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner)


def without(text: str, data: list[str]) -> str:
    """The text less the data in it."""
    for known in data:
        if known in text:
            text = text.replace(known, " ")
    return text


def walk(standing: Standing, language: str, roles: Iterable[str] = ROLES) -> Iterator[tuple[str, str, str]]:
    """(role, address, page) of every page that a role may open, and of the refusals that it meets."""
    for username in roles:
        client = Client()
        client.cookies["kaigong_language"] = language
        client.force_login(standing.county[username])
        for address in addresses(standing.keys):
            response = client.get(address)
            assert response.status_code in (200, 302, 403, 404, 422), (username, address)
            if response.get("Content-Type", "").startswith("text/html"):
                yield username, address, response.content.decode()
    stranger = Client()
    stranger.cookies["kaigong_language"] = language
    for address in (*OUTSIDE, "/nowhere/"):
        yield "nobody", address, stranger.get(address).content.decode()


# The beginning of a fingerprint, as a changed paper is shown: 3f9cfa12….
DIGEST = re.compile(r"\b[0-9a-f]{8}…")
# The number of a document is its name: 国办发明电〔2021〕11号.
NUMBERED = re.compile(r"[\u4e00-\u9fff]+〔\d{4}〕\d+号")


def chinese_in(page: str, data: list[str]) -> set[str]:
    """What of a page is Chinese and no data."""
    return {
        said for text in spoken(page) for said in CJK.findall(without(NUMBERED.sub(" ", without(text, [*OWN])), data))
    }


def english_in(page: str, data: list[str]) -> set[str]:
    """Words of a page that are English and neither data nor codes."""
    return {
        word
        for text in spoken(page)
        for word in LATIN.findall(DIGEST.sub(" ", without(text, data)))
        if word not in WORDS and not word.isupper()
    }


def collected(pages: Iterable[tuple[str, str, str]], look: Any, data: list[str]) -> dict[str, str]:
    """{what should not be there: the first page on which it stands}."""
    found: dict[str, str] = {}
    seen: set[str] = set()
    for username, address, page in pages:
        texts = [text for text in spoken(page) if text not in seen]
        seen |= set(texts)
        for said in look("".join(f"<p>{html.escape(text)}</p>" for text in texts), data):
            found.setdefault(said, f"{username} {address}")
    return found


def test_an_english_page_has_no_chinese_but_data(standing: Standing) -> None:
    pages = list(walk(standing, "en"))
    # Read after the walk: what an auditor searched for stands on the page of who looked at what.
    data = [text for text in held() if CJK.search(text)]
    found = collected(pages, chinese_in, data)

    assert found == {}


def test_a_chinese_page_has_no_english_but_codes_units_and_names(standing: Standing) -> None:
    pages = list(walk(standing, "zh-hans", CHINESE))
    data = [text for text in held() if LATIN.search(text)]
    found = collected(pages, english_in, data)
    assert found == {}


def test_the_search_for_untranslated_text_finds_it() -> None:
    page = (
        '<p title="到期">Due 04-18, 绣花庙风电场项目</p><button aria-label="签批">Sign</button><code>manage.py</code>'
    )
    assert chinese_in(page, ["绣花庙风电场项目"]) == {"到期", "签批"}
    assert english_in(page, ["绣花庙风电场项目"]) == {"Due", "Sign"}


ERRORS = (common.FormExpired, common.Unreadable, common.NoSuchPage)


@pytest.mark.parametrize(("language", "look"), [("en", chinese_in), ("zh-hans", english_in)])
def test_errors_and_letters_are_in_the_readers_language(standing: Standing, language: str, look: Any) -> None:
    county = standing.county
    data = [text for text in held() if (CJK if language == "en" else LATIN).search(text)]
    said: list[str] = []
    with translation.override(language):
        for kind in kinds():
            params = dict.fromkeys(re.findall(r"%\((\w+)\)s", str(_sentence(kind))), "1")
            said.append(
                text_of(kind, params | {"trigger": "step_late", "bar": "land_pre_review"} | {"on": "2022-03-01"})
            )
        for error in ERRORS:
            request: Any = RequestFactory().get("/")
            request.user, request.now, request.LANGUAGE_CODE = county["chief.land"], county.now, language
            request.request_id = "x"
            said.append(refused_page(request, error()).content.decode())
    person = county["chief.land"]
    person.language = language
    message = Message.objects.filter(kind="escalated").order_by("pk")[0]
    letter = letter_of([Delivery(message=message, person=person, channel="email", id=Delivery.id_of(1, 1, "email"))])
    said += [letter.subject, re.sub(r"https?://\S+", "", letter.body)]
    found: set[str] = set()
    for text in said:
        found |= look(text if "<" in text else f"<p>{html.escape(text)}</p>", data)
    assert found == set()


def _sentence(kind: str) -> Any:
    from notifications import texts

    return texts._texts[kind]
