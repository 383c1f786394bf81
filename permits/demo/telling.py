"""Tell a story: receive the application, hand in its papers, click as far as it came, each at its own moment."""

from __future__ import annotations

import datetime as dt

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from permits.demo.papers import sample_pdf
from permits.demo.staff import username_of
from permits.demo.stories import Story
from permits.models import Project
from permits.operations.cases import open_case
from workflows import operations
from workflows.clock.days import SHANGHAI
from workflows.flow import registry
from workflows.models import Application, Step
from workflows.offices.models import Person
from workflows.operations.documents import add_document

SECOND_OFFICER = "second.land"


def at(day: str, hour: int, minute: int = 0) -> dt.datetime:
    """An instant of the county."""
    return dt.datetime.combine(dt.date.fromisoformat(day), dt.time(hour, minute), SHANGHAI)


def tell(story: Story, project: Project, cast: dict[str, Person]) -> Application:
    """Carry one story to where it stands; every click is an operation like any other."""
    with translation.override("zh-hans"):
        received = at(story.received, 9, 20)
        window = cast[username_of(f"{registry.procedure(story.bar).office}.window")]
        application = open_case(project_id=project.pk, bar=story.bar, person=window, facts=story.facts, now=received)
        _hand_in(application, story, window, received)
        for n, (day, node, decision) in enumerate(story.clicks):
            _click(application, story, cast, at(day, 10 + n % 6, 7 * n % 60), node, decision)
    return application


def _hand_in(application: Application, story: Story, window: Person, received: dt.datetime) -> None:
    for n, slot in enumerate(registry.procedure(application.procedure).documents, start=1):
        if slot.required(application.facts) and slot.code not in story.without:
            upload = SimpleUploadedFile(f"{n:02d}-{slot.code}.pdf", sample_pdf(f"{application.number} {slot.code}"))
            add_document(application_id=application.pk, person=window, slot=slot.code, upload=upload, now=received)


def _click(
    application: Application, story: Story, cast: dict[str, Person], now: dt.datetime, node: str, decision: str
) -> None:
    step = Step.objects.get(process=application, node=node, finished__isnull=True)
    review = step.flow_task
    answer = review.answers[decision]
    form = operations.Form(
        decision=decision,
        opinion=dict(story.said).get(node, str(review.prefill)),
        items=story.items if answer.items else (),
        second_name=cast[SECOND_OFFICER].name if answer.second else "",
    )
    operations.sign(
        step_id=step.pk,
        person=cast[username_of(step.post_key)],
        form=form,
        seen=operations.screen_of(Application.objects.get(pk=application.pk)),
        now=now,
    )
