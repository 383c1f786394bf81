"""成熟一个、开工一个: the start gate opens by itself, exactly once, and shuts when a bar falls."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from notifications.models import Message
from notifications.texts import text_of
from permits.gate import route_of
from permits.models import Case, GateEvent, Permit, Project
from permits.operations.cases import open_case
from permits.operations.rights import end_permit, extend_permit, lapse_due, record_permit
from permits.operations.starting import record_start
from permits.queries.figures import figures, headline
from permits.routes import route
from tests.cast import County, at, county_of_people
from tests.engine.test_statement_counts import DEAR, click
from tests.engine.test_two_at_once import at_once, click_of
from tests.factories import COUNTY, ProjectFactory
from tests.journeys.forms import FACTS
from workflows import operations
from workflows.audit.models import Entry
from workflows.audit.refused import Moved, NotAllowed, NotYours
from workflows.clock.days import civil_date
from workflows.flow import registry
from workflows.models import Application
from workflows.operations.beside import Request
from workflows.operations.ending import annul


def clear(county: County, project: Project, *, but: tuple[str, ...] = (), day: dt.date | None = None) -> None:
    """Record every bar of the route as cleared elsewhere, today or that day, except some."""
    found = route_of(project)
    assert found is not None
    for n, code in enumerate(found.codes):
        if code not in but:
            record_permit(
                project_id=project.pk,
                bar=code,
                number=f"文〔2022〕{n}号",
                issued_on=day or civil_date(county.now),
                person=county["ndrc"],
                now=county.now,
            )


def to_the_last_grant(county: County, project: Project, bar: str = "energy_registration") -> Application:
    """An application of the project that only waits for its grant."""
    office = "energy"
    application = open_case(
        project_id=project.pk, bar=bar, person=county[f"window.{office}"], facts=FACTS[bar], now=county.now
    )
    for slot in ("application", "approval", "contract", "drawings", "safety"):
        county.hand_in(application, slot)
    county.sign(application, "intake", f"window.{office}", "accept")
    county.sign(application, "examination", f"handler.{office}", "agree")
    return application


def test_the_last_grant_opens_the_gate_by_itself_with_that_date(county: County) -> None:
    project = ProjectFactory()
    clear(county, project, but=("energy_registration",))
    application = to_the_last_grant(county, project)
    assert Project.objects.get(pk=project.pk).phase == Project.Phase.PREPARING
    county.now = at("2022-03-09")
    county.sign(application, "decision", "chief.energy", "grant")

    kept = Project.objects.get(pk=project.pk)
    assert (kept.phase, kept.may_start_on) == (Project.Phase.MAY_START, dt.date(2022, 3, 9))
    event = GateEvent.objects.get(project=project)
    assert (event.kind, event.on, event.because) == ("opened", dt.date(2022, 3, 9), "energy_registration")
    permit = Permit.objects.get(application=application)
    assert permit.number.startswith("电质监注620799-2022-") and permit.source == Permit.Source.DECIDED
    told = Message.objects.filter(kind="gate_opened")
    assert {message.post_key for message in told} == {"applicant.windfarm", "statistics.chief"}
    for language, words in (
        ("zh-hans", "电力工程质量监督注册"),
        ("en", "Quality supervision registration of power works"),
    ):
        with override(language):
            assert all(words in text_of(message.kind, message.params) for message in told)


def test_a_grant_that_opens_the_gate_keeps_the_budget(transactional_db: None) -> None:
    county = county_of_people()
    project = ProjectFactory()
    clear(county, project, but=("energy_registration",))
    application = to_the_last_grant(county, project)
    assert click(county, application, "decision", "chief.energy", "grant") <= DEAR
    assert Project.objects.get(pk=project.pk).phase == Project.Phase.MAY_START


def test_a_grant_with_clocks_and_notices_keeps_the_budget_too(transactional_db: None) -> None:
    county = county_of_people()
    project = ProjectFactory()
    clear(county, project, but=("land_pre_review",))
    application = pre_review_at_decision(county, project)
    assert click(county, application, "decision", "director.land", "grant") <= DEAR
    assert Project.objects.get(pk=project.pk).phase == Project.Phase.MAY_START


def pre_review_at_decision(county: County, project: Project) -> Application:
    """The project's land pre-review, before the director."""
    application = open_case(
        project_id=project.pk,
        bar="land_pre_review",
        person=county["window.land"],
        facts=FACTS["land_pre_review"],
        now=county.now,
    )
    for slot in registry.procedure("land_pre_review").documents:
        if slot.required(application.facts):
            county.hand_in(application, slot.code)
    county.sign(application, "intake", "window.land", "accept")
    county.sign(application, "examination", "handler.land", "agree", second_name="李梅")
    for node, username in (("forestry", "chief.forestry"), ("farmland", "farmland.land"), ("town", "head.town")):
        county.sign(application, node, username, "no_objection")
    county.sign(application, "chief", "chief.land", "agree")
    county.sign(application, "vice", "vice.land", "agree")
    return application


def test_an_annulled_grant_takes_its_permit_with_it_and_shuts_the_gate(county: County) -> None:
    project = ProjectFactory()
    clear(county, project, but=("energy_registration",))
    application = to_the_last_grant(county, project)
    county.sign(application, "decision", "chief.energy", "grant")
    fresh = Application.objects.get(pk=application.pk)
    asked = Request(fresh.pk, county["chief.energy"], operations.screen_of(fresh), county.now)
    annul(asked, opinion="以欺骗手段取得", document="质监撤〔2022〕1号")
    assert Permit.objects.get(application=application).state == Permit.State.REVOKED
    assert Project.objects.get(pk=project.pk).phase == Project.Phase.PREPARING
    assert Message.objects.filter(kind="gate_shut", post_key="statistics.chief").exists()


def test_a_grant_supersedes_what_was_recorded_for_its_bar_meanwhile(county: County) -> None:
    project = ProjectFactory()
    clear(county, project, but=("energy_registration",))
    application = to_the_last_grant(county, project)
    recorded = clear_one(county, project, "energy_registration")
    county.sign(application, "decision", "chief.energy", "grant")
    assert Permit.objects.get(pk=recorded.pk).state == Permit.State.SUPERSEDED
    assert Permit.objects.get(application=application).stands
    assert GateEvent.objects.filter(project=project).count() == 1


def test_the_trail_holds_every_move_of_the_gate_and_every_permit(county: County) -> None:
    project = ProjectFactory()
    clear(county, project, but=("energy_registration", "land_pre_review"))
    record_permit(
        project_id=project.pk,
        bar="land_pre_review",
        number="用字第1号",
        issued_on=dt.date(2019, 3, 2),
        valid_until=dt.date(2022, 3, 2),
        person=county["ndrc"],
        now=county.now,
    )
    application = to_the_last_grant(county, project)
    county.sign(application, "decision", "chief.energy", "grant")
    lapse_due(now=at("2022-03-03"), county=COUNTY)
    told = Entry.objects.filter(kind__startswith="project.", actor="")
    assert sorted(told.values_list("kind", flat=True)) == [
        "project.gate_opened",
        "project.gate_shut",
        "project.permit_granted",
        "project.permit_lapse",
    ]
    assert all(f'"project":"{project.pk}"' in bytes(entry.body).decode() for entry in told)


def test_two_last_grants_at_once_open_the_gate_exactly_once(transactional_db: None) -> None:
    county = county_of_people()
    project = ProjectFactory()
    clear(county, project, but=("energy_registration", "eia_form"))
    cases = [to_the_last_grant(county, project)]
    cases.append(open_case_at_decision(county, project))
    calls = []
    for application, node, username in zip(
        cases, ("decision", "decision"), ("chief.energy", "director.eia"), strict=True
    ):
        client = Client()
        client.force_login(county[username])
        seen = operations.screen_of(Application.objects.get(pk=application.pk))
        calls.append(click_of(client, county.open_step(application, node), seen, "grant"))
    assert at_once(calls) == [302, 302]
    kept = Project.objects.get(pk=project.pk)
    assert kept.phase == Project.Phase.MAY_START
    assert GateEvent.objects.filter(project=project, kind="opened").count() == 1
    assert Message.objects.filter(kind="gate_opened", post_key="statistics.chief").count() == 1


def open_case_at_decision(county: County, project: Project) -> Application:
    """The project's EIA form, with both notices over, before the director."""
    application = open_case(
        project_id=project.pk, bar="eia_form", person=county["window.eia"], facts=FACTS["eia_form"], now=county.now
    )
    for slot in ("application", "approval", "form", "public_form", "evaluation"):
        county.hand_in(application, slot)
    county.sign(application, "intake", "window.eia", "accept")
    county.sign(application, "acceptance_posted", "handler.eia", "posted")
    county.now = at("2022-03-15")
    county.sign(application, "acceptance_notice", "handler.eia", "notice_over")
    county.sign(application, "evaluation", "second.eia", "done")
    county.sign(application, "examination", "handler.eia", "agree")
    county.sign(application, "chief", "chief.eia", "agree")
    county.sign(application, "vice", "vice.eia", "agree")
    county.sign(application, "approval_posted", "handler.eia", "posted")
    county.now = at("2022-03-25")
    county.sign(application, "approval_notice", "handler.eia", "notice_over")
    return application


def test_e11_a_void_land_approval_shuts_the_gate_and_keeps_both_histories(county: County) -> None:
    project = ProjectFactory()
    clear(county, project)
    assert Project.objects.get(pk=project.pk).phase == Project.Phase.MAY_START
    land = Permit.objects.get(project=project, bar="land_conversion")
    county.now = at("2022-04-06")
    end_permit(
        permit_id=land.pk,
        ending="revoke",
        reason="征收批准被复议撤销",
        on=dt.date(2022, 4, 6),
        person=county["ndrc"],
        now=county.now,
    )
    kept = Project.objects.get(pk=project.pk)
    assert (kept.phase, kept.may_start_on) == (Project.Phase.PREPARING, None)
    assert list(GateEvent.objects.filter(project=project).order_by("pk").values_list("kind", "round")) == [
        ("opened", 1),
        ("shut", 1),
    ]
    assert Permit.objects.get(pk=land.pk).state == Permit.State.REVOKED
    told = set(Message.objects.filter(kind="gate_shut").values_list("post_key", flat=True))
    assert told == {"applicant.windfarm", "statistics.chief", "energy.chief"}, "whose act stands on it hears of it too"
    found = figures(COUNTY, 2022, county.now)
    assert [(row.pk, row.causes) for row in found.blocked] == [(project.pk, ("land",))], "blocked again, by land"
    assert figures(COUNTY, 2022, at("2022-04-05")).blocked == ()
    assert [headline(COUNTY, 2022, now).held for now in (county.now, at("2022-04-05"))] == [1, 0], "counted the same"
    assert Permit.objects.filter(project=project, bar="energy_registration", state="valid").exists()
    record_permit(
        project_id=project.pk,
        bar="land_conversion",
        number="政土征〔2022〕88号",
        issued_on=dt.date(2022, 4, 6),
        person=county["ndrc"],
        now=county.now,
    )
    assert GateEvent.objects.filter(project=project, kind="opened", round=2).exists()
    assert figures(COUNTY, 2022, county.now).blocked == ()


def clear_one(county: County, project: Project, bar: str) -> Permit:
    return record_permit(
        project_id=project.pk,
        bar=bar,
        number=f"{bar}〔2022〕1号",
        issued_on=civil_date(county.now),
        person=county["ndrc"],
        now=county.now,
    )


def test_e19_a_registration_where_a_form_is_needed_gives_no_right_to_start(county: County) -> None:
    project = ProjectFactory()
    clear(county, project, but=("eia_form",))
    clear_one(county, project, "eia_registration")
    assert Project.objects.get(pk=project.pk).phase == Project.Phase.PREPARING
    clear_one(county, project, "eia_report")
    assert Project.objects.get(pk=project.pk).phase == Project.Phase.MAY_START, "the heavier report is enough"


def test_a_registration_filed_here_is_a_permit_at_once(county: County) -> None:
    project = ProjectFactory()
    facts = {
        "project_code": "x",
        "catalogue_item": "41-90",
        "site": "绣花庙滩",
        "scale": "1 台",
        "measures": "洒水降尘",
        "pledge": "yes",
    }
    application = open_case(
        project_id=project.pk,
        bar="eia_registration",
        person=county["applicant.windfarm"],
        facts=facts,
        now=county.now,
    )
    assert Permit.objects.get(application=application).bar == "eia_registration"
    assert Case.objects.get(application=application).project == project


def test_permits_lapse_on_the_day_after_their_last_and_only_once(county: County) -> None:
    project = ProjectFactory()
    clear(county, project, but=("land_pre_review",))
    record_permit(
        project_id=project.pk,
        bar="land_pre_review",
        number="用字第1号",
        issued_on=dt.date(2019, 3, 2),
        valid_until=dt.date(2022, 3, 2),
        person=county["ndrc"],
        now=county.now,
    )
    assert Project.objects.get(pk=project.pk).phase == Project.Phase.MAY_START
    assert lapse_due(now=at("2022-03-02"), county=COUNTY) == []
    assert [permit.bar for permit in lapse_due(now=at("2022-03-03"), county=COUNTY)] == ["land_pre_review"]
    assert lapse_due(now=at("2022-03-03"), county=COUNTY) == []
    assert Project.objects.get(pk=project.pk).phase == Project.Phase.PREPARING


def test_an_extended_permit_lapses_later(county: County) -> None:
    project = ProjectFactory()
    permit = record_permit(
        project_id=project.pk,
        bar="land_pre_review",
        number="用字第1号",
        issued_on=dt.date(2019, 3, 2),
        valid_until=dt.date(2022, 3, 2),
        person=county["ndrc"],
        now=county.now,
    )
    extend_permit(
        permit_id=permit.pk, valid_until=dt.date(2023, 3, 2), reason="延期", person=county["ndrc"], now=county.now
    )
    assert lapse_due(now=at("2022-03-03"), county=COUNTY) == []


def test_only_the_keepers_write_and_on_what_they_saw(county: County) -> None:
    project = ProjectFactory()
    with pytest.raises(NotYours):
        record_permit(
            project_id=project.pk,
            bar="eia_form",
            number="x",
            issued_on=dt.date(2022, 3, 1),
            person=county["chief.land"],
            now=county.now,
        )
    with pytest.raises(Moved):
        record_start(
            project_id=project.pk,
            on=dt.date(2022, 3, 1),
            evidence="照片",
            version=project.version + 5,
            person=county["ndrc"],
            now=county.now,
        )
    clear_one(county, project, "eia_form")
    with pytest.raises(Moved):
        clear_one(county, project, "eia_form")


@pytest.mark.parametrize(("bar", "code"), [("forest_land", "bar_not_here"), ("nonsense", "bar_not_here")])
def test_only_bars_with_a_procedure_are_applied_for(county: County, bar: str, code: str) -> None:
    with pytest.raises(NotAllowed) as refused:
        open_case(project_id=ProjectFactory().pk, bar=bar, person=county["window.land"], facts={}, now=county.now)
    assert refused.value.code == code


def test_one_open_application_for_a_bar_is_enough(county: County) -> None:
    project = ProjectFactory()
    given: dict[str, Any] = {
        "project_id": project.pk,
        "bar": "land_pre_review",
        "person": county["window.land"],
        "facts": FACTS["land_pre_review"],
        "now": county.now,
    }
    first = open_case(**given)
    with pytest.raises(Moved, match=first.number):
        open_case(**given)
    assert reverse("application", args=[first.pk])
    assert not issubclass(Moved, ValidationError)


def test_routes_are_remembered_by_class_and_facts_and_never_mixed_up(county: County) -> None:
    plain, with_land = ProjectFactory(facts={"new_land": "no"}), ProjectFactory(facts={"new_land": "yes"})
    assert route_of(plain) is route_of(ProjectFactory(facts={"new_land": "no"})), "worked out once"
    found = [[line.bar.code for line in route_of(project).needed] for project in (plain, with_land)]
    assert found == [list(route(each.sector, each.site_class, each.facts).codes) for each in (plain, with_land)]
    assert found[0] != found[1]
    with override("en"):
        english = [str(line.because) for line in route_of(plain).lines]
    assert english != [str(line.because) for line in route_of(plain).lines], "each language has its own sentences"
