"""A project unit follows its own cases, answers corrections point by point, reminds, and sees nobody else's."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from notifications.models import Message
from permits.demo.staff import username_of
from permits.models import Case, Permit, Project
from permits.queries.certificates import certificate
from tests.cast import PDF, WIND_FARM_LAND, County, at
from tests.factories import ProjectFactory
from tests.journeys.forms import FACTS
from workflows.audit.models import Entry
from workflows.legal import State
from workflows.models import Application, CorrectionItem, Document, SignOff
from workflows.now import set_demo_now

UNIT = "applicant.windfarm"
POINTS = [("public_form", "缺公示版报告表"), ("", "请说明与保护区的距离")]


@pytest.fixture
def project(county: County) -> Project:
    return ProjectFactory()


def file_case(county: County, project: Project, procedure: str, post: str = UNIT, **more: Any) -> Application:
    found = county.apply(
        procedure, FACTS.get(procedure, WIND_FARM_LAND), subject=project.name, applicant_post=post, **more
    )
    Case.objects.create(application=found, project=project, bar=procedure, recorded_by=county["window.land"])
    return found


@pytest.fixture
def asked(county: County, project: Project) -> Application:
    """The counter asked for one paper and one explanation."""
    application = file_case(county, project, "eia_form")
    county.sign(application, "intake", "window.eia", "ask_once", items=POINTS)
    return application


def client_of(county: County, username: str, language: str = "en") -> Client:
    client = Client()
    client.cookies["kaigong_language"] = language
    client.force_login(county[username])
    return client


@pytest.fixture(autouse=True)
def _today(settings: Any, db: None) -> None:
    settings.DEMO = True
    set_demo_now(at("2022-03-01"))


def paper(name: str = "gongshi.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF)


def point(application: Application, n: int) -> CorrectionItem:
    return CorrectionItem.objects.filter(application=application).order_by("pk")[n]


def now_of(application: Application) -> Application:
    return Application.objects.get(pk=application.pk)


def answer(client: Client, item: CorrectionItem, **form: Any) -> Any:
    return client.post(f"/applications/{item.application_id}/points/{item.pk}/", form)


def test_the_unit_lands_on_its_projects_and_reads_what_to_do_next(county: County, asked: Application) -> None:
    client = client_of(county, UNIT)
    assert client.get("/").headers["Location"] == "/projects/mine/"
    page = client.get("/projects/mine/").content.decode()
    assert "Answer 2 points" in page and f"/applications/{asked.pk}/#points" in page
    assert "your turn" in page


def test_two_answers_hand_the_list_in_and_start_the_counters_five_days(county: County, asked: Application) -> None:
    client = client_of(county, UNIT)
    answer(client, point(asked, 0), file=paper())
    assert now_of(asked).state == State.CORRECTING and county.open_nodes(asked) == ["corrections"]
    answer(client, point(asked, 1), text="最近处 4.2 公里")
    assert now_of(asked).state == State.CORRECTED and county.open_nodes(asked) == ["recheck"]
    paper_in = Document.objects.get(application=asked, slot="public_form", superseded_at__isnull=True)
    assert paper_in.version == 2 and point(asked, 0).document_id == paper_in.pk
    handed = SignOff.objects.get(application=asked, act="corrections_in")
    assert handed.post_key == UNIT and handed.signer == county[UNIT]
    kinds = list(Entry.objects.filter(chain=asked.chain).order_by("seq").values_list("kind", flat=True))
    assert kinds.count("application.correction_answered") == 2 and "application.corrections_in" in kinds
    county.now = at("2022-03-02")
    county.sign(asked, "recheck", "window.eia", "accept")
    assert now_of(asked).state == State.ACCEPTED


def test_a_point_without_its_paper_is_named_beside_it_and_the_words_stay(county: County, asked: Application) -> None:
    client = client_of(county, UNIT)
    response = answer(client, point(asked, 0), text="随后补交")
    page = response.content.decode()
    assert response.status_code == 422 and "this point asks for it" in page and "随后补交" in page
    assert point(asked, 0).answered_at is None
    wrong = answer(client, point(asked, 0), file=SimpleUploadedFile("a.exe", b"MZ"))
    assert wrong.status_code == 422 and Document.objects.filter(application=asked, slot="public_form").count() == 1
    assert answer(client, point(asked, 1), text="").status_code == 422


def test_a_point_is_answered_once(county: County, asked: Application) -> None:
    client = client_of(county, UNIT)
    assert answer(client, point(asked, 1), text="4.2 公里").status_code == 302
    assert answer(client, point(asked, 1), text="又一次").status_code == 409
    assert point(asked, 1).answer == "4.2 公里"


def test_an_answer_that_is_not_enough_may_be_asked_for_again_and_nothing_new(
    county: County, asked: Application
) -> None:
    client = client_of(county, UNIT)
    answer(client, point(asked, 0), file=paper())
    answer(client, point(asked, 1), text="约 4 公里")
    county.sign(asked, "recheck", "window.eia", "ask_once", items=[POINTS[1]], reasons="距离不明确")
    again = CorrectionItem.objects.get(application=asked, round=2)
    assert again.repeats == point(asked, 1) and again.answered_at is None
    page = client.get(f"/applications/{asked.pk}/").content.decode()
    assert "1 point is open" in page and page.count("kg-point-form") == 1


def test_papers_that_come_to_the_counter_settle_the_open_points(county: County, asked: Application) -> None:
    county.sign(asked, "corrections", "window.eia", "corrections_in")
    assert not CorrectionItem.objects.filter(application=asked, answered_at__isnull=True).exists()


def test_the_unit_sees_the_dates_that_the_officer_sees(county: County, project: Project) -> None:
    application = file_case(county, project, "land_pre_review")
    county.sign(application, "intake", "window.land", "accept")

    def dates(username: str, address: str) -> tuple[Any, ...]:
        context = client_of(county, username).get(address).context
        times = context["page"].times
        return times.promised, times.statutory, times.forecast, times.left_promised, times.light

    address = f"/applications/{application.pk}/"
    assert dates(UNIT, address) == dates("chief.land", address)
    mine = client_of(county, UNIT).get("/projects/mine/").context["projects"][0]
    listed = client_of(county, "chief.land").get("/applications/").context["rows"][0]
    assert mine.cases[0].row == listed
    assert mine.cases[0].turn == "office" and mine.cases[0].row.post.startswith("Natural Resources")


def test_what_officers_write_to_each_other_is_not_the_units(county: County, project: Project) -> None:
    application = file_case(county, project, "land_pre_review")
    county.sign(application, "intake", "window.land", "accept", opinion="材料齐全")
    county.sign(application, "examination", "handler.land", "agree", opinion="内部：与邻村有争议", second_name="李梅")
    step = county.open_step(application, "forestry")
    client = client_of(county, UNIT)
    assert "与邻村有争议" not in client.get(f"/applications/{application.pk}/").content.decode()
    response = client.get(f"/steps/{step.pk}/")
    assert response.status_code == 302 and response["Location"] == f"/applications/{application.pk}/"


def test_a_stop_is_shown_with_its_law_and_its_letter(county: County, project: Project) -> None:
    application = file_case(county, project, "eia_form")
    county.sign(application, "intake", "window.eia", "accept")
    fresh = Application.objects.get(pk=application.pk)
    officer = client_of(county, "chief.eia")
    stopped = officer.post(
        f"/applications/{application.pk}/acts/stop/",
        {
            "ground": "expert-review",
            "notice": "环评停〔2022〕3号",
            "expected_end": "2022-03-11",
            "seen": f"{fresh.revision}:{fresh.content_hash}",
        },
    )
    assert stopped.status_code == 302
    page = client_of(county, UNIT).get(f"/applications/{application.pk}/").content.decode()
    assert "expert review" in page and "order 14" in page and "环评停〔2022〕3号" in page
    notice = SignOff.objects.get(application=application, act="stop_clock")
    letter = client_of(county, UNIT).get(f"/applications/{application.pk}/letters/{notice.pk}/").content.decode()
    assert "Notice: the clock is stopped" in letter and "环评停〔2022〕3号" in letter and '<svg width="' in letter


def late_case(county: County, project: Project) -> Application:
    county.now = at("2022-01-10")
    application = file_case(county, project, "land_pre_review")
    county.sign(application, "intake", "window.land", "accept")
    county.now = at("2022-03-01")
    return application


def remind(client: Client, application: Application, kind: str = "remind") -> Any:
    fresh = Application.objects.get(pk=application.pk)
    form = {"kind": kind, "opinion": "请尽快办理", "seen": f"{fresh.revision}:{fresh.content_hash}"}
    return client.post(f"/applications/{application.pk}/acts/remind/", form)


def test_after_the_limit_a_reminder_goes_to_the_head_and_the_supervision_office_once_a_day(
    county: County, project: Project
) -> None:
    application, client = late_case(county, project), client_of(county, UNIT)
    assert "Remind or complain" in client.get(f"/applications/{application.pk}/").content.decode()
    assert remind(client, application).status_code == 302
    told = Message.objects.filter(kind="unit_remind").values_list("post_key", flat=True)
    assert set(told) == {"land.director", "county.supervision"}
    written = SignOff.objects.get(application=application, act="remind")
    assert written.opinion == "请尽快办理" and written.post_key == UNIT
    assert Entry.objects.filter(chain=application.chain, kind="application.remind").count() == 1
    assert remind(client, application, "complain").status_code == 422
    set_demo_now(at("2022-03-02"))
    assert remind(client, application, "complain").status_code == 302
    assert Message.objects.filter(kind="unit_complain", urgent=True).count() == 2


def test_nobody_is_reminded_before_a_limit_has_passed_or_while_the_unit_is_awaited(
    county: County, project: Project, asked: Application
) -> None:
    fresh, client = file_case(county, project, "land_pre_review"), client_of(county, UNIT)
    assert remind(client, fresh).status_code == 422
    set_demo_now(at("2022-05-05"))
    assert remind(client, asked).status_code == 422
    assert not SignOff.objects.filter(act="remind").exists()


def test_another_units_case_is_not_there(county: County, project: Project, asked: Application) -> None:
    item, stranger = point(asked, 0), client_of(county, "applicant.gas")
    receipt = SignOff.objects.filter(application=asked).order_by("pk")[0]
    permit = granted(county, project)
    for address in (
        f"/applications/{asked.pk}/",
        f"/applications/{asked.pk}/letters/{receipt.pk}/",
        f"/audit/receipts/{receipt.pk}.json",
        f"/projects/{project.pk}/",
        f"/projects/{project.pk}/permits/{permit.pk}/",
        f"/applications/{asked.pk}/acts/remind/",
        f"/applications/{asked.pk}/deadline/",
    ):
        assert stranger.get(address).status_code == 404, address
    assert answer(stranger, item, file=paper()).status_code == 404
    assert remind(stranger, asked).status_code == 404
    assert project.name not in stranger.get("/projects/mine/").content.decode()
    item.refresh_from_db()
    assert item.answered_at is None


def test_an_officer_cannot_answer_in_the_units_place(county: County, asked: Application) -> None:
    assert answer(client_of(county, "window.eia"), point(asked, 0), file=paper()).status_code == 403
    assert client_of(county, "window.eia").get("/projects/mine/").status_code == 403


def granted(county: County, project: Project) -> Permit:
    application = file_case(county, project, "road_permit")
    for _n in range(12):
        nodes = county.open_nodes(application)
        if not nodes:
            break
        step = county.open_step(application, nodes[0])
        main = next(answer for answer in step.flow_task.answers.values() if answer.main)
        county.sign(
            application, nodes[0], username_of(step.post_key), main.code, second_name="李梅" if main.second else ""
        )
    return Permit.objects.get(application=application)


def test_a_stranger_checks_a_permit_by_its_number_and_its_eight_letters(county: County, project: Project) -> None:
    permit = granted(county, project)
    code = certificate(project, permit.pk).code
    page = client_of(county, UNIT).get(f"/projects/{project.pk}/permits/{permit.pk}/").content.decode()
    assert code in page and permit.number in page and '<svg width="' in page
    stranger = Client()
    stranger.cookies["kaigong_language"] = "en"
    ask = {"number": permit.number, "code": code}
    assert "Genuine, and in force." in stranger.get("/check/", ask).content.decode()
    forged = stranger.get("/check/", ask | {"code": "AAAAAAAA"}).content.decode()
    assert "no permit with this number" in forged and project.name not in forged
    permit.revoke()
    permit.save()
    assert "no longer in force" in stranger.get("/check/", ask).content.decode()


def test_a_stranger_checks_a_receipt_file(county: County, asked: Application, settings: Any, tmp_path: Any) -> None:
    settings.AUDIT_KEY_FILE, settings.CHECKPOINT_DIR = tmp_path / "audit.pem", tmp_path / "points"
    from workflows.audit.sequencer import sequence

    sequence(at("2022-03-01", "10:00"), sign=True)
    written = SignOff.objects.filter(application=asked).order_by("pk")[0]
    receipt = client_of(county, UNIT).get(f"/audit/receipts/{written.pk}.json").content
    stranger = Client()
    stranger.cookies["kaigong_language"] = "en"
    good = stranger.post("/check/", {"receipt": SimpleUploadedFile("receipt.json", receipt)}).content.decode()
    assert "is in the record, unchanged" in good
    changed = receipt.replace(b'"position": ', b'"position": 1')
    bad = stranger.post("/check/", {"receipt": SimpleUploadedFile("receipt.json", changed)}).content.decode()
    assert "is in the record, unchanged" not in bad
    nonsense = stranger.post("/check/", {"receipt": SimpleUploadedFile("x.json", b"\xff\x00")}).content.decode()
    assert "is no receipt" in nonsense
