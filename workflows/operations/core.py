"""What every operation shares: the actor, the locked read, and the one place that writes an act.

Lock order: applications by id → project → number series. A refusal leaves before anything is written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q

from notifications.models import Message
from workflows.audit import entries
from workflows.audit.models import Entry
from workflows.clock.calendars import calendar_for
from workflows.clock.days import WorkingDays, civil_date
from workflows.flow.motion import Motion
from workflows.models import Application, CoSigner, SignOff, Step
from workflows.offices.models import Person, Recusal
from workflows.offices.seats import Seat, seat_for, seats
from workflows.operations import refusals
from workflows.operations.climbing import place_application, place_step


@dataclass(frozen=True)
class Actor:
    """Who acts: the person, every seat he may act from today, and the request he acts in."""

    person: Person
    seats: tuple[Seat, ...]
    request_id: str = ""

    def seat(self, post_key: str) -> Seat | None:
        """The seat from which he may act for `post_key`; his own before one he stands in on."""
        return seat_for(self.seats, post_key)


def actor_of(person: Person, now: dt.datetime, request_id: str = "") -> Actor:
    """Read who this person is today: one SQL statement."""
    return Actor(person, seats(person.pk, civil_date(now)), request_id)


@dataclass
class Act:
    """One act on one locked application, before it is written."""

    application: Application
    actor: Actor
    seat: Seat
    kind: str
    now: dt.datetime
    step: Step | None = None
    opinion: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    second_name: str = ""
    distinct_hand: bool = False
    corrects: SignOff | None = None
    occurred_at: dt.datetime | None = None
    # One of several offices that answer at the same time: the others' screens stay good.
    beside_others: bool = False


def motion_for(application: Application, now: dt.datetime, actor: Actor | None) -> Motion:
    """Begin to move a locked application: `now` and the county's calendar, no SQL when the calendar is warm."""
    calendar = calendar_for(application.county)
    motion = Motion(
        now=now,
        today=civil_date(now),
        due_on=lambda first, days: calendar.add(first, WorkingDays(days)).date,
        climb=lambda step: place_step(step, application),
        owner_id=actor.person.pk if actor else None,
    )
    application.motion = motion
    return motion


def hands(application: Any, unit: Any) -> Any:
    """Standing sign-offs whose signer may not sign a step that is kept apart: reviews, and acts for the applicant.

    Whoever filed or answered for the `unit` (its post key) reviews nothing of it, though he changed his chair (E10).
    """
    found = SignOff.objects.filter(application=application, voided_at__isnull=True)
    return found.filter(Q(distinct_hand=True) | Q(post_key=unit))


def entitlement(person: Person) -> dict[str, Any]:
    """Columns of a step's query that say what bars this person or this step: recusal, four eyes, stale, co-signers."""
    return {
        "recused": Exists(
            Recusal.objects.filter(person=person, subject_key=OuterRef("process__subject_key"), lifted_at__isnull=True)
        ),
        "signed_elsewhere": Exists(
            hands(OuterRef("process"), OuterRef("process__applicant_post"))
            .filter(signer=person)
            .exclude(node=OuterRef("node"))
        ),
        # A later change of the content makes an earlier opinion stale: it must be given again before a decision.
        "stale_opinion": Exists(
            SignOff.objects.filter(application=OuterRef("process"), distinct_hand=True, voided_at__isnull=True)
            .exclude(node=OuterRef("node"))
            .filter(content_version__lt=OuterRef("process__basis_version"))
        ),
        "waits_for_others": Exists(CoSigner.objects.filter(step=OuterRef("pk"), removed_at__isnull=True)),
    }


def locked_step(step_id: int, person: Person, county: str) -> Step:
    """Read a step and lock its application, in one statement; inside a transaction.

    Only the application's row is locked. On PostgreSQL the joined step may be older than the lock when the statement
    had to wait; the application's revision is always fresh, and `check_screen` compares it before anything else.
    Raises `NoSuchStep`.
    """
    step = (
        Step.objects.select_related("process", "owner")
        .select_for_update(of=("process",), no_key=True)
        .annotate(**entitlement(person))
        .filter(pk=step_id, county=county)
        .order_by("pk")
        .first()
    )
    if step is None or not step.post_key:
        raise refusals.NoSuchStep
    return step


def locked_application(application_id: int, county: str) -> Application:
    """Read and lock an application, in one statement; inside a transaction. Raises `NoSuchStep`."""
    application = (
        Application.objects.select_for_update(no_key=True)
        .filter(pk=application_id, county=county)
        .order_by("pk")
        .first()
    )
    if application is None:
        raise refusals.NoSuchStep
    return application


def screen_of(application: Application) -> str:
    """What a page shows, as the `seen` that its form sends back: revision and content hash."""
    return f"{application.revision}:{application.content_hash}"


def check_seen(application: Application, seen: str) -> None:
    """Refuse when an application's page is not what stands now. Raises `StaleScreen`."""
    if seen != screen_of(application):
        raise refusals.StaleScreen(content_changed=seen.partition(":")[2] != application.content_hash)


def check_open(step: Step, person: Person) -> None:
    """Refuse a step that is closed. Raises `AlreadySignedByYou`, `AlreadySigned`, `StepGone`."""
    if step.finished is None:
        return
    if not step.decision:
        raise refusals.StepGone(step.finished)
    if step.owner_id == person.pk:
        raise refusals.AlreadySignedByYou(step.finished)
    raise refusals.AlreadySigned(step.owner.display_name if step.owner else "", step.finished)


def check_screen(step: Step, seen: str, person: Person) -> None:
    """Refuse when the screen is not what would be signed. Raises `Moved` kinds.

    The step is read again when the revision moved: behind a waited-for lock the first read may be old.
    """
    application = step.process
    if seen == screen_of(application):
        check_open(step, person)
        return
    check_open(Step.objects.select_related("owner").get(pk=step.pk), person)
    check_seen(application, seen)


def check_entitled(step: Any, actor: Actor, *, apart: bool) -> Seat:
    """The seat to sign from. Raises `NotYourStep`, `Conflicted`, `SameHand`."""
    seat = actor.seat(step.post_key)
    if seat is None:
        raise refusals.NotYourStep(post_title(step.post_key, step.county))
    if step.owner_id not in (None, actor.person.pk):
        raise refusals.InOtherHands(step.owner.display_name)
    unit = step.process.applicant_post
    if step.recused or (unit and step.post_key != unit and actor.seat(unit) is not None):
        # 公务员法 Art. 76: declared, or plain to see, because he sits for the unit whose case it is (E10).
        raise refusals.Conflicted
    if apart and step.signed_elsewhere:
        raise refusals.SameHand
    return seat


def post_title(post_key: str, county: str) -> str:
    """Office and post of a key, in the reader's language; the key itself when there is no such post."""
    from workflows.offices.models import Post

    post = Post.objects.select_related("office").filter(county=county, key=post_key).order_by("pk").first()
    return post.title if post else post_key


def write_act(act: Act, *, fields: Iterable[str] = (), messages: Iterable[Message | Entry] = ()) -> SignOff:
    """Write one act: links, sign-off, entry, outbox, application; one statement each.

    `fields` are the application's columns that the act changed beside revision, chain head and state. Among `messages`
    may be drafted entries of what followed in the domain; they go in with the act's own, by the same statement.
    """
    application, now = act.application, act.now
    motion = application.motion
    motion.write_links()
    sign_off = _sign_off(act)
    sign_off.save(force_insert=True)
    application.revision += 0 if act.beside_others else 1
    rows = list(messages)
    append_entry(act, sign_off, followed=[row for row in rows if isinstance(row, Entry)])
    told = [row for row in rows if isinstance(row, Message)]
    told += [due_message(application, step, now) for step in motion.opened]
    if told:
        Message.objects.bulk_create(told)
    ended = ("status", "finished") if motion.ended else ()
    climbs = place_application(application)
    application.save(update_fields={"revision", "entry_count", "last_hash", "state", *fields, *ended, *climbs})
    return sign_off


def append_entry(
    act: Act, sign_off: SignOff | None, payload: dict[str, Any] | None = None, followed: Sequence[Entry] = ()
) -> None:
    """Append the audit entry of an act to the application's chain, and those that `followed` from it: one INSERT.

    The chain's head moves in memory.
    """
    application = act.application
    body = payload or {}
    if sign_off is not None:
        body = {
            "sign_off": str(sign_off.pk),
            "node": sign_off.node,
            "opinion": sign_off.opinion,
            "details": sign_off.details,
            "signer": sign_off.signer_name,
            "principal": sign_off.principal_name,
            "authority": sign_off.authority_no,
            "second": sign_off.second_name,
            "content": sign_off.content_hash,
            "content_version": str(sign_off.content_version),
            "corrects": str(sign_off.corrects_id or ""),
            "path": application.motion.path(act.step),
            "state": str(application.state),
            **body,
        }
    entry, head = entries.draft(
        head=application.head,
        kind=f"application.{act.kind}",
        now=act.now,
        occurred_at=act.occurred_at,
        actor=str(act.actor.person.pk),
        on_behalf_of=str(act.seat.principal_id) if act.seat.principal_id else None,
        post=act.seat.post_key,
        county=application.county,
        payload=body,
        request_id=act.actor.request_id,
    )
    entries.append([entry, *followed])
    application.entry_count, application.last_hash = head.seq, head.last_hash


def _sign_off(act: Act) -> SignOff:
    seat, person, application = act.seat, act.actor.person, act.application
    return SignOff(
        county=application.county,
        application=application,
        step=act.step,
        node=act.step.node if act.step else "",
        act=act.kind,
        opinion=act.opinion,
        details=act.details,
        signer=person,
        signer_name=person.display_name,
        post_key=seat.post_key,
        post_title=seat.record_title,
        principal_id=seat.principal_id,
        principal_name=seat.principal_name,
        authority_no=seat.authority_no,
        second_name=act.second_name,
        content_hash=application.content_hash,
        content_version=application.content_version,
        distinct_hand=act.distinct_hand,
        signed_at=act.now,
        corrects=act.corrects,
    )


def due_message(application: Application, step: Step, now: dt.datetime) -> Message:
    """The outbox row that tells a step's post that it waits."""
    return Message(
        county=application.county,
        kind="step_due",
        post_key=step.post_key,
        params={"number": application.number, "subject": application.subject, "node": step.node},
        url=f"/steps/{step.pk}/",
        created_at=now,
    )
