"""What an officer is told: by post, in his language, and every kind has its sentence."""

from __future__ import annotations

import re
from pathlib import Path

from django.test import Client

from notifications.models import Message
from notifications.texts import kinds, text_of
from tests.cast import WIND_FARM_LAND, County

ROOT = Path(__file__).resolve().parents[2]


def test_whoever_sits_on_the_post_reads_it_in_his_language(county: County) -> None:
    about = {"subject": "绣花庙风电场项目", "number": "用地预审-2022-001", "node": "chief"}
    for key in ("land.chief", "eia.chief"):
        Message.objects.create(
            county="620799", kind="step_handed_over", post_key=key, params=about, url="/steps/1/", created_at=county.now
        )
    client = Client()
    client.force_login(county["chief.land"])
    page = client.get("/messages/").content.decode()
    assert page.count("绣花庙风电场项目（用地预审-2022-001）的一个环节已移交给您") == 1
    client.cookies["kaigong_language"] = "en"
    assert "was handed over to you" in client.get("/messages/").content.decode()


def test_a_step_that_waits_is_written_to_the_outbox_with_the_act(county: County) -> None:
    application = county.apply("land_pre_review", WIND_FARM_LAND)
    county.sign(application, "intake", "window.land", "accept")
    row = Message.objects.get(kind="step_due", post_key="land.handler")
    assert application.number in text_of(row.kind, row.params)


def test_every_kind_that_the_code_writes_has_its_sentence() -> None:
    written = set()
    for folder in ("workflows", "permits"):
        for path in (ROOT / folder).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            if "Message(" in text:
                written |= set(re.findall(r'Message\([^)]*?kind="([a-z_]+)"', text, re.S))
    assert written and written <= set(kinds())
