"""Pages and tables go out compressed to whoever takes it; papers as they are."""

from __future__ import annotations

import gzip

from django.test import Client

from tests.cast import WIND_FARM_LAND, County
from workflows.models import Document


def test_pages_and_tables_are_compressed_and_papers_are_not(county: County) -> None:
    # What is shorter than 200 octets is not worth it.
    application, *_others = [county.apply("land_pre_review", WIND_FARM_LAND) for _n in range(4)]
    client = Client(headers={"accept-encoding": "gzip"})
    client.force_login(county["window.land"])
    page = client.get("/inbox/")
    assert page["Content-Encoding"] == "gzip"
    assert "绣花庙" in gzip.decompress(page.content).decode()
    table = client.get("/inbox/?format=csv")
    assert table["Content-Encoding"] == "gzip"
    assert "绣花庙" in gzip.decompress(b"".join(table) if table.streaming else table.content).decode("utf-8-sig")
    paper = Document.objects.filter(application=application).order_by("pk")[0]
    sent = client.get(f"/documents/{paper.pk}/")
    assert sent.status_code == 200
    assert not sent.has_header("Content-Encoding")
    assert b"".join(sent).startswith(b"%PDF")
    plain = Client()
    plain.force_login(county["window.land"])
    assert not plain.get("/inbox/").has_header("Content-Encoding")
