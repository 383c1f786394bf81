"""Appointments, transfers, covers, charges, recusals: what is allowed, what is refused, what is written down."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.factories import COUNTY, TODAY, AppointmentFactory, CoverFactory, OfficeFactory, PersonFactory, PostFactory
from tests.offices.conftest import NOW, Cast
from workflows.audit.models import Entry
from workflows.audit.refused import Refused
from workflows.offices import covers, recusals, refusals, staff
from workflows.offices.holders import deputy_in_charge, who_may_act
from workflows.offices.models import Appointment, Cover, Recusal
from workflows.offices.seats import seat_for, seats

DAY = dt.timedelta(days=1)


def kinds() -> list[str]:
    return list(Entry.objects.order_by("pk").values_list("kind", flat=True))


def cover_wang(cast: Cast, **changed: object) -> Cover:
    given: dict[str, object] = {
        "principal_id": cast.wang_as_chief.pk,
        "stand_in_id": cast.li.pk,
        "starts": TODAY,
        "ends": TODAY + 6 * DAY,
        "authority_no": "政办函〔2022〕12号",
        "reason": "外出培训",
        "actor": cast.admin,
        "now": NOW,
    }
    return covers.add_cover(**{**given, **changed})  # type: ignore[arg-type]


def names_on(post_key: str, day: dt.date) -> list[str]:
    return [who.name for who in who_may_act(COUNTY, post_key, day)]


def test_an_appointment_is_written_with_its_entry(cast: Cast) -> None:
    post = PostFactory(key="land.vice")

    staff.appoint(
        person_id=cast.wang.pk, post_id=post.pk, starts=TODAY, document_no="任字3号", actor=cast.admin, now=NOW
    )

    assert names_on("land.vice", TODAY) == ["王建国"]
    assert kinds() == ["appointment.made"]


def test_the_same_person_cannot_hold_a_post_twice_in_one_period(cast: Cast) -> None:
    with pytest.raises(refusals.HoldsItAlready):
        staff.appoint(person_id=cast.wang.pk, post_id=cast.chief_post.pk, starts=TODAY, actor=cast.admin, now=NOW)
    assert kinds() == []


def test_nobody_is_appointed_to_a_closed_post_or_from_another_county_or_backwards(cast: Cast) -> None:
    closed = PostFactory(closed_on=TODAY)
    stranger = PersonFactory(county="110101")
    gone = PersonFactory(deactivated=True)
    open_post = PostFactory()
    for person, post, ends, why in (
        (cast.li, closed, None, refusals.PostClosed),
        (stranger, open_post, None, refusals.OtherCounty),
        (gone, open_post, None, refusals.AlreadyDeactivated),
        (cast.li, open_post, TODAY - DAY, refusals.PeriodBackwards),
    ):
        with pytest.raises(why):
            staff.appoint(person_id=person.pk, post_id=post.pk, starts=TODAY, ends=ends, actor=cast.admin, now=NOW)


def test_a_transfer_ends_one_appointment_and_begins_the_other_the_next_day(cast: Cast) -> None:
    vice = PostFactory(key="land.vice")

    staff.transfer(
        appointment_id=cast.wang_as_chief.pk, to_post_id=vice.pk, first_day=TODAY + DAY, actor=cast.admin, now=NOW
    )

    assert [seat.post_key for seat in seats(cast.wang.pk, TODAY)] == ["land.chief"]
    assert [seat.post_key for seat in seats(cast.wang.pk, TODAY + DAY)] == ["land.vice"]
    assert kinds() == ["appointment.ended", "appointment.made"]


def test_a_transfer_that_is_refused_leaves_the_old_appointment_alone(cast: Cast) -> None:
    closed = PostFactory(closed_on=TODAY)

    with pytest.raises(refusals.PostClosed):
        staff.transfer(
            appointment_id=cast.wang_as_chief.pk, to_post_id=closed.pk, first_day=TODAY, actor=cast.admin, now=NOW
        )
    with pytest.raises(refusals.SamePost):
        staff.transfer(
            appointment_id=cast.wang_as_chief.pk,
            to_post_id=cast.chief_post.pk,
            first_day=TODAY,
            actor=cast.admin,
            now=NOW,
        )

    assert Appointment.objects.get(pk=cast.wang_as_chief.pk).ends is None
    assert kinds() == []


def test_an_appointment_that_has_not_begun_is_withdrawn_and_seats_nobody(cast: Cast) -> None:
    made = AppointmentFactory(person=cast.li, post__key="land.vice", starts=TODAY + 10 * DAY)

    staff.end_appointment(appointment_id=made.pk, last_day=TODAY, actor=cast.admin, now=NOW)

    assert names_on("land.vice", TODAY + 10 * DAY) == []
    with pytest.raises(refusals.Withdrawn):
        staff.end_appointment(appointment_id=made.pk, last_day=TODAY, actor=cast.admin, now=NOW)


def test_an_appointment_ends_once(cast: Cast) -> None:
    staff.end_appointment(appointment_id=cast.wang_as_chief.pk, last_day=TODAY, actor=cast.admin, now=NOW)

    with pytest.raises(refusals.AlreadyEnded):
        staff.end_appointment(appointment_id=cast.wang_as_chief.pk, last_day=TODAY + DAY, actor=cast.admin, now=NOW)


def test_a_b_role_goes_on_for_the_vacancy_until_the_successor_comes(cast: Cast) -> None:
    cover_wang(cast, ends=TODAY + 20 * DAY)

    staff.end_appointment(appointment_id=cast.wang_as_chief.pk, last_day=TODAY, actor=cast.admin, now=NOW)
    assert names_on("land.chief", TODAY + DAY) == ["李梅"]
    assert seat_for(seats(cast.li.pk, TODAY + DAY), "land.chief").authority_no == "政办函〔2022〕12号"

    zhao = PersonFactory(name="赵刚")
    staff.appoint(person_id=zhao.pk, post_id=cast.chief_post.pk, starts=TODAY + 5 * DAY, actor=cast.admin, now=NOW)
    assert names_on("land.chief", TODAY + 4 * DAY) == ["李梅"]
    assert names_on("land.chief", TODAY + 5 * DAY) == ["赵刚"]


def test_a_b_role_does_not_go_on_when_the_successor_is_there_already(cast: Cast) -> None:
    cover_wang(cast, ends=TODAY + 20 * DAY)
    AppointmentFactory(person__name="赵刚", post=cast.chief_post, starts=TODAY + DAY)

    staff.end_appointment(appointment_id=cast.wang_as_chief.pk, last_day=TODAY, actor=cast.admin, now=NOW)

    assert names_on("land.chief", TODAY + DAY) == ["赵刚"]


def test_a_cover_is_written_with_its_authority_and_dates(cast: Cast) -> None:
    cover_wang(cast)

    entry = Entry.objects.get()
    assert entry.kind == "cover.given"
    assert names_on("land.chief", TODAY) == ["王建国", "李梅"]


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"authority_no": "  "}, refusals.NoAuthority),
        ({"ends": TODAY - DAY}, refusals.PeriodBackwards),
        ({"starts": TODAY - DAY}, refusals.BackdatedCover),
        ({"ends": TODAY + 366 * DAY}, refusals.CoverTooLong),
    ],
)
def test_a_cover_needs_an_authority_and_honest_dates(
    cast: Cast, changed: dict[str, object], why: type[Refused]
) -> None:
    with pytest.raises(why):
        cover_wang(cast, **changed)
    assert not Cover.objects.exists()


def test_nobody_stands_in_for_himself(cast: Cast) -> None:
    with pytest.raises(refusals.StandsInForHimself):
        cover_wang(cast, stand_in_id=cast.wang.pk)


def test_overlapping_covers_of_one_principal_are_refused_with_a_sentence(cast: Cast) -> None:
    cover_wang(cast)
    zhao = AppointmentFactory(person__name="赵刚").person

    with pytest.raises(refusals.CoveredAlready, match=r"李梅.*王建国.*2022-03-01.*2022-03-07"):
        cover_wang(cast, stand_in_id=zhao.pk, starts=TODAY + 6 * DAY, ends=TODAY + 9 * DAY)

    cover_wang(cast, stand_in_id=zhao.pk, starts=TODAY + 7 * DAY, ends=TODAY + 9 * DAY)
    assert Cover.objects.count() == 2


def test_an_authority_is_not_passed_on_by_somebody_who_is_away_himself(cast: Cast) -> None:
    zhao = AppointmentFactory(person__name="赵刚").person
    CoverFactory(principal=cast.li_as_handler, stand_in=zhao)

    with pytest.raises(refusals.AwayHimself):
        cover_wang(cast)


def test_only_an_officer_in_service_stands_in(cast: Cast) -> None:
    unit = AppointmentFactory(post__office=OfficeFactory(unit=True), post__key="applicant.windfarm").person
    for person, why in ((PersonFactory(), refusals.NoPost), (unit, refusals.NoPost)):
        with pytest.raises(why):
            cover_wang(cast, stand_in_id=person.pk)


def test_a_cover_lies_within_the_appointment_that_it_is_for(cast: Cast) -> None:
    staff.end_appointment(appointment_id=cast.wang_as_chief.pk, last_day=TODAY + 3 * DAY, actor=cast.admin, now=NOW)

    with pytest.raises(refusals.OutsideTheAppointment):
        cover_wang(cast)


def test_a_vacant_post_gets_an_acting_officer_and_a_held_one_does_not(cast: Cast) -> None:
    empty = PostFactory(key="deputy.city")
    about = {"stand_in_id": cast.li.pk, "starts": TODAY, "ends": TODAY + 30 * DAY, "authority_no": "县政办12号"}

    covers.act_for_vacancy(post_id=empty.pk, **about, actor=cast.admin, now=NOW)

    assert names_on("deputy.city", TODAY) == ["李梅"]
    with pytest.raises(refusals.NotVacant):
        covers.act_for_vacancy(post_id=cast.chief_post.pk, **about, actor=cast.admin, now=NOW)
    with pytest.raises(refusals.CoveredAlready):
        covers.act_for_vacancy(post_id=empty.pk, **{**about, "stand_in_id": cast.wang.pk}, actor=cast.admin, now=NOW)


def test_a_cover_ends_early_or_is_withdrawn_before_it_begins(cast: Cast) -> None:
    now_on = cover_wang(cast)
    later = cover_wang(cast, starts=TODAY + 10 * DAY, ends=TODAY + 12 * DAY)

    covers.end_cover(cover_id=now_on.pk, last_day=TODAY, actor=cast.admin, now=NOW)
    covers.end_cover(cover_id=later.pk, last_day=TODAY, actor=cast.admin, now=NOW)

    assert names_on("land.chief", TODAY) == ["王建国", "李梅"]
    assert names_on("land.chief", TODAY + DAY) == ["王建国"]
    assert names_on("land.chief", TODAY + 10 * DAY) == ["王建国"]
    with pytest.raises(refusals.Withdrawn):
        covers.end_cover(cover_id=later.pk, last_day=TODAY, actor=cast.admin, now=NOW)


def test_only_the_administrator_writes_covers(cast: Cast) -> None:
    with pytest.raises(refusals.NotTheAdministrator):
        cover_wang(cast, actor=cast.wang)


def test_an_office_is_in_one_leaders_charge_at_a_time(cast: Cast) -> None:
    city, rural = PostFactory(key="deputy.city"), PostFactory(key="deputy.rural")
    given = staff.put_in_charge(post_id=city.pk, office_id=cast.bureau.pk, starts=TODAY, actor=cast.admin, now=NOW)

    with pytest.raises(refusals.InChargeAlready):
        staff.put_in_charge(post_id=rural.pk, office_id=cast.bureau.pk, starts=TODAY + DAY, actor=cast.admin, now=NOW)
    staff.end_charge(charge_id=given.pk, last_day=TODAY, actor=cast.admin, now=NOW)
    staff.put_in_charge(post_id=rural.pk, office_id=cast.bureau.pk, starts=TODAY + DAY, actor=cast.admin, now=NOW)

    assert deputy_in_charge(cast.bureau, TODAY).post == city
    assert deputy_in_charge(cast.bureau, TODAY + DAY).post == rural
    assert kinds() == ["charge.given", "charge.ended", "charge.given"]


def test_an_officer_declares_his_own_recusal_and_another_only_through_the_administrator(cast: Cast) -> None:
    about = {"subject_key": "project:7", "reason": "配偶为股东", "now": NOW}

    own = recusals.declare_recusal(person_id=cast.wang.pk, actor=cast.wang, **about)
    with pytest.raises(refusals.NotTheAdministrator):
        recusals.declare_recusal(person_id=cast.li.pk, actor=cast.wang, **about)
    with pytest.raises(refusals.RecusedAlready):
        recusals.declare_recusal(person_id=cast.wang.pk, actor=cast.admin, **about)

    assert own.declared_by == cast.wang
    assert Recusal.objects.filter(lifted_at__isnull=True).count() == 1


def test_a_recusal_is_lifted_by_the_agency_and_the_declaration_stays(cast: Cast) -> None:
    own = recusals.declare_recusal(
        person_id=cast.admin.pk, subject_key="project:7", reason="亲属", actor=cast.admin, now=NOW
    )
    other = PersonFactory(administrator=True)

    with pytest.raises(refusals.LiftedByHimself):
        recusals.lift_recusal(recusal_id=own.pk, reason="无关", actor=cast.admin, now=NOW)
    recusals.lift_recusal(recusal_id=own.pk, reason="经查无利害关系", actor=other, now=NOW)
    with pytest.raises(refusals.LiftedAlready):
        recusals.lift_recusal(recusal_id=own.pk, reason="再次", actor=other, now=NOW)

    assert Recusal.objects.get(pk=own.pk).lifted_at == NOW
    assert kinds() == ["recusal.declared", "recusal.lifted"]


@pytest.mark.parametrize(
    ("subject", "reason", "why"), [("", "亲属", refusals.SubjectMissing), ("project:7", " ", refusals.ReasonMissing)]
)
def test_a_recusal_names_its_matter_and_its_reason(cast: Cast, subject: str, reason: str, why: type[Refused]) -> None:
    with pytest.raises(why):
        recusals.declare_recusal(person_id=cast.wang.pk, subject_key=subject, reason=reason, actor=cast.wang, now=NOW)
