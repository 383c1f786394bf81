"""Random flows and officers: whatever they click, no invariant of DESIGN.md 12 breaks, and the case can still end."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from permits.demo.staff import username_of
from tests.cast import County, county_of_people
from tests.factories import COUNTY
from tests.flows import random_flows
from workflows import operations
from workflows.audit.models import Entry
from workflows.audit.refused import Refused
from workflows.clock.calendars import calendar_for
from workflows.flow.decisions import Decision
from workflows.flow.nodes import Join
from workflows.legal import OPEN_STATES
from workflows.models import Application, CoSigner, SignOff, Step
from workflows.operations import co_signing, ending, taking_back
from workflows.operations.beside import Request
from workflows.operations.going_back import legal_targets
from workflows.operations.recounting import batches, recount
from workflows.operations.timekeeping import set_dates
from workflows.replaying.fit import fit

MOST_ACTS = 14


class Story:
    """One application of one random flow, and the hands that act on it."""

    def __init__(self, county: County, code: str) -> None:
        self.county = county
        intake = operations.Intake(code, "随机项目", "project:1", "某单位", {}, applicant_post="applicant.gas")
        self.id = operations.receive(person=county["window.land"], intake=intake, now=county.now).pk

    @property
    def application(self) -> Application:
        return Application.objects.get(pk=self.id)

    def open_steps(self) -> list[Any]:
        # viewflow opens what follows nested splits in the order of a set of objects: the keys differ from run to run.
        rows = Step.objects.filter(process=self.id, finished__isnull=True).exclude(post_key="").order_by("node", "pk")
        return list(rows.select_related("process"))

    def click(self, step: Any, username: str, decision: str, **form: Any) -> str:
        """The code of the refusal, or an empty text when it was signed."""
        seen = form.pop("seen", operations.screen_of(self.application))
        try:
            operations.sign(
                step_id=step.pk,
                person=self.county[username],
                form=operations.Form(decision=decision, opinion="意见。", reasons="理由。", **form),
                seen=seen,
                now=self.county.now,
            )
        except Refused as refused:
            return refused.code
        return ""


class RandomFlows(TestCase):
    """Examples roll back; the county is staffed once."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.county = county_of_people()

    def setUp(self) -> None:
        random_flows.publish()
        self.addCleanup(random_flows.withdraw_from_sale)

    @pytest.mark.simulation
    @settings(max_examples=max(200, settings.default.max_examples))
    @given(data=st.data())
    def test_no_click_breaks_an_invariant_and_every_case_can_end(self, data: st.DataObject) -> None:
        procedure = data.draw(st.sampled_from(random_flows.PROCEDURES))
        story = Story(self.county, procedure.code)
        for _n in range(data.draw(st.integers(1, MOST_ACTS))):
            if not story.open_steps():
                break
            self.act(story, data)
            check_invariants(story)
        self.drive_to_the_end(story)

    def act(self, story: Story, data: st.DataObject) -> None:
        special = data.draw(st.sampled_from(["", "", "", "", "co_sign", "take_back", "withdraw"]))
        if special:
            self.special_act(story, special, data)
            return
        step = data.draw(st.sampled_from(story.open_steps()))
        answers = list(step.flow_task.answers.values())
        answer = data.draw(st.sampled_from(answers))
        targets = [node.name for node in legal_targets(step)]
        target = data.draw(st.sampled_from(targets)) if answer.decision == Decision.RETURN and targets else ""
        hand = data.draw(st.sampled_from(["right", "right", "right", "wrong", "stale"]))
        before = counts(story)
        if hand == "wrong":
            assert story.click(step, "auditor", answer.code, target=target) == "not_your_step"
        elif hand == "stale":
            assert (
                story.click(step, username_of(step.post_key), answer.code, target=target, seen="0:x") == "stale_screen"
            )
        else:
            said = story.click(step, username_of(step.post_key), answer.code, target=target)
            expected = "missing" if answer.decision == Decision.RETURN and not targets else ""
            assert said == expected
            if not said:
                assert story.click(step, username_of(step.post_key), answer.code) in (
                    "already_signed_by_you",
                    "step_gone",
                )
                assert counts(story) == (before[0] + 1, before[1] + 1)
                return
        assert counts(story) == before, "a refusal writes nothing"

    def special_act(self, story: Story, kind: str, data: st.DataObject) -> None:
        """An act beside the steps: it is written with its entry, or refused and writes nothing."""
        before = counts(story)
        try:
            written = getattr(self, kind)(story, data)
        except Refused as refused:
            if refused.code not in ("cannot_take_back", "unlawful", "closed"):
                raise
            written = 0
        assert counts(story) == (before[0] + written, before[1] + written)

    def asked(self, story: Story, username: str) -> Request:
        return Request(story.id, self.county[username], operations.screen_of(story.application), self.county.now)

    def co_sign(self, story: Story, data: st.DataObject) -> int:
        """Ask another post; it agrees, or it objects and is done without."""
        step = data.draw(st.sampled_from(story.open_steps()))
        asker = username_of(step.post_key)
        if data.draw(st.booleans()) or CoSigner.objects.filter(step__process=story.id, post_key="water.chief").exists():
            return 0
        rule = data.draw(st.sampled_from(["all", "any", "turn"]))
        sign_off = co_signing.ask(self.asked(story, asker), posts=["water.chief"], rule=rule)
        agrees = data.draw(st.booleans())
        co_signing.answer(self.asked(story, "chief.water"), agrees=agrees, opinion="意见。")
        if agrees:
            return 2
        held = Step.objects.get(pk=sign_off.step_id)
        main = next(answer for answer in held.flow_task.answers.values() if answer.main)
        assert story.click(held, asker, main.code) == "waits_for_co_signers"
        row = CoSigner.objects.get(step=held, removed_at__isnull=True)
        co_signing.remove(self.asked(story, asker), co_signer_id=row.pk, opinion="不再会签。")
        return 3

    def take_back(self, story: Story, data: st.DataObject) -> int:
        newest = SignOff.objects.filter(application=story.id).order_by("-pk")[0]
        username = next(name for name, person in self.county.people.items() if person.pk == newest.signer_id)
        taking_back.take_back(self.asked(story, username), opinion="误签。")
        return 1

    def withdraw(self, story: Story, data: st.DataObject) -> int:
        if data.draw(st.integers(0, 3)):
            return 0
        ending.withdraw(self.asked(story, "applicant.gas"), opinion="不再建设。")
        assert story.open_steps() == []
        return 1

    def drive_to_the_end(self, story: Story) -> None:
        for _n in range(80):
            steps = story.open_steps()
            if not steps:
                break
            main = next(answer for answer in steps[0].flow_task.answers.values() if answer.main)
            assert story.click(steps[0], username_of(steps[0].post_key), main.code) == ""
            check_invariants(story)
        application = story.application
        assert application.finished is not None
        assert not Step.objects.filter(process=application, finished__isnull=True).exists()


def counts(story: Story) -> tuple[int, int]:
    """Sign-offs and entries of the case."""
    application = story.application
    return (
        SignOff.objects.filter(application=application).count(),
        Entry.objects.filter(chain=application.chain).count(),
    )


def check_invariants(story: Story) -> None:
    """DESIGN.md 12: 1 (entry and sign-off together), 2 (different hands), 3 (somebody to act), 5 (dates)."""
    application = story.application
    assert application.county == COUNTY
    entries = list(Entry.objects.filter(chain=application.chain).order_by("seq"))
    assert application.entry_count == len(entries)
    assert bytes(entries[-1].leaf_hash) == bytes(application.last_hash)
    standing = SignOff.objects.filter(application=application, voided_at__isnull=True, distinct_hand=True)
    hands = Counter(standing.values_list("signer_id", "node"))
    assert max(Counter(signer for signer, _node in hands).values(), default=1) == 1
    open_steps = story.open_steps()
    awaited = Counter((step.node, step.token.token) for step in open_steps)
    assert max(awaited.values(), default=1) == 1
    assert bool(open_steps) == (application.finished is None) == (application.state in OPEN_STATES)
    half_filled = Step.objects.filter(process=application, finished__isnull=True, post_key="")
    assert all(isinstance(step.flow_task, Join) for step in half_filled)
    assert max(Counter((step.node, step.token.token) for step in half_filled).values(), default=1) == 1
    if application.accepted_on is not None:
        cached = (application.statutory_due, application.promised_due)
        set_dates(application, list(application.clock_rows.order_by("pk")))
        assert (application.statutory_due, application.promised_due) == cached
    calendar = calendar_for(COUNTY)
    recounted = [
        move for batch in batches(COUNTY, only=[application.pk]) for row in batch for move in recount(row, calendar)
    ]
    assert recounted == [], "every open step's limit is its recount too"
    assert fit(application=story.id).findings == [], "the entries alone fold to what the tables say"
