"""What the page of handing many over shows: the chosen steps, and everybody who may act on one of them today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from workflows.clock.days import civil_date
from workflows.models import Step
from workflows.offices.holders import who_may_act
from workflows.offices.titles import post_names
from workflows.operations.bulk import MOST
from workflows.operations.core import Actor
from workflows.operations.handing_over import seat_over


@dataclass(frozen=True)
class Chosen:
    """One step that is to go over: `value` is what the form sends back."""

    value: str
    subject: str
    number: str
    title: str
    post: str


@dataclass(frozen=True)
class HandOverPage:
    """`people`: (person, name and post) of everybody else who may act on one of them."""

    chosen: list[Chosen]
    others: list[Chosen]
    people: list[tuple[int, str]]


def hand_over_page(chosen: Sequence[tuple[int, str]], actor: Actor, now: dt.datetime) -> HandOverPage:
    """The chosen steps (id, seen): those that this person may move, and the `others`. Two statements for each post."""
    seen = dict(chosen[:MOST])
    county = actor.person.county
    steps: list[Any] = list(
        Step.objects.select_related("process").filter(pk__in=seen, county=county, finished__isnull=True).order_by("pk")
    )
    posts = post_names(county, {step.post_key for step in steps})
    mine: list[Chosen] = []
    others: list[Chosen] = []
    people: dict[int, str] = {}
    for step in steps:
        line = Chosen(
            f"{step.pk}|{seen[step.pk]}",
            step.process.subject,
            step.process.number,
            str(step.flow_task.task_title),
            posts.get(step.post_key, step.post_key),
        )
        (mine if seat_over(step, actor) else others).append(line)
    for key in {step.post_key for step in steps if seat_over(step, actor)}:
        for found in who_may_act(county, key, civil_date(now)):
            if found.person_id != actor.person.pk:
                people[found.person_id] = f"{found.name} · {posts.get(key, key)}"
    return HandOverPage(mine, others, sorted(people.items(), key=lambda pair: pair[1]))
