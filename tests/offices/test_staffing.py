"""People move while work is open (DOMAIN.md E8-E10): who loses the step, who gets it, and what is written down."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction
from django.urls import reverse
from viewflow.workflow import Token

from notifications.models import Message
from tests.factories import (
    COUNTY,
    TODAY,
    AppointmentFactory,
    PersonFactory,
    PostFactory,
    RecusalFactory,
)
from tests.offices.conftest import NOW, Cast
from tests.offices.test_accounts import sign_in
from workflows.audit.models import Entry
from workflows.audit.refused import NotYours
from workflows.models import Application, SignOff, Step
from workflows.offices import staff
from workflows.offices.models import Appointment, Handover, Person
from workflows.offices.recusals import lift_recusal
from workflows.offices.refusals import NotTheAdministrator, SignedSince
from workflows.operations import refusals, staffing
from workflows.operations.core import actor_of, check_entitled, locked_step

DAY = dt.timedelta(days=1)
YESTERDAY = TODAY - DAY
NO_FLOW = "workflows/nowhere.V1"


def open_step(cast: Cast, post_key: str, owner: Person | None, subject: str = "project:7") -> Step:
    """A step that waits for a post, handed to one person. The flow it belongs to plays no part in these stories."""
    application = Application.objects.create(
        flow_class=NO_FLOW,
        county=COUNTY,
        number=f"A-{Application.objects.count() + 1}",
        procedure="land_pre_review",
        version="V1",
        subject="绣花庙风电场",
        subject_key=subject,
        applicant="风电公司",
        office=cast.bureau,
        content_hash="0" * 64,
        received_at=NOW,
    )
    return add_step(application, post_key, owner)


def add_step(application: Application, post_key: str, owner: Person | None) -> Step:
    step = Step(
        process=application,
        flow_task=f"{NO_FLOW}.review",
        flow_task_type="HUMAN",
        status="NEW",
        token=Token("start"),
        county=COUNTY,
        node="review",
        post_key=post_key,
        owner=owner,
    )
    # Past viewflow's own save, which asks the flow.
    return Step.objects.bulk_create([step])[0]


def signed(step: Step, person: Person, when: dt.datetime) -> SignOff:
    return SignOff.objects.create(
        county=COUNTY,
        application=step.process,
        step=step,
        node=step.node,
        act="agree",
        signer=person,
        signer_name=person.name,
        post_key=step.post_key,
        post_title="自然资源局 股长",
        content_hash="0" * 64,
        content_version=1,
        signed_at=when,
    )


def may_sign(step: Step, person: Person, now: dt.datetime = NOW) -> bool:
    """The engine's own answer, as the click asks it."""
    with transaction.atomic():
        try:
            check_entitled(locked_step(step.pk, person, COUNTY), actor_of(person, now), apart=False)
        except NotYours:
            return False
        return True


def owner_of(step: Step) -> Person | None:
    return Step.objects.get(pk=step.pk).owner


def transfer_wang(cast: Cast, first_day: dt.date = TODAY) -> Appointment:
    vice = PostFactory(office=cast.bureau, key="land.vice", name="副局长")
    return staffing.transfer(
        appointment_id=cast.wang_as_chief.pk, to_post_id=vice.pk, first_day=first_day, actor=cast.admin, now=NOW
    )


def test_a_transferred_officer_loses_the_step_and_the_successor_gets_it(cast: Cast) -> None:
    zhao = PersonFactory(name="赵刚")
    AppointmentFactory(person=zhao, post=cast.chief_post, starts=TODAY)
    step = open_step(cast, "land.chief", cast.wang)
    assert may_sign(step, cast.wang) and not may_sign(step, zhao)

    transfer_wang(cast)

    assert not may_sign(step, cast.wang)
    assert may_sign(step, zhao)
    handover = Handover.objects.get()
    assert (handover.from_person, handover.to_person, handover.cause) == (cast.wang, None, "transfer")
    assert handover.acknowledge_by == TODAY + DAY
    told = Message.objects.get()
    assert (told.kind, told.post_key, told.url) == ("step_handed_over", "land.chief", f"/steps/{step.pk}/")


def test_the_handover_stands_in_the_chain_of_the_application(cast: Cast) -> None:
    step = open_step(cast, "land.chief", cast.wang)

    transfer_wang(cast)

    application = Application.objects.get(pk=step.process_id)
    assert (application.entry_count, application.last_hash is not None) == (1, True)
    assert Entry.objects.filter(kind="application.handed_over").count() == 1


def test_without_a_successor_the_b_role_gets_the_step(cast: Cast) -> None:
    staffing.add_cover(
        principal_id=cast.wang_as_chief.pk,
        stand_in_id=cast.li.pk,
        starts=TODAY + DAY,
        ends=TODAY + 20 * DAY,
        authority_no="政办函12号",
        actor=cast.admin,
        now=NOW,
    )
    step = open_step(cast, "land.chief", cast.wang)

    transfer_wang(cast, first_day=TODAY + 2 * DAY)
    assert owner_of(step) == cast.wang

    later = NOW + 2 * DAY
    assert [row.to_person for row in staffing.release_stranded(now=later)] == [cast.li]
    assert may_sign(step, cast.li, later)
    assert not may_sign(step, cast.wang, later)
    assert Message.objects.get().person == cast.li


def test_the_successor_takes_over_from_the_acting_b_role(cast: Cast) -> None:
    cast.wang_as_chief.ends = YESTERDAY
    cast.wang_as_chief.save(update_fields=["ends"])
    staffing.covers.act_for_vacancy(
        post_id=cast.chief_post.pk,
        stand_in_id=cast.li.pk,
        starts=TODAY,
        ends=TODAY + 20 * DAY,
        authority_no="政办函12号",
        actor=cast.admin,
        now=NOW,
    )
    step = open_step(cast, "land.chief", cast.li)
    zhao = PersonFactory(name="赵刚")

    staffing.appoint(person_id=zhao.pk, post_id=cast.chief_post.pk, starts=TODAY, actor=cast.admin, now=NOW)

    assert may_sign(step, zhao)
    assert not may_sign(step, cast.li)


def test_when_nobody_may_act_the_administrator_is_told_of_the_vacancy(cast: Cast) -> None:
    open_step(cast, "land.chief", cast.wang)

    transfer_wang(cast)

    assert set(Message.objects.values_list("kind", "post_key")) == {
        ("step_handed_over", "land.chief"),
        ("post_vacant", "county.admin"),
    }


def test_a_transfer_that_lies_ahead_leaves_the_step_until_that_day(cast: Cast) -> None:
    step = open_step(cast, "land.chief", cast.wang)

    transfer_wang(cast, first_day=TODAY + 3 * DAY)

    assert owner_of(step) == cast.wang
    assert staffing.release_stranded(now=NOW + 2 * DAY) == []
    assert len(staffing.release_stranded(now=NOW + 3 * DAY)) == 1
    assert owner_of(step) is None
    assert staffing.release_stranded(now=NOW + 3 * DAY) == []


def test_nobody_leaves_a_post_before_his_last_signature_from_it(cast: Cast) -> None:
    step = open_step(cast, "land.chief", None)
    signed(step, cast.wang, NOW)

    with pytest.raises(SignedSince, match="2022-03-01"):
        transfer_wang(cast)
    assert Appointment.objects.get(pk=cast.wang_as_chief.pk).ends is None

    staffing.end_appointment(appointment_id=cast.wang_as_chief.pk, last_day=TODAY, actor=cast.admin, now=NOW)
    assert Appointment.objects.get(pk=cast.wang_as_chief.pk).ends == TODAY


def test_old_signatures_keep_the_name_and_post_of_their_day(cast: Cast) -> None:
    mark = signed(open_step(cast, "land.chief", None), cast.wang, NOW - 30 * DAY)

    transfer_wang(cast)
    staffing.accounts.update_person(person_id=cast.wang.pk, name="王新国", phone="", actor=cast.admin, now=NOW)

    kept = SignOff.objects.get(pk=mark.pk)
    assert (kept.signer_name, kept.post_title) == ("王建国", "自然资源局 股长")


def test_a_transfer_leaves_a_step_that_waits_for_another_post_of_his_alone(cast: Cast) -> None:
    AppointmentFactory(person=cast.wang, post=cast.handler_post)
    step = open_step(cast, "land.handler", cast.wang)

    transfer_wang(cast)

    assert owner_of(step) == cast.wang
    assert not Handover.objects.exists()


def test_a_deactivated_officers_steps_go_back_to_the_post(cast: Cast) -> None:
    step = open_step(cast, "land.chief", cast.wang)

    given_back = staffing.deactivate(person_id=cast.wang.pk, actor=cast.admin, now=NOW, reason="停职")

    assert [row.cause for row in given_back] == ["deactivated"]
    assert owner_of(step) is None
    assert not may_sign(step, cast.wang)


def test_a_refused_deactivation_leaves_everything_as_it_was(cast: Cast) -> None:
    step = open_step(cast, "land.chief", cast.wang)

    with pytest.raises(NotTheAdministrator):
        staffing.deactivate(person_id=cast.wang.pk, actor=cast.li, now=NOW)

    assert owner_of(step) == cast.wang
    assert Entry.objects.count() == 0


def test_covering_an_officer_mid_step_puts_the_step_into_the_stand_ins_hands(cast: Cast) -> None:
    step = open_step(cast, "land.chief", cast.wang)

    cover = staffing.add_cover(
        principal_id=cast.wang_as_chief.pk,
        stand_in_id=cast.li.pk,
        starts=TODAY,
        ends=TODAY + 4 * DAY,
        authority_no="政办函12号",
        actor=cast.admin,
        now=NOW,
    )

    assert may_sign(step, cast.li)
    seat = check_seat(step, cast.li)
    assert (seat.principal_name, seat.authority_no) == ("王建国", "政办函12号")
    assert Handover.objects.get().cause == "absent"

    staffing.end_cover(cover_id=cover.pk, last_day=TODAY, actor=cast.admin, now=NOW)
    staffing.release_stranded(now=NOW + DAY)
    assert may_sign(step, cast.wang, NOW + DAY)
    assert not may_sign(step, cast.li, NOW + DAY)


def check_seat(step: Step, person: Person):
    with transaction.atomic():
        return check_entitled(locked_step(step.pk, person, COUNTY), actor_of(person, NOW), apart=False)


def test_a_cover_does_not_end_before_a_signature_that_leans_on_it(cast: Cast) -> None:
    cover = staffing.add_cover(
        principal_id=cast.wang_as_chief.pk,
        stand_in_id=cast.li.pk,
        starts=TODAY,
        ends=TODAY + 4 * DAY,
        authority_no="政办函12号",
        actor=cast.admin,
        now=NOW,
    )
    mark = signed(open_step(cast, "land.chief", None), cast.li, NOW + 2 * DAY)
    SignOff.objects.filter(pk=mark.pk).update(principal=cast.wang, authority_no="政办函12号")

    with pytest.raises(SignedSince):
        staffing.end_cover(cover_id=cover.pk, last_day=TODAY, actor=cast.admin, now=NOW + 2 * DAY)


def test_a_recused_officer_loses_the_step_and_his_sign_offs_are_flagged(cast: Cast) -> None:
    step, other = open_step(cast, "land.chief", cast.wang), open_step(cast, "land.chief", cast.wang, "project:8")
    mark = signed(step, cast.wang, NOW - 5 * DAY)
    signed(other, cast.wang, NOW - 5 * DAY)

    done = staffing.declare_recusal(
        person_id=cast.wang.pk, subject_key="project:7", reason="配偶为股东", actor=cast.wang, now=NOW
    )

    assert [row.cause for row in done.released] == ["recused"]
    assert done.to_redo == [mark]
    assert (owner_of(step), owner_of(other)) == (None, cast.wang)
    assert not may_sign(step, cast.wang)
    assert may_sign(other, cast.wang)
    assert Entry.objects.filter(kind="application.sign_off_flagged").count() == 1
    assert Message.objects.filter(kind="sign_off_flagged", post_key="land.chief").count() == 1


def test_a_lifted_recusal_lets_the_officer_act_again(cast: Cast) -> None:
    step = open_step(cast, "land.chief", None)
    recusal = RecusalFactory(person=cast.wang, subject_key="project:7")
    assert not may_sign(step, cast.wang)

    lift_recusal(recusal_id=recusal.pk, reason="经查无利害关系", actor=cast.admin, now=NOW)

    assert may_sign(step, cast.wang)


def test_whoever_takes_over_acknowledges_once(cast: Cast) -> None:
    zhao = AppointmentFactory(person__name="赵刚", post=cast.chief_post).person
    step = open_step(cast, "land.chief", cast.wang)
    transfer_wang(cast)

    with pytest.raises(refusals.NotYourStep):
        staffing.acknowledge(step_id=step.pk, person=cast.li, now=NOW)
    done = staffing.acknowledge(step_id=step.pk, person=zhao, now=NOW)
    with pytest.raises(staffing.NothingToAcknowledge):
        staffing.acknowledge(step_id=step.pk, person=zhao, now=NOW)

    assert (done.acknowledged_by, done.acknowledged_at) == (zhao, NOW)


def test_a_second_step_of_one_application_goes_on_its_chain(cast: Cast) -> None:
    first = open_step(cast, "land.chief", cast.wang)
    add_step(first.process, "land.chief", cast.wang)

    transfer_wang(cast)

    assert Application.objects.get(pk=first.process_id).entry_count == 2


def test_the_clock_and_the_revision_do_not_move_with_the_people(cast: Cast) -> None:
    step = open_step(cast, "land.chief", cast.wang)
    Step.objects.filter(pk=step.pk).update(due_on=TODAY + 3 * DAY)

    transfer_wang(cast)

    assert Step.objects.get(pk=step.pk).due_on == TODAY + 3 * DAY
    assert Application.objects.get(pk=step.process_id).revision == step.process.revision


def test_the_administrator_moves_people_on_the_pages(cast: Cast) -> None:
    client = sign_in(cast.admin)
    post = PostFactory(key="land.vice")
    tomorrow = dt.datetime.now(dt.UTC).date() + DAY

    page = client.get(reverse("offices:person", args=[cast.wang.pk]))
    transferred = client.post(
        reverse("staffing:transfer", args=[cast.wang_as_chief.pk]),
        {
            "post": post.pk,
            "starts": tomorrow.isoformat(),
            "document_no": "任字5号",
            "appointment": cast.wang_as_chief.pk,
        },
    )
    ended = client.post(reverse("staffing:deactivate", args=[cast.wang.pk]), {"reason": "退休"})

    assert page.status_code == 200
    assert (transferred.status_code, ended.status_code) == (302, 302)
    assert Appointment.objects.filter(person=cast.wang, post=post).exists()
    assert not Person.objects.get(pk=cast.wang.pk).is_active


def test_a_refused_cover_comes_back_with_its_sentence_and_what_was_typed(cast: Cast) -> None:
    day = dt.datetime.now(dt.UTC).date() + DAY
    answer = sign_in(cast.admin).post(
        reverse("staffing:cover"),
        {
            "principal": f"a{cast.wang_as_chief.pk}",
            "stand_in": cast.wang.pk,
            "starts": day.isoformat(),
            "ends": day.isoformat(),
            "authority_no": "政办函99号",
        },
    )

    assert answer.status_code == 422
    assert "政办函99号" in answer.content.decode()
    assert answer.context["form"].non_field_errors()


@pytest.mark.parametrize(
    "address",
    [
        "offices:people",
        "offices:create",
        "offices:import",
        "offices:tree",
        "staffing:cover",
        "offices:sessions",
        "staffing:recusal",
    ],
)
def test_the_people_pages_open_for_the_administrator_only(cast: Cast, address: str) -> None:
    own = address in ("offices:sessions", "staffing:recusal")

    assert sign_in(cast.admin).get(reverse(address)).status_code == 200
    assert sign_in(cast.wang).get(reverse(address)).status_code == (200 if own else 403)
    stranger = PersonFactory()
    assert sign_in(stranger).get(reverse(address)).status_code == (200 if address == "offices:sessions" else 403)


def test_every_address_of_the_people_pages_declares_its_rule() -> None:
    from workflows.offices import account_urls, urls
    from workflows.offices.access import RULES
    from workflows.pages import staffing as staffing_pages

    patterns = [*urls.urlpatterns, *account_urls.urlpatterns, *staffing_pages.urlpatterns]

    assert len(patterns) > 20
    assert all(pattern.callback.rule in RULES for pattern in patterns)


def test_the_people_list_asks_as_often_for_three_as_for_twenty(cast: Cast) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from workflows.offices.people import office_tree, people_page

    def asked() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as listed:
            people_page(COUNTY, TODAY)
        with CaptureQueriesContext(connection) as drawn:
            office_tree(COUNTY, TODAY)
        return len(listed), len(drawn)

    few = asked()
    for _number in range(17):
        AppointmentFactory()

    assert asked() == few
    assert staff.appointments_now(cast.wang.pk, TODAY)
