"""Telling people: once in the house, at least once outside under one id, at the right hour, in his language."""

from __future__ import annotations

import datetime as dt
import http.server
import json
import threading
import uuid
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from notifications.channels import Letter, send
from notifications.delivery import MOST_TRIES, deliver
from notifications.faults import Permanent, Temporary
from notifications.hours import after_quiet, next_slot
from notifications.inbox import unread
from notifications.models import Delivery, Message, Preference
from notifications.planning import plan
from tests.cast import WIND_FARM_LAND, County, at
from tests.notifications.post_office import PostOffice, post_office
from workflows.offices.models import Person

NOW = at("2022-03-01", "10:00")


@pytest.fixture
def office(settings: Any) -> Iterator[PostOffice]:
    with post_office() as found:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", found.port
        settings.CHANNELS = {"email": "smtp://127.0.0.1"}
        settings.BASE_URL = "https://kaigong.example"
        yield found


@pytest.fixture
def chief(county: County) -> Person:
    person = county["chief.land"]
    Person.objects.filter(pk=person.pk).update(email="chief@example.cn")
    return person


def wish(person: Person, digest: str = "none", **more: Any) -> None:
    Preference.objects.create(person=person, channels=["email"], digest=digest, **more)


def tell(kind: str = "step_handed_over", *, post: str = "land.chief", urgent: bool = False, number: int = 1) -> Message:
    return Message.objects.create(
        county="620799",
        kind=kind,
        post_key=post,
        params={
            "subject": "绣花庙风电场项目",
            "number": f"用地预审-2022-{number:03}",
            "node": "chief",
            "rung": 3,
            "trigger": "step_late",
        },
        url="/steps/7/",
        created_at=NOW,
        urgent=urgent,
    )


def test_a_message_to_a_post_reaches_whoever_holds_it_with_a_link_and_a_lasting_id(
    office: PostOffice, chief: Person
) -> None:
    wish(chief)
    message = tell()
    assert plan(NOW) == 1 and deliver(NOW).sent == 1
    assert office.ids() == [f"<{Delivery.id_of(message.pk, chief.pk, 'email')}@kaigong.example>"]
    assert "绣花庙风电场项目" in office.subjects()[0]
    assert "https://kaigong.example/steps/7/" in office.texts()[0]
    assert deliver(NOW).sent == 0, "sent once"


def test_the_stand_in_is_told_as_well(office: PostOffice, county: County, chief: Person) -> None:
    from workflows.offices.models import Appointment
    from workflows.operations import staffing

    Person.objects.filter(username="vice.land").update(email="vice@example.cn")
    wish(county["vice.land"])
    staffing.add_cover(
        principal_id=Appointment.objects.get(person=chief).pk,
        stand_in_id=county["vice.land"].pk,
        starts=dt.date(2022, 3, 1),
        ends=dt.date(2022, 3, 31),
        authority_no="山自然资函〔2022〕3号",
        actor=county["admin"],
        now=at("2022-03-01", "08:00"),
    )
    Message.objects.update(planned_at=NOW)
    tell()
    plan(NOW)
    deliver(NOW)
    assert [mail["To"] for mail in office.mails] == ["vice@example.cn"]


def test_a_crash_between_sending_and_writing_sends_again_under_the_same_id(office: PostOffice, chief: Person) -> None:
    wish(chief)
    tell()
    plan(NOW)

    class Crash(BaseException):
        pass

    def dies_after_sending(letter: Letter) -> None:
        send(letter)
        raise Crash

    with pytest.raises(Crash):
        deliver(NOW, dies_after_sending)
    assert deliver(NOW + dt.timedelta(minutes=1)).sent == 0, "the claim still stands"
    assert deliver(NOW + dt.timedelta(minutes=6)).sent == 1
    assert len(office.mails) == 2 and len(set(office.ids())) == 1


def test_two_planners_and_the_same_message_twice_make_one_delivery(office: PostOffice, chief: Person) -> None:
    wish(chief)
    tell()
    plan(NOW)
    Message.objects.update(planned_at=None)
    plan(NOW)
    assert Delivery.objects.count() == 1


def test_a_server_that_is_out_of_order_is_tried_again_later_and_later_then_given_up(
    office: PostOffice, chief: Person
) -> None:
    wish(chief)
    tell()
    plan(NOW)
    office.busy = True
    moment, waits = NOW, []
    for _n in range(MOST_TRIES):
        deliver(moment)
        row = Delivery.objects.get()
        waits.append(row.next_try_at - moment)
        moment = row.next_try_at
    assert waits[:4] == [dt.timedelta(minutes=n) for n in (1, 2, 4, 8)]
    assert max(waits) <= dt.timedelta(hours=6)
    row = Delivery.objects.get()
    assert row.state == "given_up" and "451" in row.error and office.mails == []


def test_a_channel_out_of_order_is_not_asked_again_for_every_letter(office: PostOffice, chief: Person) -> None:
    wish(chief)
    for n in range(8):
        tell(number=n)
    plan(NOW)
    office.busy = True
    assert deliver(NOW).failed == 2
    assert sorted(Delivery.objects.values_list("tries", flat=True)) == [0] * 6 + [1] * 2, "the others lost no try"
    office.busy = False
    assert deliver(NOW + dt.timedelta(minutes=1)).sent == 8


def test_an_address_that_is_refused_is_given_up_at_once_and_the_administrator_tries_again(
    office: PostOffice, county: County, chief: Person
) -> None:
    wish(chief)
    tell()
    plan(NOW)
    office.refused.add("chief@example.cn")
    assert deliver(NOW).given_up == 1
    client = Client()
    client.force_login(county["admin"])
    page = client.get("/messages/failures/").content.decode()
    assert "550" in page and chief.display_name in page
    office.refused.clear()
    assert client.post("/messages/failures/again/").status_code == 302
    later = Delivery.objects.get().next_try_at
    assert deliver(later).sent == 1
    client.force_login(chief)
    assert client.get("/messages/failures/").status_code == 403


def test_by_default_ordinary_things_go_together_in_the_morning_and_urgent_ones_at_once_even_at_night(
    office: PostOffice, chief: Person
) -> None:
    night = at("2022-03-01", "23:10")
    for n in range(3):
        tell(number=n)
    urgent = tell("escalated", urgent=True)
    plan(night)
    assert deliver(night).sent == 1
    assert office.ids()[0].startswith(f"<{Delivery.id_of(urgent.pk, chief.pk, 'email')}")
    assert deliver(at("2022-03-02", "08:29")).sent == 0
    assert deliver(at("2022-03-02", "08:30")).sent == 1
    assert office.subjects()[-1] == "开工：3 条消息"
    assert office.texts()[-1].count("绣花庙风电场项目") == 3
    assert not Delivery.objects.filter(state="waiting").exists()


def test_a_letter_that_cannot_be_written_keeps_no_other_waiting(office: PostOffice, chief: Person) -> None:
    wish(chief)
    broken = tell()
    Message.objects.filter(pk=broken.pk).update(params={})
    tell()
    plan(NOW)
    done = deliver(NOW)
    assert (done.given_up, done.sent) == (1, 1)
    assert "KeyError" in Delivery.objects.get(message=broken).error


def test_a_digest_larger_than_one_round_goes_whole(office: PostOffice, chief: Person) -> None:
    for n in range(7):
        tell(number=n)
    plan(NOW)
    assert deliver(at("2022-03-02", "08:30"), most=3).sent == 1
    assert office.subjects() == ["开工：7 条消息"]


def test_what_waits_in_the_inbox_never_gets_a_mail_of_its_own(office: PostOffice, chief: Person) -> None:
    wish(chief, "none")
    tell("step_due")
    plan(NOW)
    assert deliver(NOW).sent == 0
    assert Delivery.objects.get().slot is not None


def test_a_reader_who_chose_english_gets_english(office: PostOffice, chief: Person) -> None:
    Person.objects.filter(pk=chief.pk).update(language="en")
    wish(chief)
    tell()
    plan(NOW)
    deliver(NOW)
    assert "handed over to you" in office.subjects()[0]


def test_a_robot_of_a_group_is_reached_over_http(settings: Any, chief: Person, db: None) -> None:
    got: list[bytes] = []

    class Robot(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *args: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Robot) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.CHANNELS = {"wecom": f"json://127.0.0.1:{server.server_address[1]}/"}
        Preference.objects.create(person=chief, channels=["wecom"], digest="none")
        message = tell()
        plan(NOW)
        assert deliver(NOW).sent == 1
        server.shutdown()
    body = json.loads(got[0])
    assert body["message"].startswith("@chief.land ") and "绣花庙风电场项目" in body["message"]
    assert str(Delivery.id_of(message.pk, chief.pk, "wecom")) in body["message"]


@pytest.mark.parametrize(("code", "fault"), [(93000, Permanent), (45009, Temporary)])
def test_a_robot_that_says_no_with_a_friendly_status_is_heard(settings: Any, code: int, fault: type[Exception]) -> None:
    class Robot(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"errcode": code, "errmsg": "no"}).encode())

        def log_message(self, *args: Any) -> None:
            pass

    from apprise.plugins import wecombot

    from notifications import chat

    assert chat
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Robot) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        answer = wecombot.requests.post(f"http://127.0.0.1:{server.server_address[1]}/", data="{}", timeout=5)
        server.shutdown()
    assert answer.status_code != 200
    assert isinstance(chat._verdict([f"error={answer.status_code}."]), fault)


def test_a_channel_that_does_not_answer_is_temporary_and_no_address_is_permanent(settings: Any) -> None:
    settings.CHANNELS = {"wecom": "json://127.0.0.1:9/"}
    letter = Letter(uuid.uuid4(), "wecom", "x", "x", "标题", "正文")
    with pytest.raises(Temporary):
        send(letter)
    with pytest.raises(Permanent):
        send(Letter(letter.id, "email", "", "x", "标题", "正文"))


def test_without_any_channel_messages_stay_in_the_house_and_nothing_piles_up(settings: Any, chief: Person) -> None:
    settings.CHANNELS = {}
    tell()
    assert plan(NOW) == 1
    assert Delivery.objects.count() == 0 and not Message.objects.filter(planned_at__isnull=True).exists()


def test_the_bell_counts_what_is_new_until_it_was_looked_at(county: County, chief: Person) -> None:
    tell()
    tell("step_due")
    assert unread(chief.pk, {"land.chief"}, "620799") == 1
    client = Client()
    client.force_login(chief)
    client.get("/messages/")
    assert unread(chief.pk, {"land.chief"}, "620799") == 0
    tell()
    assert unread(chief.pk, {"land.chief"}, "620799") == 1


def test_a_person_chooses_how_he_is_told_and_nonsense_gets_a_sentence(
    office: PostOffice, county: County, chief: Person
) -> None:
    client = Client()
    client.force_login(chief)
    good = {
        "email": "c@example.cn",
        "channels": ["email"],
        "digest": "hourly",
        "quiet_from": "21:00",
        "quiet_to": "07:00",
    }
    assert client.post("/messages/settings/", {**good, "email": ""}).status_code == 422
    assert client.post("/messages/settings/", {**good, "quiet_to": ""}).status_code == 422
    assert client.post("/messages/settings/", {**good, "channels": ["sms"]}).status_code == 422
    assert client.post("/messages/settings/", good).status_code == 302
    kept = Preference.objects.get(person=chief)
    assert (kept.digest, kept.quiet_from) == ("hourly", dt.time(21))
    assert Person.objects.get(pk=chief.pk).email == "c@example.cn"
    assert client.get("/messages/settings/").status_code == 200


TIMES = st.times().map(lambda time: time.replace(second=0, microsecond=0))
MOMENTS = st.integers(0, 525_000).map(lambda minutes: at("2022-01-01", "00:00") + dt.timedelta(minutes=minutes))


@given(moment=MOMENTS, begins=TIMES, ends=TIMES)
def test_nothing_goes_in_the_quiet_hours_and_nothing_waits_a_whole_day_for_them(
    moment: dt.datetime, begins: dt.time, ends: dt.time
) -> None:
    goes = after_quiet(moment, begins, ends)
    assert moment <= goes < moment + dt.timedelta(days=1) or goes == moment
    assert after_quiet(goes, begins, ends) == goes


@given(moment=MOMENTS, digest=st.sampled_from(["hourly", "daily"]))
def test_a_digest_lies_ahead_and_comes_within_its_period(moment: dt.datetime, digest: str) -> None:
    slot = next_slot(digest, moment)
    assert slot is not None
    assert moment < slot <= moment + (dt.timedelta(hours=1) if digest == "hourly" else dt.timedelta(days=1))


def test_a_letter_that_ends_the_process_each_time_is_given_up_and_holds_up_nobody(
    office: PostOffice, chief: Person
) -> None:
    wish(chief)
    deadly, other = tell(), tell()
    plan(NOW)

    class Killed(BaseException):
        pass

    def dies(letter: Letter) -> None:
        if letter.id == Delivery.id_of(deadly.pk, chief.pk, "email"):
            raise Killed
        send(letter)

    moment = NOW
    for _n in range(40):
        with suppress(Killed):
            deliver(moment, dies)
        moment += dt.timedelta(hours=7)
    rows = {row.message_id: row for row in Delivery.objects.all()}
    assert (rows[deadly.pk].state, rows[deadly.pk].tries) == ("given_up", MOST_TRIES)
    assert "一再" in rows[deadly.pk].error, "the administrator reads why"
    assert rows[other.pk].state == "sent" and len(office.mails) == 1


def test_a_retry_keeps_the_quiet_hours(office: PostOffice, chief: Person) -> None:
    wish(chief, quiet_from=dt.time(20), quiet_to=dt.time(7, 30))
    tell()
    evening = at("2022-03-01", "19:59")
    plan(evening)
    office.busy = True
    assert deliver(evening).failed == 1
    office.busy = False
    assert deliver(at("2022-03-01", "20:05")).sent == 0
    row = Delivery.objects.get()
    assert (row.next_try_at, row.tries) == (at("2022-03-02", "07:30"), 1), "waiting is no try"
    assert deliver(at("2022-03-02", "07:30")).sent == 1


def test_what_piled_up_in_an_outage_does_not_wake_anybody(office: PostOffice, chief: Person) -> None:
    wish(chief, quiet_from=dt.time(20), quiet_to=dt.time(7, 30))
    tell()
    urgent = tell("escalated", urgent=True)
    plan(NOW)
    assert deliver(at("2022-03-04", "03:00")).sent == 1
    assert Delivery.objects.get(message=urgent).state == "sent"
    assert deliver(at("2022-03-04", "07:30")).sent == 1


def test_a_digest_names_no_step_that_was_signed_meanwhile(office: PostOffice, county: County, chief: Person) -> None:
    application = county.apply("land_pre_review", WIND_FARM_LAND)
    step = county.open_step(application, "intake")
    Message.objects.update(planned_at=NOW)
    for url in (f"/steps/{step.pk}/", "/steps/999999/"):
        message = tell("step_due")
        Message.objects.filter(pk=message.pk).update(url=url)
    plan(NOW)
    county.sign(application, "intake", "window.land", "accept")
    Message.objects.filter(planned_at__isnull=True).update(planned_at=NOW)
    assert deliver(at("2022-03-02", "08:30")).sent == 1
    assert f"/steps/{step.pk}/" not in office.texts()[0] and "/steps/999999/" in office.texts()[0]
    assert Delivery.objects.filter(state="moot").count() == 1


def test_a_digest_in_which_nothing_waits_any_more_is_not_sent(
    office: PostOffice, county: County, chief: Person
) -> None:
    application = county.apply("land_pre_review", WIND_FARM_LAND)
    step = county.open_step(application, "intake")
    Message.objects.update(planned_at=NOW)
    message = tell("step_due")
    Message.objects.filter(pk=message.pk).update(url=f"/steps/{step.pk}/")
    plan(NOW)
    county.sign(application, "intake", "window.land", "accept")
    Message.objects.filter(planned_at__isnull=True).update(planned_at=NOW)
    assert deliver(at("2022-03-02", "08:30")).sent == 0 and office.mails == []


def test_who_is_told_the_same_twice_reads_it_once(office: PostOffice, chief: Person) -> None:
    for n in (1, 1, 2):
        tell(number=n)
    plan(NOW)
    assert deliver(at("2022-03-02", "08:30")).sent == 1
    assert office.subjects() == ["开工：2 条消息"]


def test_a_message_without_a_sentence_breaks_no_page(office: PostOffice, county: County, chief: Person) -> None:
    wish(chief)
    broken = tell()
    Message.objects.filter(pk=broken.pk).update(kind="of_another_time")
    plan(NOW)
    assert deliver(NOW).given_up == 1
    client = Client()
    client.force_login(county["admin"])
    assert "of_another_time" in client.get("/messages/failures/").content.decode()
    client.force_login(chief)
    assert "of_another_time" in client.get("/messages/").content.decode()


def test_a_digest_says_where_a_matter_stands_not_every_rung_that_it_passed(office: PostOffice, chief: Person) -> None:
    for rung, number in ((1, 1), (1, 2), (2, 1)):
        message = tell("escalated_copy", number=number)
        Message.objects.filter(pk=message.pk).update(params={**message.params, "rung": rung})
    plan(NOW)
    assert deliver(at("2022-03-02", "08:30")).sent == 1
    text = office.texts()[0]
    assert office.subjects() == ["开工：2 条消息"] and text.count("用地预审-2022-001") == 1
    assert text.index("用地预审-2022-002") < text.index("用地预审-2022-001")
    assert not Delivery.objects.filter(state="waiting").exists(), "what was merged was told"
