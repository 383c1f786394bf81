"""A signed content never changes under its signature: a later change is visible and asks again."""

from __future__ import annotations

import pytest
from django.db import models

from tests.cast import WIND_FARM_LAND, County
from workflows.audit.refused import NotAllowed
from workflows.models import Application, ContentVersion, Document, SignOff

pytestmark = pytest.mark.usefixtures("record_fits")


def carried_to_the_director(county: County) -> Application:
    application = county.apply("land_pre_review", WIND_FARM_LAND)
    county.sign(application, "intake", "window.land", "accept")
    county.sign(application, "examination", "handler.land", "agree", second_name="李梅")
    for node, username in (("forestry", "chief.forestry"), ("farmland", "farmland.land"), ("town", "head.town")):
        county.sign(application, node, username, "no_objection")
    county.sign(application, "chief", "chief.land", "agree")
    county.sign(application, "vice", "vice.land", "agree")
    return application


def test_a_new_paper_of_the_applicant_asks_the_reviewers_again(county: County) -> None:
    application = carried_to_the_director(county)
    signed = SignOff.objects.get(application=application, node="chief").content_hash
    county.hand_in(application, "boundary", body=b"%PDF-1.4 another boundary")
    with pytest.raises(NotAllowed) as refused:
        county.sign(application, "decision", "director.land", "grant")
    assert refused.value.code == "stale_opinion"
    assert county["chief.land"].name in str(refused.value)
    county.sign(application, "decision", "director.land", "return", target="examination", reasons="边界有变。")
    county.sign(application, "examination", "handler.land", "agree", second_name="李梅")
    for node, username in (("forestry", "chief.forestry"), ("farmland", "farmland.land"), ("town", "head.town")):
        county.sign(application, node, username, "no_objection")
    county.sign(application, "chief", "chief.land", "agree")
    county.sign(application, "vice", "vice.land", "agree")
    county.sign(application, "decision", "director.land", "grant")
    again = SignOff.objects.filter(application=application, node="chief").order_by("pk")
    assert [row.voided_at is None for row in again] == [False, True]
    assert again[0].content_hash == signed != again[1].content_hash


def test_the_offices_own_record_does_not(county: County) -> None:
    application = carried_to_the_director(county)
    county.hand_in(application, "experts", body=b"%PDF-1.4 the experts' opinion")
    county.sign(application, "decision", "director.land", "grant")
    granted = SignOff.objects.get(application=application, node="decision")
    assert granted.content_version == ContentVersion.objects.filter(application=application).count()


def test_superseded_papers_stay_readable(county: County) -> None:
    application = county.apply("land_pre_review", WIND_FARM_LAND)
    county.hand_in(application, "boundary", body=b"%PDF-1.4 second version")
    versions = list(Document.objects.filter(application=application, slot="boundary").order_by("version"))
    assert [row.superseded_at is None for row in versions] == [False, True]
    assert versions[0].file.read().startswith(b"%PDF") and versions[1].file.read() == b"%PDF-1.4 second version"
    assert versions[0].sha256 != versions[1].sha256
    for row in versions:
        row.file.close()


def test_what_was_signed_is_kept_byte_for_byte_and_never_deleted(county: County) -> None:
    application = carried_to_the_director(county)
    for sign_off in SignOff.objects.filter(application=application):
        version = ContentVersion.objects.get(application=application, number=sign_off.content_version)
        assert version.content_hash == sign_off.content_hash
        with pytest.raises(models.ProtectedError):
            sign_off.delete()
    with pytest.raises(models.ProtectedError):
        SignOff.objects.filter(application=application).delete()


@pytest.mark.parametrize(
    ("name", "body", "word"),
    [
        ("paper.exe", b"MZ", "paper.exe"),
        ("paper.pdf", b"<html><script>", "paper.pdf"),
        ("paper.png", b"%PDF-1.4", "paper.png"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_by_name(county: County, name: str, body: bytes, word: str) -> None:
    application = county.apply("land_pre_review", WIND_FARM_LAND)
    before = Document.objects.count()
    with pytest.raises(NotAllowed, match=word.replace(".", r"\.")):
        county.hand_in(application, "boundary", name=name, body=body)
    assert Document.objects.count() == before
