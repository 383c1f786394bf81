"""Who may act on this day, and in whose stead."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisCase

from tests.factories import (
    TODAY,
    AppointmentFactory,
    ChargeFactory,
    CoverFactory,
    OfficeFactory,
    PersonFactory,
    PostFactory,
)
from tests.offices.conftest import Cast
from workflows.offices.holders import deputy_in_charge, holders, is_vacant, who_may_act
from workflows.offices.models import Appointment, Cover
from workflows.offices.seats import VACANT, seat_for, seats

DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "holds"),
    [
        (dt.date(2022, 2, 6), False),
        (dt.date(2022, 2, 7), True),
        (dt.date(2022, 2, 20), True),
        (dt.date(2022, 3, 31), True),
        (dt.date(2022, 4, 1), False),
    ],
)
def test_an_officer_holds_his_post_from_the_first_to_the_last_day_and_no_day_more(
    cast: Cast, day: dt.date, holds: bool
) -> None:
    zhao = PersonFactory()
    AppointmentFactory(person=zhao, post=cast.chief_post, starts=dt.date(2022, 2, 7), ends=dt.date(2022, 3, 31))

    assert bool(seats(zhao.pk, day)) is holds
    assert (zhao in holders(cast.bureau.county, "land.chief", day)) is holds


@pytest.mark.parametrize(("offset", "sits"), [(-1, False), (0, True), (6, True), (7, False)])
def test_a_stand_in_acts_only_within_the_dates_of_his_authority(cast: Cast, offset: int, sits: bool) -> None:
    CoverFactory(principal=cast.wang_as_chief, stand_in=cast.li)

    seat = seat_for(seats(cast.li.pk, TODAY + offset * DAY), "land.chief")

    assert (seat is not None) is sits
    if seat is not None:
        assert (seat.principal_name, seat.authority_no, seat.until) == ("王建国", "政办函〔2022〕12号", TODAY + 6 * DAY)
        assert seat.stands_in


def test_his_own_post_comes_before_one_he_stands_in_on(cast: Cast) -> None:
    CoverFactory(principal=cast.wang_as_chief, stand_in=cast.li)

    assert [seat.post_key for seat in seats(cast.li.pk, TODAY)] == ["land.handler", "land.chief"]


def test_a_cover_ends_with_the_appointment_that_it_is_for(cast: Cast) -> None:
    CoverFactory(principal=cast.wang_as_chief, stand_in=cast.li, ends=TODAY + 30 * DAY)
    cast.wang_as_chief.ends = TODAY
    cast.wang_as_chief.save(update_fields=["ends"])

    assert seat_for(seats(cast.li.pk, TODAY), "land.chief")
    assert seat_for(seats(cast.li.pk, TODAY + DAY), "land.chief") is None


def test_whoever_acts_on_a_vacant_post_names_the_vacancy_as_his_principal(cast: Cast) -> None:
    post = PostFactory(key="land.director")
    CoverFactory(vacancy=True, post=post, stand_in=cast.wang)

    seat = seat_for(seats(cast.wang.pk, TODAY), "land.director")

    assert seat is not None and seat.stands_in
    assert (seat.principal_id, seat.principal_name) == (None, VACANT)


def test_a_deactivated_officer_has_no_seat_and_his_post_counts_as_vacant(cast: Cast) -> None:
    CoverFactory(principal=cast.li_as_handler, stand_in=cast.wang)
    type(cast.wang).objects.filter(pk=cast.wang.pk).update(is_active=False)

    assert seats(cast.wang.pk, TODAY) == ()
    assert is_vacant(cast.bureau.county, "land.chief", TODAY)
    assert [who.name for who in who_may_act(cast.bureau.county, "land.handler", TODAY)] == ["李梅"]


def test_a_closed_post_seats_nobody_from_that_day_on(cast: Cast) -> None:
    cast.chief_post.closed_on = TODAY
    cast.chief_post.save(update_fields=["closed_on"])

    assert seats(cast.wang.pk, TODAY - DAY)
    assert seats(cast.wang.pk, TODAY) == ()
    assert is_vacant(cast.bureau.county, "land.chief", TODAY)


def test_the_question_costs_one_statement_however_many_posts(cast: Cast) -> None:
    for _number in range(6):
        AppointmentFactory(person=cast.wang)
        CoverFactory(stand_in=cast.wang)

    with CaptureQueriesContext(
        connection,
    ) as asked:
        found = seats(cast.wang.pk, TODAY)

    assert len(found) == 13
    assert len(asked) == 1


def test_who_may_act_lists_the_holder_first_and_then_the_stand_in(cast: Cast) -> None:
    CoverFactory(principal=cast.wang_as_chief, stand_in=cast.li)

    found = who_may_act(cast.bureau.county, "land.chief", TODAY)

    assert [(who.name, who.principal_name) for who in found] == [("王建国", ""), ("李梅", "王建国")]


def test_the_deputy_in_charge_is_found_up_the_tree_of_offices(cast: Cast) -> None:
    government = OfficeFactory(government=True, code="county")
    cast.bureau.parent = government
    cast.bureau.save(update_fields=["parent"])
    section = OfficeFactory(section=True, code="land-plan", parent=cast.bureau)
    deputy = AppointmentFactory(post=PostFactory(office=government, key="deputy.city"))
    ChargeFactory(post=deputy.post, office=cast.bureau)

    for office in (section, cast.bureau):
        found = deputy_in_charge(office, TODAY)
        assert found is not None
        assert (found.post, found.through, found.occupants[0].person_id) == (deputy.post, cast.bureau, deputy.person_id)
    assert deputy_in_charge(government, TODAY) is None


def test_a_charge_of_its_own_comes_before_that_of_the_office_above(cast: Cast) -> None:
    section = OfficeFactory(section=True, parent=cast.bureau)
    ChargeFactory(office=cast.bureau)
    own = ChargeFactory(office=section)

    found = deputy_in_charge(section, TODAY)

    assert found is not None and found.post == own.post
    assert found.vacant


def test_a_vacant_deputy_with_an_acting_leader_is_not_vacant(cast: Cast) -> None:
    charge = ChargeFactory(office=cast.bureau, post=PostFactory(key="deputy.city"))
    CoverFactory(vacancy=True, post=charge.post, stand_in=cast.wang)

    found = deputy_in_charge(cast.bureau, TODAY)

    assert found is not None and not found.vacant
    assert found.occupants[0].stands_in


def test_an_ended_charge_leads_nowhere(cast: Cast) -> None:
    ChargeFactory(office=cast.bureau, ends=TODAY - DAY)

    assert deputy_in_charge(cast.bureau, TODAY) is None


OFFSETS = st.integers(min_value=-40, max_value=40)


class NobodySitsOutsideTheDates(HypothesisCase):
    @settings(max_examples=60, deadline=None)
    @given(
        own=st.tuples(OFFSETS, st.none() | st.integers(0, 30)),
        away=st.tuples(OFFSETS, st.integers(0, 30)),
        asked=OFFSETS,
    )
    def test_nobody_ever_holds_a_seat_outside_the_dates(
        self, own: tuple[int, int | None], away: tuple[int, int], asked: int
    ) -> None:
        first = TODAY + own[0] * DAY
        held = AppointmentFactory(starts=first, ends=None if own[1] is None else first + own[1] * DAY)
        cover = CoverFactory(principal=held, starts=TODAY + away[0] * DAY, ends=TODAY + (away[0] + away[1]) * DAY)
        day = TODAY + asked * DAY

        assert bool(seats(held.person_id, day)) == _within(held, day)
        assert bool(seats(cover.stand_in_id, day)) == (_within(held, day) and _within(cover, day))
        may_act = who_may_act(held.post.county, held.post.key, day)
        sitting = [pk for pk in (held.person_id, cover.stand_in_id) if seats(pk, day)]
        assert [who.person_id for who in may_act] == sitting


def _within(row: Appointment | Cover, day: dt.date) -> bool:
    return row.starts <= day and (row.ends is None or day <= row.ends)
