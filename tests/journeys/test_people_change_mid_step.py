"""Officers leave, are covered and are recused while their steps are open (DOMAIN.md E8-E10), on the real flow."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.core.management import call_command
from django.db import models
from django.test import Client
from django.urls import reverse

from tests.cast import WIND_FARM_LAND, County, at
from workflows.audit.refused import NotYours
from workflows.models import Application, SignOff, Step
from workflows.offices.models import Appointment, Post
from workflows.operations import staffing

DAY = dt.timedelta(days=1)


def at_the_chief(county: County) -> Application:
    application = county.apply("land_pre_review", WIND_FARM_LAND)
    county.sign(application, "intake", "window.land", "accept")
    county.sign(application, "examination", "handler.land", "agree", second_name="李梅")
    for node, username in (("forestry", "chief.forestry"), ("farmland", "farmland.land"), ("town", "head.town")):
        county.sign(application, node, username, "no_objection")
    return application


def appointment_of(county: County, username: str) -> Appointment:
    return Appointment.objects.get(person=county[username])


def test_e8_a_transferred_chief_loses_the_step_and_the_successor_signs_it(county: County) -> None:
    application = at_the_chief(county)
    clock = Application.objects.values_list("statutory_due", "promised_due").get(pk=application.pk)
    elsewhere = Post.objects.get(key="build.vice")
    staffing.transfer(
        appointment_id=appointment_of(county, "chief.land").pk,
        to_post_id=elsewhere.pk,
        first_day=dt.date(2022, 3, 2),
        actor=county["admin"],
        now=county.now,
    )
    staffing.appoint(
        person_id=county["second.land"].pk,
        post_id=Post.objects.get(key="land.chief").pk,
        starts=dt.date(2022, 3, 2),
        actor=county["admin"],
        now=county.now,
    )
    county.now = at("2022-03-02")
    with pytest.raises(NotYours):
        county.sign(application, "chief", "chief.land", "agree")
    county.sign(application, "chief", "second.land", "agree")
    assert Application.objects.values_list("statutory_due", "promised_due").get(pk=application.pk) == clock
    signed = SignOff.objects.get(application=application, node="chief")
    assert (signed.signer, signed.post_key, signed.principal) == (county["second.land"], "land.chief", None)


def test_e9_a_stand_in_signs_with_his_own_name_and_the_mark_of_his_authority(county: County) -> None:
    application = at_the_chief(county)
    staffing.add_cover(
        principal_id=appointment_of(county, "chief.land").pk,
        stand_in_id=county["second.land"].pk,
        starts=dt.date(2022, 3, 1),
        ends=dt.date(2022, 3, 7),
        authority_no="自然资函〔2022〕9号",
        actor=county["admin"],
        now=county.now,
    )
    step = county.open_step(application, "chief")
    county.sign(application, "chief", "second.land", "agree")
    signed = SignOff.objects.get(application=application, node="chief")
    assert signed.signer_name == county["second.land"].name
    assert (signed.principal, signed.authority_no) == (county["chief.land"], "自然资函〔2022〕9号")
    assert not Step.objects.get(pk=step.pk).is_open


def test_e9_the_cover_ends_with_its_last_day(county: County) -> None:
    application = at_the_chief(county)
    staffing.add_cover(
        principal_id=appointment_of(county, "chief.land").pk,
        stand_in_id=county["second.land"].pk,
        starts=dt.date(2022, 3, 1),
        ends=dt.date(2022, 3, 2),
        authority_no="自然资函〔2022〕9号",
        actor=county["admin"],
        now=county.now,
    )
    county.now = at("2022-03-03")
    with pytest.raises(NotYours):
        county.sign(application, "chief", "second.land", "agree")
    staffing.release_stranded(now=county.now)
    county.sign(application, "chief", "chief.land", "agree")


def test_e10_a_recused_chief_neither_signs_nor_keeps_his_opinion_unflagged(county: County) -> None:
    application = at_the_chief(county)
    staffing.declare_recusal(
        person_id=county["chief.land"].pk,
        subject_key="project:1",
        reason="配偶为申请单位股东",
        actor=county["chief.land"],
        now=county.now,
    )
    with pytest.raises(NotYours) as refused:
        county.sign(application, "chief", "chief.land", "agree")
    assert refused.value.code == "conflicted"


def test_a_deactivated_officer_signs_nothing_more_and_what_he_signed_keeps_his_name(county: County) -> None:
    application = at_the_chief(county)
    name = county["handler.land"].name
    staffing.deactivate(person_id=county["handler.land"].pk, actor=county["admin"], now=county.now)
    county.sign(application, "chief", "chief.land", "return", target="examination", reasons="请补测。")
    with pytest.raises(NotYours):
        county.sign(application, "examination", "handler.land", "agree", second_name="李梅")
    signed = SignOff.objects.filter(application=application, node="examination").first()
    assert signed is not None and signed.signer_name == name and signed.post_title == "自然资源局 经办人"


def test_one_who_signed_is_never_deleted_by_the_orm_or_in_the_admin(county: County) -> None:
    at_the_chief(county)
    handler = county["handler.land"]
    with pytest.raises(models.ProtectedError):
        handler.delete()
    with pytest.raises(models.ProtectedError):
        type(handler).objects.filter(pk=handler.pk).delete()
    client = Client()
    client.force_login(county["admin"])
    address = reverse("admin:offices_person_delete", args=[handler.pk])
    assert client.post(address, {"post": "yes"}).status_code == 403
    assert type(handler).objects.filter(pk=handler.pk).exists()


def test_the_daily_commands_run_on_an_empty_day_and_twice(county: County) -> None:
    for name in ("deem_accepted", "lapse_due", "release_stranded", "compare_due"):
        for _n in range(2):
            out = io.StringIO()
            call_command(name, stdout=out)
            assert out.getvalue() == ""
