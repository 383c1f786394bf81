"""Flows that nobody would draw: nested parallel parts, returns everywhere, made from seeds."""

from __future__ import annotations

import random
import sys
from typing import Any

from django.utils.translation import gettext_lazy as _
from viewflow import this

from workflows.flow import registry
from workflows.flow.decisions import Decision
from workflows.flow.nodes import End, Join, Review, Split, Start
from workflows.flow.procedure import Procedure, ProcedureFlow

# Posts of the demo county with a person each; a post signs one four-eyes step at most.
POSTS = [
    "land.handler", "land.second", "land.chief", "land.vice", "eia.handler", "eia.second", "eia.chief", "eia.vice",
    "build.handler", "build.second", "build.chief", "build.vice", "forestry.chief", "town.head", "land.farmland",
]  # fmt: skip
FLOWS = 24


class _Maker:
    """Builds the class body of one flow from a seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.posts = self.random.sample(POSTS, len(POSTS))
        self.attrs: dict[str, Any] = {}
        self.count = 0

    def name(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def review(self, following: str) -> str:
        name = self.name("step")
        four_eyes = bool(self.posts) and self.random.random() < 0.5
        post = self.posts.pop() if four_eyes else self.random.choice(POSTS)
        node = Review(title=_("Step"), post=post, limit=self.random.choice([None, 1, 3]), four_eyes=four_eyes)
        node.Answer(Decision.AGREE, getattr(this, following), law="begin", main=True)
        if self.random.random() < 0.3:
            node.Answer(Decision.CONDITIONS, getattr(this, following), law="begin")
        if self.random.random() < 0.6:
            node.Return()
        self.attrs[name] = node
        return name

    def part(self, following: str, depth: int) -> str:
        if depth < 2 and self.random.random() < 0.45:
            return self.parallel(following, depth + 1)
        return self.review(following)

    def parallel(self, following: str, depth: int) -> str:
        join, split = self.name("join"), self.name("split")
        self.attrs[join] = Join().Next(getattr(this, following))
        node = Split()
        for _branch in range(self.random.randint(2, 3)):
            entry = join
            for _step in range(self.random.randint(1, 2)):
                entry = self.part(entry, depth)
            node = node.Next(getattr(this, entry))
        self.attrs[split] = node
        return split

    def flow(self, procedure: Procedure) -> type[ProcedureFlow]:
        self.attrs["end"] = End()
        decision = (
            Review(title=_("Decision by the head"), post="land.director", limit=2, four_eyes=True, decides=True)
            .Answer(Decision.GRANT, this.end, law="grant", main=True)
            .Answer(Decision.REFUSE, this.end, law="refuse", reasons=True)
            .Return()
        )
        following = "decision"
        self.attrs["decision"] = decision
        for _part in range(self.random.randint(1, 3)):
            following = self.part(following, 0)
        self.attrs["intake"] = (
            Review(title=_("Acceptance"), post="land.window", limit=5)
            .Answer(Decision.ACCEPT, getattr(this, following), law="accept", main=True)
            .Answer(Decision.NOT_NEEDED, this.end, law="not_needed", reasons=True)
        )
        self.attrs["start"] = Start().Next(this.intake)
        body = {"__module__": __name__, "__qualname__": f"Random{procedure.code}", "__doc__": "Random.", **self.attrs}
        return type(ProcedureFlow)(f"Random{procedure.code}", (ProcedureFlow,), body, procedure=procedure, version="V1")  # type: ignore[call-overload]


def make(seed: int) -> Procedure:
    """The procedure of one seed."""
    procedure = Procedure(
        code=f"random_{seed}",
        title=_("Random"),
        short=_("Random"),
        office="land",
        series=f"R{seed}",
        rule="xkf-42",
        promise=10,
    )
    flow = _Maker(seed).flow(procedure)
    setattr(sys.modules[__name__], flow.__name__, flow)
    return procedure


PROCEDURES = [make(seed) for seed in range(FLOWS)]


def publish() -> None:
    """Make the random procedures known for the time of a test."""
    for procedure in PROCEDURES:
        registry.register(procedure)


def withdraw_from_sale() -> None:
    """Forget them again: no other test meets them."""
    for procedure in PROCEDURES:
        registry._procedures.pop(procedure.code, None)
