"""Clicks that a job may cost, counted from the inbox, with a mouse and by keyboard alone.

The browser counts (`tests.browser.hands`). An irreversible act keeps its sheet in which it is confirmed: the budget
includes it. "A deputy answers an escalation" stands beside his page's tests.
"""

from __future__ import annotations

import pytest

from permits.models import Case, Project
from tests.browser.hands import Hands
from tests.browser.visitor import Visitor
from tests.cast import WIND_FARM_LAND, County
from tests.factories import AppointmentFactory
from tests.journeys.forms import FACTS
from tests.many import copies
from tests.standing import Standing
from workflows.audit.models import Entry
from workflows.audit.receipts import code_of
from workflows.models import Application, SignOff, Step
from workflows.offices.models import Appointment, Cover, Post

pytestmark = pytest.mark.browser


@pytest.fixture(params=["mouse", "keyboard"])
def hands(request: pytest.FixtureRequest, visitor: Visitor) -> Hands:
    """One pair of hands."""
    return Hands(visitor, keyboard=request.param == "keyboard")


def within(hands: Hands, budget: int, job: str) -> None:
    """The job cost at most its budget."""
    print(f"{job}, {'keyboard' if hands.keyboard else 'mouse'}: {hands.count} of {budget} ({', '.join(hands.acts)})")
    assert hands.count <= budget, hands.acts


def fresh(county: County, subject: str) -> Application:
    """A form at the counter, all its papers there."""
    return county.apply("eia_form", FACTS["eia_form"], subject=subject)


def row(subject: str) -> str:
    """The inbox row's link."""
    return f"[data-open]:has-text('{subject}')"


def test_one_routine_item_is_approved_in_two(hands: Hands, stood: Standing) -> None:
    asked = fresh(stood.county, f"加油站{hands.keyboard}")
    page = hands.enter("window.eia", "/inbox/")
    hands.press(row(asked.subject))
    page.wait_for_url("**/steps/*/")
    hands.press("[data-key=a]")
    page.wait_for_url("**/applications/*/")
    assert SignOff.objects.filter(application=asked, act="accept").count() == 1
    within(hands, 2, "approve one routine item")


def test_the_letters_lead_to_the_buttons_and_never_sign(visitor: Visitor, stood: Standing) -> None:
    asked = fresh(stood.county, "字母键")
    hands = Hands(visitor, keyboard=True)
    page = hands.enter("window.eia", "/steps/{}/".format(stood.county.open_step(asked, "intake").pk))
    page.keyboard.press("r")
    assert page.locator("#sheet-ask_once").is_visible()
    page.keyboard.press("Escape")
    # The browser itself closes the sheet, after it has answered the key.
    page.locator("#sheet-ask_once").wait_for(state="hidden")
    page.keyboard.press("a")
    assert page.evaluate("document.activeElement.dataset.key") == "a"
    assert hands.count == 0 and not SignOff.objects.filter(application=asked, act="accept").exists()


def test_ten_routine_items_are_approved_in_four_and_what_has_conditions_drops_out(
    hands: Hands, stood: Standing
) -> None:
    first = Application.objects.get(pk=stood.keys["land"])
    if not Application.objects.filter(number__startswith="B").exists():
        copies(first, Step.objects.get(pk=stood.keys["step"]), 20)
    open_ones = Step.objects.filter(process__number__startswith="B", finished__isnull=True, node="chief")
    ten = list(open_ones.values_list("process", flat=True)[:10])
    word = f"十件{hands.keyboard}"
    Application.objects.filter(pk__in=[*ten, first.pk]).update(search=word.lower())
    page = hands.enter("chief.land", f"/inbox/?q={word}")
    assert page.locator("[data-row]").count() == 11
    hands.press("[data-pick-all]", "Space")
    hands.press("[data-bulk-act]")
    page.wait_for_selector("#bulk-sheet[open]")
    # The check list: what drops out stands there by name, with the reason.
    assert f"{first.subject}：有附条件同意意见" in page.inner_text("#bulk-sheet [data-out-list]")
    assert page.inner_text("#bulk-title").endswith("10")
    hands.press("#bulk-sheet button[type=submit]")
    page.wait_for_selector("text=已签批 10 件")
    assert SignOff.objects.filter(application__in=ten, act="agree").count() == 10
    assert Step.objects.filter(pk=stood.keys["step"], finished__isnull=True).exists()
    assert first.subject in " ".join(page.locator(".kg-messages").all_inner_texts())
    within(hands, 4, "approve ten routine items")


def test_corrections_are_asked_for_in_three(hands: Hands, stood: Standing) -> None:
    asked = fresh(stood.county, f"补正件{hands.keyboard}")
    page = hands.enter("window.eia", "/inbox/")
    hands.press(row(asked.subject))
    page.wait_for_url("**/steps/*/")
    hands.press("[data-key=r]")
    hands.write("#sheet-ask_once [name=item_text]", "说明与水源地的距离")
    hands.press("#sheet-ask_once [type=submit]")
    page.wait_for_url("**/applications/*/")
    assert SignOff.objects.filter(application=asked, act="ask_once").count() == 1
    within(hands, 3, "return once for correction")


def test_the_clock_stops_in_three_and_runs_again_in_three(hands: Hands, stood: Standing) -> None:
    county = stood.county
    asked = fresh(county, f"停表件{hands.keyboard}")
    county.sign(asked, "intake", "window.eia", "accept")
    who = "handler.eia"
    page = hands.enter(who, "/inbox/")
    hands.press(row(asked.subject))
    page.wait_for_url("**/steps/*/")
    hands.press("a[href$='/acts/stop/']")
    page.wait_for_url("**/acts/stop/")
    hands.choose("#id_ground", 0)
    hands.write("#id_notice", "甘环评停〔2022〕3号")
    hands.write("#id_expected_end", "03252022")
    hands.press("main [type=submit]")
    page.wait_for_url("**/applications/*/")
    assert Application.objects.get(pk=asked.pk).stopped_since
    within(hands, 3, "stop the clock")
    hands.acts.clear()
    hands.visitor.open("/inbox/")
    hands.press(row(asked.subject))
    page.wait_for_url("**/steps/*/")
    hands.press("a[href$='/acts/resume/']")
    page.wait_for_url("**/acts/resume/")
    hands.press("main [type=submit]")
    page.wait_for_url("**/applications/*/")
    assert not Application.objects.get(pk=asked.pk).stopped_since
    within(hands, 3, "resume the clock")


def test_five_items_change_hands_in_three(hands: Hands, stood: Standing) -> None:
    county, subject = stood.county, f"转办件{hands.keyboard}"
    five = [county.apply("land_pre_review", WIND_FARM_LAND, subject=subject) for _n in range(5)]
    post = Post.objects.get(key="land.window", county=five[0].county)
    if not Appointment.objects.filter(post=post, person=county["handler.land"]).exists():
        AppointmentFactory(post=post, person=county["handler.land"])
    page = hands.enter("window.land", f"/inbox/?q={subject}")
    hands.press("[data-pick-all]", "Space")
    hands.press("[formaction$='/hand-over/']")
    page.wait_for_url("**/inbox/hand-over/?*")
    assert page.locator("main li:has([name=step])").count() == 5
    names = page.locator("#id_to_id option").all_inner_texts()
    hands.choose("#id_to_id", names.index(county["handler.land"].display_name))
    hands.write("#id_opinion", "本周外出培训")
    hands.press("main [type=submit]")
    page.wait_for_selector("text=已转办 5 件")
    taken = Step.objects.filter(process__in=five, owner=county["handler.land"], finished__isnull=True)
    assert taken.count() == 5
    within(hands, 3, "reassign five items")


def test_the_auditor_verifies_a_pasted_receipt_in_one(hands: Hands, stood: Standing) -> None:
    entry = Entry.objects.exclude(chain="").earliest("recorded_at")
    page = hands.enter("auditor", "/audit/")
    hands.write("#code", code_of(entry.leaf_hash))
    hands.press("section:has(#verify-title) [type=submit]")
    page.wait_for_selector("main .kg-note-ok")
    within(hands, 1, "verify a receipt after the paste")


def test_the_unit_answers_a_point_in_two_and_the_upload(hands: Hands, stood: Standing) -> None:
    county, unit = stood.county, "applicant.windfarm"
    asked = county.apply("eia_form", FACTS["eia_form"], subject=f"答复件{hands.keyboard}", applicant_post=unit)
    project = Project.objects.get(pk=stood.keys["project"])
    Case.objects.create(application=asked, project=project, bar="eia_form", recorded_by=county["window.eia"])
    county.sign(asked, "intake", "window.eia", "ask_once", items=[("public_form", "缺公示版报告表"), ("", "说明距离")])
    page = hands.enter(unit, "/projects/mine/")
    hands.press(f"a[href='/applications/{asked.pk}/#points']")
    page.wait_for_url("**/applications/*/#points")
    file = {"name": "gongshi.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF\n"}
    hands.upload("#points input[type=file]", file)
    assert page.locator("[data-drop-name]").first.text_content() == "gongshi.pdf · 1 KB"
    hands.press("#points [type=submit]")
    page.wait_for_selector(".kg-point-done")
    assert page.locator(".kg-point-done").count() == 1
    # One act more is the upload's own.
    within(hands, 2 + 1, "answer one correction point, with its upload")


def test_the_administrator_adds_a_cover_in_three(hands: Hands, stood: Standing) -> None:
    before = Cover.objects.count()
    page = hands.enter("admin", "/inbox/")
    hands.press(".kg-places a[href='/people/']")
    page.wait_for_url("**/people/")
    labels = page.locator("#cover-principal option").all_inner_texts()
    away = next(n for n, label in enumerate(labels) if stood.county["chief.eia"].display_name in label)
    hands.choose("#cover-principal", away)
    people = page.locator("#cover-stand-in option").all_inner_texts()
    taker = next(n for n, label in enumerate(people) if stood.county["handler.eia"].display_name in label)
    hands.choose("#cover-stand-in", taker)
    first = 10 if hands.keyboard else 20
    hands.write("#cover-starts", f"03{first}2022")
    hands.write("#cover-ends", f"03{first + 4}2022")
    hands.write("#cover-authority", "县环发〔2022〕7号")
    hands.press("section:has(#cover-title) [type=submit]")
    page.wait_for_url(lambda address: "/people/" in address and not address.endswith("/people/"))
    assert Cover.objects.count() == before + 1
    within(hands, 3, "add an absence cover")
