"""The trail as XES, read by pm4py on a machine without the project, and replayed against the BPMN of its flows."""

from __future__ import annotations

import datetime as dt
import io
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from permits.demo.staff import username_of
from tests.cast import WIND_FARM_LAND, County
from tests.engine.test_record_fits import Forger
from tests.exchange.stories import walk
from tests.flows import random_flows
from tests.journeys.forms import FACTS
from workflows import operations
from workflows.audit import keys
from workflows.models import Application, Step
from workflows.operations import clock_acts, co_signing, ending, handing_over, taking_back
from workflows.operations.beside import Request
from workflows.operations.core import screen_of
from workflows.operations.going_back import legal_targets

Mined = Callable[[Path], tuple[int, dict[str, Any]]]


@pytest.fixture
def export(settings: Any, tmp_path: Path) -> Callable[[str], Path]:
    """Writes a package by the command, as an auditor gets it."""
    settings.AUDIT_KEY_FILE, settings.CHECKPOINT_DIR = tmp_path / "keys" / "audit.pem", tmp_path / "checkpoints"
    keys.make()

    def write(name: str) -> Path:
        call_command("audit", "export", str(tmp_path / name), stdout=io.StringIO(), stderr=io.StringIO())
        return tmp_path / name

    return write


def asked(county: County, application: Application, username: str) -> Request:
    fresh = Application.objects.get(pk=application.pk)
    return Request(application.pk, county[username], screen_of(fresh), county.now)


def land(county: County) -> Application:
    return county.apply("land_pre_review", WIND_FARM_LAND)


def test_every_application_without_ad_hoc_acts_has_fitness_one_and_a_forged_one_has_not(
    county: County, export: Callable[[str], Path], mined: Mined
) -> None:
    drawn = [
        # Consulted offices at the same time, one objects; sent back twice; refused.
        walk(county, land(county), {"town": ["object"], "vice": [("return", "examination")], "decision": ["refuse"]}),
        # Corrections asked for, the second list, sent away.
        walk(county, land(county), {"intake": ["ask_once"], "recheck": ["ask_once", "wrong_authority"]}),
        # Parallel parts, notices and higher authorities; sent back over the whole parallel part.
        walk(county, county.apply("land_conversion", FACTS["land_conversion"]), {"agreements": [("return", "plan")]}),
        walk(county, county.apply("land_supply", FACTS["land_supply"]), {"bidding": ["unsold", "sold"]}),
        walk(county, county.apply("eia_form", FACTS["eia_form"])),
        walk(county, county.apply("water_filing", FACTS["water_filing"])),
        walk(county, county.apply("eia_registration", REGISTRATION)),
    ]
    under_way = walk(county, land(county), most=4)
    beside = acts_beside(county)
    moved = moved_otherwise(county)
    victims = [walk(county, land(county)) for _forgery in FORGERIES]

    code, cases = mined(export("honest"))
    assert code == 0 and len(cases) == len(drawn) + len(moved) + len(victims) + 2
    for application in [*drawn, *victims]:
        case = cases[application.chain]
        assert (case["steps"], case["answers"]) == (1.0, 1.0), case
        assert case["number"] == application.number and case["finished"] and not case["ad_hoc"]
    case = cases[under_way.chain]
    assert (case["steps"], case["answers"], case["finished"]) == (1.0, 1.0, False)
    case = cases[beside.chain]
    assert case["ad_hoc"] and case["drawn"], (
        "acts beside the steps are marked; they moved nothing, so it fits all the same"
    )
    assert (case["steps"], case["answers"]) == (1.0, 1.0)
    for application in moved:
        assert cases[application.chain]["ad_hoc"] and not cases[application.chain]["drawn"]

    for application, forge in zip(victims, FORGERIES, strict=True):
        forger = Forger(application)
        forge(forger)
        forger.write()
    code, cases = mined(export("forged"))
    assert code == 1
    for application, (forge, seen_by) in zip(victims, FORGERIES.items(), strict=True):
        case = cases[application.chain]
        assert case["drawn"] and case[seen_by] < 1.0, (forge.__name__, case)
        assert min(case["steps"], case["answers"]) < 1.0
    for application in drawn:
        assert (cases[application.chain]["steps"], cases[application.chain]["answers"]) == (1.0, 1.0)


REGISTRATION = {
    "project_code": "2107-620799-89-05-122056",
    "catalogue_item": "27-56",
    "site": "陈户镇",
    "scale": "1 座",
    "measures": "洒水降尘",
    "pledge": "yes",
}


def acts_beside(county: County) -> Application:
    """Handed over, co-signed, stopped and resumed, then brought to its end."""
    application = walk(county, land(county), most=1)
    step = county.open_step(application, "examination")
    handing_over.hand_over(
        asked(county, application, "handler.land"),
        step_id=step.pk,
        to_id=county["handler.land"].pk,
        opinion="由本人办理。",
    )
    clock_acts.stop_clock(
        asked(county, application, "handler.land"),
        ground="expert-review",
        notice="自然资告〔2022〕5号",
        expected_end=county.now.date() + dt.timedelta(days=20),
    )
    county.now += dt.timedelta(days=15)
    clock_acts.resume_clock(asked(county, application, "chief.land"), last_day=county.now.date() - dt.timedelta(days=1))
    walk(county, application, most=1)
    co_signing.ask(asked(county, application, "head.town"), posts=["water.chief"], rule="all")
    co_signing.answer(asked(county, application, "chief.water"), agrees=True, opinion="情况属实。")
    return walk(county, application)


def moved_otherwise(county: County) -> list[Application]:
    """Taken back and given again; withdrawn."""
    taken = walk(county, land(county), most=2)
    taking_back.take_back(asked(county, taken, "handler.land"), opinion="误签。")
    withdrawn = county.apply("land_pre_review", WIND_FARM_LAND, applicant_post="applicant.windfarm")
    ending.withdraw(asked(county, withdrawn, "applicant.windfarm"), opinion="不再建设。")
    return [walk(county, taken), withdrawn]


def skip_the_chief(forger: Forger) -> None:
    """The path leads past the section chief: his entry is gone, and nobody opened his step."""
    n = forger.at("agree", "chief")
    forger.rows[n - 1][1]["payload"]["path"]["opened"] = forger.rows[n][1]["payload"]["path"]["opened"]
    del forger.rows[n]


def leave_out_an_office(forger: Forger) -> None:
    """One of the offices that were asked at the same time never answered."""
    del forger.rows[forger.at("no_objection", "farmland")]


def sign_in_anothers_place(forger: Forger) -> None:
    """The vice director's answer is made the chief's."""
    forger.rows[forger.at("agree", "vice")][1]["payload"]["node"] = "chief"


def refuse_and_deliver(forger: Forger) -> None:
    """The decision becomes a refusal, yet the certificate was delivered: only the answers tell."""
    forger.rows[forger.at("grant")][1]["kind"] = "application.refuse"


def grant_at_the_examination(forger: Forger) -> None:
    """An answer that the step does not offer."""
    forger.rows[forger.at("agree", "examination")][1]["kind"] = "application.grant"


# Each forgery, and the replay that must see it.
FORGERIES: dict[Callable[[Forger], None], str] = {
    skip_the_chief: "steps",
    leave_out_an_office: "steps",
    sign_in_anothers_place: "steps",
    refuse_and_deliver: "answers",
    grant_at_the_examination: "answers",
}


@pytest.fixture
def odd_flows() -> Iterator[list[Any]]:
    """Flows that nobody would draw: parallel parts in parallel parts, returns everywhere."""
    random_flows.publish()
    yield random_flows.PROCEDURES
    random_flows.withdraw_from_sale()


def test_flows_that_nobody_would_draw_fit_too_and_what_cannot_be_drawn_is_marked(
    county: County, odd_flows: list[Any], export: Callable[[str], Path], mined: Mined
) -> None:
    for seed, procedure in enumerate(odd_flows[:12]):
        wander(county, procedure.code, random.Random(seed))
        if seed == 8:
            call_command("audit", "checkpoint", stdout=io.StringIO())
    code, cases = mined(export("odd"))
    judged = [case for case in cases.values() if case["drawn"]]
    assert code == 0 and len(cases) == 12 and len(judged) > 6
    assert all((case["steps"], case["answers"]) == (1.0, 1.0) for case in judged)
    assert any(case["ad_hoc"] for case in cases.values()), "somebody returned out of a parallel part"


def wander(county: County, code: str, chance: random.Random) -> None:
    """Random answers for a while, then the main ones to the end."""
    intake = operations.Intake(code, "随机项目", "project:1", "某单位", {})
    application = operations.receive(person=county["window.land"], intake=intake, now=county.now)
    for n in range(60):
        waiting = Step.objects.filter(process=application, finished__isnull=True).exclude(post_key="")
        steps: list[Any] = sorted(waiting.select_related("process"), key=lambda row: row.node)
        if not steps:
            return
        step = chance.choice(steps)
        main = next(answer for answer in step.flow_task.answers.values() if answer.main)
        answer = chance.choice(list(step.flow_task.answers.values())) if 0 < n < 12 else main
        targets = [node.name for node in legal_targets(step)] if answer.code == "return" else [""]
        target = chance.choice(targets) if targets else ""
        operations.sign(
            step_id=step.pk,
            person=county[username_of(step.post_key)],
            form=operations.Form(
                decision=answer.code if targets else main.code, opinion="意见。", reasons="理由。", target=target
            ),
            seen=operations.screen_of(Application.objects.get(pk=application.pk)),
            now=county.now,
        )
