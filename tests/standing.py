"""The county on 2022-03-01 with something at every kind of step, for whoever walks through all the pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from permits.demo.county import LEDGER
from permits.demo.staff import username_of
from permits.importing import jobs
from permits.importing.by import By
from permits.models import Case, Permit, Project
from tests.cast import WIND_FARM_LAND, County, at, county_of_people
from tests.factories import COUNTY, CoverFactory, ProjectFactory, RecusalFactory
from tests.journeys.forms import FACTS
from workflows.audit.sequencer import sequence
from workflows.escalation.models import Escalation
from workflows.escalation.supervising import open_supervisions
from workflows.escalation.sweep import sweep
from workflows.models import Application, Note, SignOff
from workflows.offices.models import Appointment

UNIT = "applicant.windfarm"


@dataclass
class Standing:
    """The county and the keys of what stands in it."""

    county: County
    keys: dict[str, Any] = field(default_factory=dict)


def keep_apart(settings: Any, tmp_path: Path) -> None:
    """Demo mode without a moved clock; keys and checkpoints of this test alone."""
    from workflows import now

    settings.DEMO = True
    settings.AUDIT_KEY_FILE, settings.CHECKPOINT_DIR = tmp_path / "keys" / "audit.pem", tmp_path / "checkpoints"
    now._shift = None


def stand() -> Standing:
    """Tell the stories; the wind farm's land waits at the chief, its EIA form at the unit, its road permit is there."""
    county = county_of_people()
    project = ProjectFactory(latitude="38.838000", longitude="101.352000", bureau="发改局")
    county.now = at("2022-02-10")
    land = county.apply("land_pre_review", WIND_FARM_LAND, applicant_post=UNIT)
    Case.objects.create(application=land, project=project, bar="land_pre_review", recorded_by=county["window.land"])
    county.sign(land, "intake", "window.land", "accept")
    county.sign(land, "examination", "handler.land", "agree", second_name="李梅")
    county.now = at("2022-02-15")
    for node, username in (("forestry", "chief.forestry"), ("farmland", "farmland.land"), ("town", "head.town")):
        county.sign(land, node, username, "conditions")
    note = Note(
        application=land, text="请核对红线", author=county["chief.land"], author_title="股长", written_at=county.now
    )
    note.save()
    second = county.apply("land_pre_review", WIND_FARM_LAND, subject="霍城镇长城遗址公园项目")
    county.sign(second, "intake", "window.land", "accept")
    county.apply("eia_form", FACTS["eia_form"], subject="城区加气站建设项目")
    asked = county.apply("eia_form", FACTS["eia_form"], applicant_post=UNIT)
    Case.objects.create(application=asked, project=project, bar="eia_form", recorded_by=county["window.eia"])
    county.sign(asked, "intake", "window.eia", "ask_once", items=[("public_form", "缺公示版报告表"), ("", "说明距离")])
    permit = granted(county, project)
    # What stalled has climbed by now, and the deputy has a matter on his page.
    sweep(at("2022-03-01"))
    open_supervisions(at("2022-03-01"))
    sequence(at("2022-03-01"), sign=True)
    ledger = jobs.receive(
        content=LEDGER.read_bytes(), file_name=LEDGER.name, county=COUNTY, by=By(), now=at("2022-03-01")
    )
    jobs.read(ledger, at("2022-03-01"), lambda done, total: None)
    supervision = Application.objects.filter(procedure="supervision").order_by("pk")[0]
    letter = SignOff.objects.filter(application=asked, act="ask_once").get()
    held = Appointment.objects.get(person=county["vice.land"])
    cover = CoverFactory(principal=held, stand_in=county["chief.land"], starts=at("2022-02-28").date())
    RecusalFactory(person=county["director.land"], subject_key="project:9")
    keys = {
        "climbed": _card(3),
        "climbed_low": _card(1),
        "land": land.pk,
        "asked": asked.pk,
        "supervision": supervision.pk,
        "letter": letter.pk,
        "step": county.open_step(land, "chief").pk,
        "asked_step": county.open_step(asked, "corrections").pk,
        "project": project.pk,
        "permit": permit.pk,
        "ledger": ledger.pk,
        "person": county["chief.land"].pk,
        "appointment": held.pk,
        "cover": cover.pk,
    }
    return Standing(county, keys)


def _card(rung: int) -> str:
    """The address of a card, behind `/escalations/`."""
    found = Escalation.objects.filter(rung=rung).order_by("pk")[0]
    return found.address.removeprefix("/escalations/").strip("/")


def granted(county: County, project: Project, procedure: str = "road_permit") -> Permit:
    """A permit of the project, decided by the main answer of every step."""
    case = county.apply(procedure, FACTS[procedure], subject=project.name, applicant_post=project.applicant_post)
    Case.objects.create(application=case, project=project, bar=procedure, recorded_by=county["window.land"])
    while nodes := county.open_nodes(case):
        step = county.open_step(case, nodes[0])
        main = next(answer for answer in step.flow_task.answers.values() if answer.main)
        second = "李梅" if main.second else ""
        county.sign(case, nodes[0], username_of(step.post_key), main.code, second_name=second)
    return Permit.objects.get(application=case)
