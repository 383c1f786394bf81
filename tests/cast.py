"""The county of the stories: its people by username, and the hands that the journeys share."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from permits.demo.staff import staff_county
from tests.factories import COUNTY
from workflows import operations
from workflows.clock.days import SHANGHAI
from workflows.flow import registry
from workflows.models import Application, Step
from workflows.offices.models import Person
from workflows.operations.documents import add_document

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PASSWORD = "correct horse battery"


def at(day: str, time: str = "09:30") -> dt.datetime:
    """An instant of the county: `at("2022-03-01")`."""
    return dt.datetime.combine(dt.date.fromisoformat(day), dt.time.fromisoformat(time), SHANGHAI)


WIND_FARM_LAND = {"permanent_land": "2.4", "farmland": "0.8", "site": "绣花庙滩"}


@dataclass
class County:
    """People by username, and the clock of the story."""

    people: dict[str, Person]
    now: dt.datetime = field(default_factory=lambda: at("2022-03-01"))

    def __getitem__(self, username: str) -> Person:
        return self.people[username]

    def apply(
        self, procedure: str, facts: dict[str, str], *, subject: str = "绣花庙风电场项目", **more: Any
    ) -> Application:
        """The counter takes an application in, with every paper that the checklist asks for."""
        found = registry.procedure(procedure)
        intake = operations.Intake(
            procedure=procedure,
            subject=subject,
            subject_key="project:1",
            applicant="绣花庙风电有限公司",
            facts=facts,
            **more,
        )
        window = self[f"window.{found.office}"]
        application = operations.receive(person=window, intake=intake, now=self.now)
        for slot in found.documents:
            if slot.required(application.facts):
                self.hand_in(application, slot.code)
        return application

    def hand_in(self, application: Application, slot: str, *, name: str = "paper.pdf", body: bytes = PDF) -> None:
        """One paper, brought by the counter of the procedure's office."""
        window = self[f"window.{registry.procedure(application.procedure).office}"]
        upload = SimpleUploadedFile(name, body)
        add_document(application_id=application.pk, person=window, slot=slot, upload=upload, now=self.now)

    def open_step(self, application: Application, node: str) -> Step:
        """The open step of this name. Raises `Step.DoesNotExist`."""
        return Step.objects.get(process=application, node=node, finished__isnull=True)

    def open_nodes(self, application: Application) -> list[str]:
        """Names of the steps that wait for somebody."""
        rows = Step.objects.filter(process=application, finished__isnull=True).exclude(post_key="")
        return sorted(rows.values_list("node", flat=True))

    def sign(self, application: Application, node: str, username: str, decision: str, **form: Any) -> Any:
        """One click on what stands now."""
        step = self.open_step(application, node)
        fresh = Application.objects.get(pk=application.pk)
        form.setdefault("opinion", "同意。")
        return operations.sign(
            step_id=step.pk,
            person=self[username],
            form=operations.Form(decision=decision, **form),
            seen=operations.screen_of(fresh),
            now=self.now,
        )


def county_of_people() -> County:
    """Staff the county (idempotent)."""
    return County(staff_county(COUNTY, PASSWORD))
