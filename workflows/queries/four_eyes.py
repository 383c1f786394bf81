"""四眼: proof over past cases that nobody decided alone, and where staffing today cannot give two people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, Exists, F, OuterRef, Q, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from workflows.flow import registry
from workflows.flow.graph import reachable
from workflows.flow.nodes import Review
from workflows.models import CoSigner, SignOff
from workflows.offices.models import Appointment, Cover, Recusal, in_period
from workflows.offices.titles import post_names
from workflows.operations.rectifying import CONFIRMED

MOST = 100


@dataclass(frozen=True)
class Breach:
    """One sign-off that breaks a rule."""

    application_id: int
    number: str
    act: str
    signer: str
    post: str
    signed_at: dt.datetime


@dataclass(frozen=True)
class Checked:
    """One rule: how many sign-offs it was asked of, and those that break it (the first hundred)."""

    code: str
    title: str
    checked: int
    breaches: list[Breach]
    more: bool


@dataclass(frozen=True)
class Short:
    """A flow whose four-eyes steps cannot all be signed by different people today, or a post that hangs on one."""

    procedure: str
    posts: tuple[str, ...]
    people: int
    needed: int
    impossible: bool


def report(county: str, first: dt.datetime | None = None, until: dt.datetime | None = None) -> list[Checked]:
    """Every rule over the county's sign-offs from `first` up to `until`; two statements a rule."""
    rows = SignOff.objects.filter(county=county)
    if first:
        rows = rows.filter(signed_at__gte=first)
    if until:
        rows = rows.filter(signed_at__lt=until)
    return [_checked(rows, *asked) for asked in _rules()]


Asked = tuple[str, str, Q, Callable[[QuerySet[Any]], QuerySet[Any]]]


def _rules() -> list[Asked]:
    """(code, title, which sign-offs the rule is asked of, what breaks it)."""
    return [
        ("two_hands", _("One person signed two four-eyes steps of one application"), Q(distinct_hand=True), _two_hands),
        ("recused", _("Somebody signed on a subject from which he was recused"), Q(), _recused),
        ("own_case", _("Somebody signed in an office on the case of a unit that he sits for"), OFFICE, _own_case),
        ("for_himself", _("Somebody stood in for himself"), Q(principal__isnull=False), _for_himself),
        ("second", _("The second person is the first"), ~Q(second_name=""), _second_is_first),
        (
            "co_signer",
            _("A co-signer is who decided the step"),
            Q(step__co_signers__sign_off__isnull=False),
            _co_signer,
        ),
        ("correction", _("A correction was confirmed by who proposed it"), Q(act=CONFIRMED), _own_correction),
    ]


OFFICE = ~Q(post_key__startswith="applicant.") & ~Q(application__applicant_post="")


def _checked(
    rows: QuerySet[Any], code: str, title: str, of: Q, breaking: Callable[[QuerySet[Any]], QuerySet[Any]]
) -> Checked:
    asked = rows.filter(of)
    found = list(breaking(asked).select_related("application").order_by("-signed_at", "-pk").distinct()[: MOST + 1])
    breaches = [
        Breach(row.application_id, row.application.number, row.act, row.signer_name, row.post_title, row.signed_at)
        for row in found[:MOST]
    ]
    return Checked(code, title, asked.values("pk").distinct().count(), breaches, len(found) > MOST)


def _standing_at(moment: OuterRef) -> Q:
    return Q(voided_at__isnull=True) | Q(voided_at__gt=moment)


def _two_hands(rows: QuerySet[Any]) -> QuerySet[Any]:
    earlier = SignOff.objects.filter(
        _standing_at(OuterRef("signed_at")),
        application=OuterRef("application"),
        signer=OuterRef("signer"),
        distinct_hand=True,
        pk__lt=OuterRef("pk"),
    )
    return rows.filter(Exists(earlier.exclude(node=OuterRef("node"))))


def _recused(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(
        Exists(
            Recusal.objects.filter(
                Q(lifted_at__isnull=True) | Q(lifted_at__gt=OuterRef("signed_at")),
                person=OuterRef("signer"),
                subject_key=OuterRef("application__subject_key"),
                declared_at__lte=OuterRef("signed_at"),
            )
        )
    )


def _own_case(rows: QuerySet[Any]) -> QuerySet[Any]:
    sits = Appointment.objects.filter(
        Q(ends__isnull=True) | Q(ends__gte=OuterRef("signed_at__date")),
        person=OuterRef("signer"),
        post__key=OuterRef("application__applicant_post"),
        post__county=OuterRef("county"),
        starts__lte=OuterRef("signed_at__date"),
        withdrawn_at__isnull=True,
    )
    return rows.filter(Exists(sits))


def _for_himself(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(principal=F("signer"))


def _second_is_first(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(second_name=F("signer_name"))


def _co_signer(rows: QuerySet[Any]) -> QuerySet[Any]:
    own = CoSigner.objects.filter(
        step=OuterRef("step"), sign_off__signer=OuterRef("signer"), removed_at__isnull=True
    ).exclude(sign_off=OuterRef("pk"))
    return rows.exclude(Exists(CoSigner.objects.filter(sign_off=OuterRef("pk")))).filter(Exists(own))


def _own_correction(rows: QuerySet[Any]) -> QuerySet[Any]:
    named = rows.annotate(proposal=Cast(KT("details__proposal"), BigIntegerField()))
    return named.filter(Exists(SignOff.objects.filter(pk=OuterRef("proposal"), signer=OuterRef("signer"))))


def shortages(county: str, today: dt.date) -> list[Short]:
    """Flows whose four-eyes steps hang on too few people today, the impossible ones first; three statements."""
    flows = [(flow, _four_eyes_posts(flow)) for flow in registry.flows()]
    keys = {key for _flow, posts in flows for key in posts}
    people: dict[str, set[int]] = {key: set() for key in keys}
    for rows, who in ((Appointment.objects, "person_id"), (Cover.objects, "stand_in_id")):
        held = rows.filter(in_period(today), post__county=county, post__key__in=keys)
        for key, person in held.values_list("post__key", who):
            people[key].add(person)
    names = post_names(county, keys)
    found = []
    for flow, posts in flows:
        if len(posts) < 2:
            continue
        hands = matched([people[key] for key in posts])
        thin = tuple(dict.fromkeys(names.get(key, key) for key in posts if len(people[key]) < 2))
        if thin or hands < len(posts):
            title = f"{flow.procedure.title} {flow.version}"
            found.append(Short(title, thin, hands, len(posts), hands < len(posts)))
    return sorted(found, key=lambda row: (not row.impossible, row.procedure))


def _four_eyes_posts(flow: Any) -> list[str]:
    nodes = [node for node in reachable(flow) if isinstance(node, Review) and node.four_eyes and not node.named_by_case]
    return [node.post_key for node in nodes]


def matched(sets: list[set[int]]) -> int:
    """How many of these steps can each have a person of its own: the largest matching (Kuhn's augmenting paths)."""
    holder: dict[int, int] = {}

    def place(at: int, seen: set[int]) -> bool:
        for person in sorted(sets[at] - seen):
            seen.add(person)
            if person not in holder or place(holder[person], seen):
                holder[person] = at
                return True
        return False

    return sum(place(at, set()) for at in range(len(sets)))
