"""Accounts: one-time passwords, lock-out, idle timeout, sessions, deactivation."""

from __future__ import annotations

import datetime as dt
import logging
import re

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import ProtectedError
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import COUNTY, PASSWORD, TODAY, AppointmentFactory, CoverFactory, PersonFactory
from tests.offices.conftest import NOW, Cast
from workflows.audit.models import Entry
from workflows.offices import accounts, refusals
from workflows.offices.models import Appointment, Person, Session
from workflows.offices.people import sessions_of
from workflows.offices.seats import seats

STRONG = "Ding-xi 2022 kai gong"


def sign_in(person: Person, password: str = PASSWORD, **extra: str) -> Client:
    client = Client(**extra)
    client.post(reverse("sign_in"), {"username": person.username, "password": password})
    return client


def signed_in(client: Client) -> bool:
    return client.get(reverse("offices:sessions")).status_code == 200


def kinds() -> list[str]:
    return list(Entry.objects.order_by("pk").values_list("kind", flat=True))


def test_an_officer_signs_in_with_his_name_in_any_case(cast: Cast) -> None:
    client = Client()
    answer = client.post(reverse("sign_in"), {"username": " WANG ", "password": PASSWORD})

    assert answer.status_code == 302
    assert signed_in(client)
    assert kinds() == ["account.signed_in"]


def test_session_and_person_are_one_query(cast: Cast) -> None:
    client = sign_in(cast.wang)

    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("sign_in"))  # asks who is there, and sends him home

    assert len(asked) == 1
    assert "offices_session" in asked[0]["sql"] and "offices_person" in asked[0]["sql"]


def test_five_wrong_passwords_lock_the_account_with_a_page_that_says_so(cast: Cast) -> None:
    client = Client()
    answers = [
        client.post(reverse("sign_in"), {"username": name, "password": "wrong"}).status_code
        for name in ("wang", "WANG", "Wang", "wang ", "wAng")
    ]

    right = client.post(reverse("sign_in"), {"username": "wang", "password": PASSWORD})

    assert answers == [200, 200, 200, 200, 403]
    assert right.status_code == 403
    assert "errors/locked.html" in [template.name for template in right.templates]
    assert not signed_in(client)


def test_the_administrator_unlocks_an_account(cast: Cast) -> None:
    for _attempt in range(5):
        Client().post(reverse("sign_in"), {"username": "wang", "password": "wrong"})
    admin = sign_in(cast.admin)
    assert reverse("offices:unlock") in admin.get(reverse("offices:people")).content.decode()

    admin.post(reverse("offices:unlock"), {"pk": cast.wang.pk})

    assert signed_in(sign_in(cast.wang))


def test_a_new_officer_must_choose_his_own_password_before_he_sees_anything(cast: Cast) -> None:
    made = accounts.create_officer(username="chen", name="陈静", county=COUNTY, actor=cast.admin, now=NOW)
    client = sign_in(made.person, made.password)

    inside = client.get(reverse("offices:sessions"))
    assert (inside.status_code, inside["Location"]) == (302, reverse("offices:password"))

    changed = client.post(reverse("offices:password"), {"old": made.password, "new": STRONG, "again": STRONG})

    assert changed.status_code == 302
    assert signed_in(client)
    assert signed_in(sign_in(made.person, STRONG))
    assert not signed_in(sign_in(made.person, made.password))


@pytest.mark.parametrize("weak", ["1234567890", "short", "password123", "王建国wang"])
def test_a_weak_password_is_refused_and_the_old_one_stays(cast: Cast, weak: str) -> None:
    client = sign_in(cast.wang)

    answer = client.post(reverse("offices:password"), {"old": PASSWORD, "new": weak, "again": weak})

    assert answer.status_code == 422
    assert signed_in(sign_in(cast.wang))


def test_changing_the_password_needs_the_present_one(cast: Cast) -> None:
    answer = sign_in(cast.wang).post(reverse("offices:password"), {"old": "guess", "new": STRONG, "again": STRONG})

    assert answer.status_code == 422
    assert Person.objects.get(pk=cast.wang.pk).check_password(PASSWORD)


def test_a_changed_password_signs_every_other_browser_out(cast: Cast) -> None:
    here, there = sign_in(cast.wang), sign_in(cast.wang)

    here.post(reverse("offices:password"), {"old": PASSWORD, "new": STRONG, "again": STRONG})

    assert signed_in(here)
    assert not signed_in(there)


def test_signing_out_everywhere_ends_every_other_browser_of_mine_and_nobody_elses(cast: Cast) -> None:
    here, there, li = sign_in(cast.wang), sign_in(cast.wang), sign_in(cast.li)
    assert len(sessions_of(cast.wang)) == 2

    here.post(reverse("offices:sign_out_everywhere"))

    assert [signed_in(client) for client in (here, there, li)] == [True, False, True]


def test_the_administrator_signs_a_person_out_everywhere(cast: Cast) -> None:
    wang = sign_in(cast.wang)

    sign_in(cast.admin).post(reverse("offices:end_sessions", args=[cast.wang.pk]))

    assert not signed_in(wang)
    assert "account.signed_out_everywhere" in kinds()


def test_a_deactivated_person_has_no_session_and_cannot_sign_in(cast: Cast) -> None:
    wang = sign_in(cast.wang)

    accounts.deactivate(person_id=cast.wang.pk, actor=cast.admin, now=NOW, reason="退休")

    assert not signed_in(wang)
    assert not Session.objects.filter(person=cast.wang).exists()
    assert not signed_in(sign_in(cast.wang))
    assert seats(cast.wang.pk, TODAY) == ()


def test_a_reactivated_person_gets_a_new_one_time_password(cast: Cast) -> None:
    accounts.deactivate(person_id=cast.wang.pk, actor=cast.admin, now=NOW)

    made = accounts.reactivate(person_id=cast.wang.pk, actor=cast.admin, now=NOW)

    person = Person.objects.get(pk=cast.wang.pk)
    assert person.is_active and person.must_change_password and person.deactivated_at is None
    assert person.check_password(made.password) and not person.check_password(PASSWORD)


def test_nobody_deactivates_himself_and_nobody_twice(cast: Cast) -> None:
    with pytest.raises(refusals.NotYourself):
        accounts.deactivate(person_id=cast.admin.pk, actor=cast.admin, now=NOW)
    accounts.deactivate(person_id=cast.wang.pk, actor=cast.admin, now=NOW)
    with pytest.raises(refusals.AlreadyDeactivated):
        accounts.deactivate(person_id=cast.wang.pk, actor=cast.admin, now=NOW)


def test_only_the_administrator_of_the_county_keeps_accounts(cast: Cast) -> None:
    stranger = PersonFactory(administrator=True, county="110101")

    with pytest.raises(refusals.NotTheAdministrator):
        accounts.reset_password(person_id=cast.li.pk, actor=cast.wang, now=NOW)
    with pytest.raises(refusals.OtherCounty):
        accounts.reset_password(person_id=cast.li.pk, actor=stranger, now=NOW)


def test_whoever_sits_on_the_administrators_post_is_one(cast: Cast) -> None:
    keeper = AppointmentFactory(post__key="county.admin").person

    assert accounts.reset_password(person_id=cast.li.pk, actor=keeper, now=NOW).password


@pytest.mark.parametrize("username", ["", "=cmd", "王", "a", "a b", "<b>x</b>", "x" * 61])
def test_what_is_no_user_name_is_refused(cast: Cast, username: str) -> None:
    with pytest.raises(refusals.BadUsername):
        accounts.create_officer(username=username, name="陈静", county=COUNTY, actor=cast.admin, now=NOW)


def test_two_people_cannot_have_one_user_name_in_two_cases(cast: Cast) -> None:
    with pytest.raises(refusals.UsernameTaken):
        accounts.create_officer(username="WANG", name="王某", county=COUNTY, actor=cast.admin, now=NOW)


def test_a_one_time_password_is_on_one_page_and_in_no_log_entry_or_repr(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    answer = sign_in(cast.admin).post(reverse("offices:reset_password", args=[cast.wang.pk]))

    found = re.search(r">([a-z2-9]{4}(?:-[a-z2-9]{4}){3})<", answer.content.decode())
    assert found is not None
    assert "no-store" in answer["Cache-Control"]
    assert found[1] not in caplog.text
    assert all(found[1] not in str(entry.__dict__) for entry in Entry.objects.all())
    assert Person.objects.get(pk=cast.wang.pk).check_password(found[1])
    made = accounts.reset_password(person_id=cast.wang.pk, actor=None, now=NOW)
    assert made.password not in repr(made)


def test_a_light_one_time_hash_is_made_heavy_when_it_is_first_used(cast: Cast, settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    made = accounts.reset_password(person_id=cast.wang.pk, actor=None, now=NOW)
    person = Person.objects.get(pk=cast.wang.pk)
    assert int(person.password.split("$")[1]) == accounts.ONE_TIME_ITERATIONS

    assert person.check_password(made.password)

    assert int(Person.objects.get(pk=cast.wang.pk).password.split("$")[1]) > 500_000


def test_idle_sessions_end_and_used_ones_move_on_at_most_every_five_minutes(cast: Cast, settings) -> None:
    settings.SESSION_COOKIE_AGE = 30 * 60
    with time_machine.travel(NOW, tick=False) as clock:
        client = sign_in(cast.wang)
        first = Session.objects.get(person=cast.wang).expire_date

        clock.shift(dt.timedelta(minutes=4))
        assert signed_in(client)
        assert Session.objects.get(person=cast.wang).expire_date == first

        clock.shift(dt.timedelta(minutes=2))
        assert signed_in(client)
        assert Session.objects.get(person=cast.wang).expire_date == first + dt.timedelta(minutes=6)

        clock.shift(dt.timedelta(minutes=29))
        assert signed_in(client)
        clock.shift(dt.timedelta(minutes=31))
        assert not signed_in(client)


def test_nobody_who_is_in_the_record_can_be_deleted_through_the_orm(cast: Cast) -> None:
    cover = CoverFactory(principal=cast.wang_as_chief, stand_in=cast.li)
    for row in (cast.wang, cast.bureau, cast.chief_post, cast.wang_as_chief, cover):
        with pytest.raises(ProtectedError):
            row.delete()
        with pytest.raises(ProtectedError):
            type(row).objects.filter(pk=row.pk).delete()
        with pytest.raises(ProtectedError):
            type(row).objects.filter(pk=row.pk)._raw_delete("default")
        assert type(row).objects.filter(pk=row.pk).exists()


def test_an_appointment_cannot_be_rewritten_only_ended(cast: Cast) -> None:
    row = Appointment.objects.get(pk=cast.wang_as_chief.pk)
    for change in ({"person": cast.li}, {"post": cast.handler_post}, {"starts": TODAY}):
        row = Appointment.objects.get(pk=cast.wang_as_chief.pk)
        for name, value in change.items():
            setattr(row, name, value)
        with pytest.raises(ProtectedError):
            row.save()
        with pytest.raises(ProtectedError):
            Appointment.objects.filter(pk=row.pk).update(**change)
    row = Appointment.objects.get(pk=cast.wang_as_chief.pk)
    row.ends = TODAY
    row.save()
    assert Appointment.objects.get(pk=row.pk).ends == TODAY


@pytest.mark.parametrize("model", ["person", "office", "post", "appointment", "cover", "charge", "recusal", "handover"])
def test_the_admin_offers_no_deletion(cast: Cast, model: str) -> None:
    cover = CoverFactory(principal=cast.wang_as_chief, stand_in=cast.li)
    rows = {
        "person": cast.wang,
        "office": cast.bureau,
        "post": cast.chief_post,
        "appointment": cast.wang_as_chief,
        "cover": cover,
    }
    client = sign_in(cast.admin)
    changelist = reverse(f"admin:offices_{model}_changelist")

    answer = client.post(changelist, {"action": "delete_selected", "_selected_action": [1], "post": "yes"})
    assert "delete_selected" not in client.get(changelist).content.decode()
    assert answer.status_code in (200, 302)
    if model in rows:
        assert (
            client.post(reverse(f"admin:offices_{model}_delete", args=[rows[model].pk]), {"post": "yes"}).status_code
            == 403
        )
        assert type(rows[model]).objects.filter(pk=rows[model].pk).exists()


def test_the_admin_ends_an_appointment_but_changes_nothing_else_and_writes_it_down(cast: Cast) -> None:
    client = sign_in(cast.admin)
    address = reverse("admin:offices_appointment_change", args=[cast.wang_as_chief.pk])

    client.post(
        address, {"person": cast.li.pk, "post": cast.handler_post.pk, "starts": "2022-02-01", "ends": "2022-03-31"}
    )

    row = Appointment.objects.get(pk=cast.wang_as_chief.pk)
    assert (row.person, row.post, row.starts) == (cast.wang, cast.chief_post, cast.wang_as_chief.starts)
    assert row.ends == dt.date(2022, 3, 31)
    assert "admin.appointment_changed" in kinds()


def test_the_admin_shows_no_password_hash_and_opens_to_no_officer(cast: Cast) -> None:
    address = reverse("admin:offices_person_change", args=[cast.wang.pk])

    assert cast.wang.password not in sign_in(cast.admin).get(address).content.decode()
    refused = sign_in(cast.wang).get(address)
    assert refused.status_code == 302


def test_create_admin_prints_a_one_time_password_and_there_is_no_default(
    db: None, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("create_admin", "root.county", "--name", "管理员")
    printed = re.search(r"one-time password: (\S+)", capsys.readouterr().out)
    assert printed is not None

    person = Person.objects.get(username="root.county")

    assert person.is_superuser and person.must_change_password and person.check_password(printed[1])
    with pytest.raises(CommandError):
        call_command("create_admin", "root.county")


def test_a_persons_language_meets_him_when_he_signs_in(cast: Cast) -> None:
    accounts.prefer_language(person=cast.wang, language="en")
    client = sign_in(cast.wang)

    assert client.cookies["kaigong_language"].value == "en"
    assert client.get(reverse("offices:sessions"))["Content-Language"] == "en"
