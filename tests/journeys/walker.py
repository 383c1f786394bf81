"""Walk an application over HTTP. At every step a wrong person, a stale screen and a replay are tried and refused."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from permits.demo.staff import username_of
from tests.cast import PDF, County, at
from workflows import operations
from workflows.clock.days import SHANGHAI, civil_date
from workflows.flow import registry
from workflows.models import Application, SignOff, Step

# Whoever this is, the step is not his: the first that does not sit on its post is sent to try.
STRANGERS = ("auditor", "chief.build", "applicant.gas")


@dataclass
class Walker:
    """The county's browsers, one for each person, and the day on which the story stands."""

    county: County
    now: dt.datetime = field(default_factory=lambda: at("2022-03-01"))
    clients: dict[str, Client] = field(default_factory=dict)

    def browser(self, username: str) -> Client:
        """The signed-in browser of a person."""
        if username not in self.clients:
            client = Client()
            with time_machine.travel(self.now, tick=False):
                client.force_login(self.county[username])
            self.clients[username] = client
        return self.clients[username]

    def get(self, username: str, address: str) -> Any:
        """Open a page at the story's moment; it must answer."""
        with time_machine.travel(self.now, tick=False):
            response = self.browser(username).get(address)
        assert response.status_code == 200, (address, response.status_code)
        return response

    def post(self, username: str, address: str, body: dict[str, Any]) -> Any:
        """Send a form at the story's moment."""
        with time_machine.travel(self.now, tick=False):
            return self.browser(username).post(address, body)

    def wait_until(self, day: dt.date) -> None:
        """Move the story forward, never back."""
        moment = dt.datetime.combine(day, dt.time(9, 30), SHANGHAI)
        if moment > self.now:
            self.now = moment
            self.clients.clear()  # nobody's session lasts for days

    def bring_papers(self, application: Application, *more: str) -> None:
        """The counter adds every required paper that is missing (before the decision), and the named ones."""
        procedure = registry.procedure(application.procedure)
        slots = [slot.code for slot in procedure.documents if slot.required(application.facts) and application.is_open]
        there = set(application.documents.values_list("slot", flat=True))
        for slot in {*slots, *more} - there:
            body = {"slot": slot, "file": SimpleUploadedFile(f"{slot}.pdf", PDF)}
            address = reverse("upload_document", args=[application.pk])
            assert self.post(f"window.{procedure.office}", address, body).status_code == 302

    def walk(self, application: Application, *, answers: dict[str, str] | None = None) -> Application:
        """Give every open step its main answer (or the one in `answers`, by node) until nobody is awaited."""
        self.bring_papers(application)
        for _n in range(60):
            waiting = (
                Step.objects.filter(process=application, finished__isnull=True).exclude(post_key="").order_by("pk")
            )
            step = waiting.first()
            if step is None:
                break
            self.sign(step, (answers or {}).get(step.node))
        return Application.objects.get(pk=application.pk)

    def sign(self, step: Any, decision: str | None = None) -> None:
        """One step by the right person, after everybody else was refused."""
        application = Application.objects.get(pk=step.process_id)
        if step.not_before is not None:
            self.wait_until(step.not_before)
        answer = self._answer(step, application, decision)
        if answer.document:
            self.bring_papers(application, answer.document)
            application = Application.objects.get(pk=application.pk)
        body = {
            "decision": answer.code,
            "opinion": "同意，情况属实。",
            "reasons": "见附件。",
            "second_name": "李梅" if answer.second else "",
            "seen": operations.screen_of(application),
        }
        address = reverse("sign", args=[step.pk])
        before = SignOff.objects.filter(application=application).count()
        self._wrong_person(step, address, body)
        self._stale_screen(step, address, body)
        assert SignOff.objects.filter(application=application).count() == before
        username = username_of(step.post_key)
        page = self.get(username, reverse("step", args=[step.pk]))
        assert page.context["screen"].seen == body["seen"]
        response = self.post(username, address, body)
        assert response.status_code == 302, response.content.decode()[-3000:]
        self._replay(username, address, body)
        assert SignOff.objects.filter(application=application).count() == before + 1

    def _answer(self, step: Any, application: Application, decision: str | None) -> Any:
        offered = [answer for answer in step.flow_task.answers.values() if answer.offered(application.facts)]
        return next(answer for answer in offered if (answer.code == decision if decision else answer.main))

    def _wrong_person(self, step: Any, address: str, body: dict[str, Any]) -> None:
        stranger = next(name for name in STRANGERS if name != username_of(step.post_key))
        response = self.post(stranger, address, body)
        assert response.status_code == 403
        assert response.context["refusal"].code == "not_your_step"
        assert str(response.context["refusal"]) in response.content.decode()

    def _stale_screen(self, step: Any, address: str, body: dict[str, Any]) -> None:
        stale = {**body, "seen": "0:" + "0" * 64}
        response = self.post(username_of(step.post_key), address, stale)
        assert response.status_code == 409
        assert response.context["refusal"].code == "stale_screen"

    def _replay(self, username: str, address: str, body: dict[str, Any]) -> None:
        response = self.post(username, address, body)
        assert response.status_code == 409
        assert response.context["refusal"].code == "already_signed_by_you"

    @property
    def today(self) -> dt.date:
        """The story's civil date."""
        return civil_date(self.now)
