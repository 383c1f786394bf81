"""A file under review: what a person settles, what waits, what fails, and what nothing may undo."""

from __future__ import annotations

import io
import re
import threading
import zipfile
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils.translation import gettext, override

from permits.importing import jobs
from permits.importing.by import By
from permits.importing.exporting import ledger_rows
from permits.importing.incoming import Incoming
from permits.importing.refusals import AnswerUnread, CannotBeRead, ChangedMeanwhile, NotInReview
from permits.importing.settling import settle
from permits.importing.storing import rows_of
from permits.importing.truth import truth_of
from permits.ledger.doubts import TABLE as DOUBTS
from permits.ledger.workbook import Unreadable
from permits.ledger.writing import write_ledger
from permits.models import (
    Block,
    GateEvent,
    Lead,
    LedgerDoubt,
    LedgerFile,
    LedgerLine,
    MonthlyFigure,
    Permit,
    Project,
    ProjectCode,
)
from permits.operations.identity import split_project
from permits.operations.rights import record_permit
from tests.cast import County, at, county_of_people
from tests.factories import COUNTY
from tests.ledger.books import CODES, book
from workflows.audit.models import Entry

NOW = at("2022-03-01")
HEADING = ["项目名称", "项目代码", "建设单位", "建设性质", "总投资", "是否开工", "用地", "环评", "存在问题", "包抓领导"]
SCHOOL = ["城关小学迁建项目", CODES[0], "教育局", "新建", 5000, "否", "√", "√", None, "副县长（农业）"]
MIXED = ["石材加工产业园项目", CODES[1], "石材公司", "新建", "约3000", "否", "√", "未办", "资金不到位", "张三"]
BRIDGE = ["清水河桥梁项目", None, "交通局", "续建", 800, "是", "√", "√", None, None]


def quiet(done: int, total: int) -> None:
    """A worker that nobody watches."""


def sheet(*rows: list[Any], heading: list[str] | None = None) -> bytes:
    return book([["示例县2022年重点项目台账（单位：万元）"], heading or HEADING, *rows])


def received(content: bytes, name: str = "台账.xlsx") -> LedgerFile:
    ledger = jobs.receive(content=content, file_name=name, county=COUNTY, by=By(), now=NOW)
    jobs.read(ledger, NOW, quiet)
    ledger.refresh_from_db()
    return ledger


def taken_over(content: bytes, tick: Callable[[int, int], None] = quiet) -> LedgerFile:
    ledger = received(content)
    begun = jobs.begin(ledger_id=ledger.pk, county=COUNTY, seen=ledger.plan_hash, by=By(), now=NOW)
    assert jobs.apply(begun, By(), NOW, tick)
    begun.refresh_from_db()
    return begun


def fields(ledger: LedgerFile) -> list[tuple[str, str, str]]:
    return [(change["project"], change["field"], change["kind"]) for change in ledger.changes]


def answer(ledger: LedgerFile, code: str, text: str, **of: Any) -> LedgerFile:
    doubt = LedgerDoubt.objects.filter(ledger=ledger, code=code, **of).earliest("pk")
    return settle(ledger_id=ledger.pk, doubt_id=doubt.pk, county=COUNTY, answer=text, by=By(), now=NOW)


def exported() -> bytes:
    file = io.BytesIO()
    write_ledger(ledger_rows(COUNTY, 2022), file, title="示例县重点项目台账", year=2022)
    return file.getvalue()


def test_a_row_becomes_a_project_with_code_leader_block_and_imported_permits(county: County) -> None:
    taken_over(sheet(SCHOOL, MIXED, BRIDGE))
    school, mixed, bridge = Project.objects.order_by("pk")
    assert (school.sector, school.site_class, school.total_wan, school.kind) == ("public", "school", 5000, "new")
    assert ProjectCode.objects.get(project=school).code == CODES[0]
    lead = Lead.objects.get(project=school)
    assert (lead.title, lead.post.key if lead.post else "") == ("副县长（农业）", "deputy.rural")
    assert Lead.objects.get(project=mixed).post is None, "who is no leader of the county is kept by his name only"
    assert (Block.objects.get().project, Block.objects.get().causes) == (mixed, ["eia", "money"])
    assert (mixed.total_wan, mixed.sector) == (3000, ""), "an approximate amount is read, a class of two is not"
    assert bridge.ledger_started and bridge.phase == Project.Phase.PREPARING, "the ledger's word is no lawful start"
    permits = Permit.objects.filter(project=school)
    assert permits.exists() and {(row.source, row.number, row.issued_on) for row in permits} == {("imported", "", None)}
    assert not Permit.objects.filter(project=mixed).exists()
    assert "cgxx" in school.search and CODES[0] in school.search


def test_each_change_of_a_changed_file_is_shown_and_written(county: County) -> None:
    taken_over(sheet(SCHOOL, MIXED))
    changed = [SCHOOL[0], CODES[2], "教育局", "续建", 5200, "是", "√", "未办", None, "副县长（农业）、常务副县长"]
    ledger = received(sheet(changed, MIXED))
    name = SCHOOL[0]
    found = {field: (change["before"], change["after"]) for change in ledger.changes if (field := change["field"])}
    assert {change["project"] for change in ledger.changes} == {name}
    assert set(found) == {"code", "kind", "total_wan", "ledger_started", "eia", "leads"}
    assert found["total_wan"] == ("5000.00", "5200.00") and found["leads"][1] == ["副县长（农业）", "常务副县长"]
    assert Project.objects.get(name=name).total_wan == 5000, "nothing changes before it is taken over"
    begun = jobs.begin(ledger_id=ledger.pk, county=COUNTY, seen=ledger.plan_hash, by=By(), now=NOW)
    assert jobs.apply(begun, By(), NOW, quiet)
    project = Project.objects.get(name=name)
    assert (project.total_wan, project.kind, project.ledger_started) == (5200, "continued", True)
    assert list(project.codes.order_by("pk").values_list("code", "kind")) == [
        (CODES[0], "superseded"),
        (CODES[2], "current"),
    ]
    assert Lead.objects.filter(project=project, ends__isnull=True).count() == 2
    assert not Permit.objects.filter(project=project, bar__startswith="eia", state="valid").exists()
    entry = Entry.objects.filter(kind="project.imported").latest("recorded_at", "pk")
    assert '"total_wan"' in bytes(entry.body).decode()
    assert received(sheet(changed, MIXED)).changes == []


def test_the_differences_do_not_depend_on_the_order_of_columns_in_memory(county: County) -> None:
    taken_over(sheet(SCHOOL))
    changed = [SCHOOL[0], CODES[2], "水务局", "续建", 5200, "是", "未办", "未办", "资金不足", "王五"]
    ledger = received(sheet(changed))
    fields_shown = [change["field"] for change in ledger.changes]
    for item in rows_of(ledger):
        for columns in (sorted(item.columns), sorted(item.columns, reverse=True)):
            again = Incoming(1, item.read, item.year, dict.fromkeys(columns).keys())
            assert [key for key in again.wanted.values if key in fields_shown] == fields_shown


def test_a_bad_row_never_stops_the_good_ones(county: County) -> None:
    taken_over(sheet(SCHOOL, MIXED, BRIDGE))
    rows = [[*row[:4], 9000 + n, *row[5:]] for n, row in enumerate((SCHOOL, MIXED, BRIDGE))]
    name = MIXED[0]

    def another_officer(done: int, total: int) -> None:
        if done == 1:
            project = Project.objects.get(name=name)
            project.version += 1
            project.save(update_fields=["version"])

    ledger = taken_over(sheet(*rows), another_officer)
    assert list(Project.objects.order_by("pk").values_list("total_wan", flat=True)) == [9000, 3000, 9002]
    assert ledger.state == LedgerFile.State.DONE and (ledger.changed_count, ledger.new_count) == (2, 0)
    assert LedgerLine.objects.get(ledger=ledger, outcome="failed").cells["name"]["value"] == name
    doubt = LedgerDoubt.objects.get(ledger=ledger, code="row_not_applied")
    assert name in dict(doubt.args)["error"]
    assert received(sheet(*rows)).changes[0]["field"] == "total_wan", "the next file offers it again"


def test_a_name_that_is_too_long_waits_and_an_amount_that_is_too_large_is_left_out(county: County) -> None:
    long = ["很长的名称" * 41, CODES[3], "甲", "新建", 100, "否", "未办", "未办", None, None]
    large = [*SCHOOL[:4], 9 * 10**13, *SCHOOL[5:]]
    ledger = taken_over(sheet(long, large, BRIDGE))
    assert list(Project.objects.order_by("pk").values_list("name", "total_wan")) == [
        (SCHOOL[0], None),
        (BRIDGE[0], Decimal(800)),
    ]
    assert LedgerDoubt.objects.filter(ledger=ledger, code="amount_too_large").count() == 1
    assert LedgerLine.objects.get(ledger=ledger, outcome="held").row_number == 3
    answer(ledger, "name_long", "短名称")
    assert Project.objects.filter(name="短名称").count() == 1, "an answer after the file is done goes in at once"


def test_an_answer_goes_into_the_project_and_out_into_the_spreadsheet(county: County) -> None:
    ledger = taken_over(sheet(SCHOOL, MIXED))
    mixed = Project.objects.get(name=MIXED[0])
    with pytest.raises(AnswerUnread):
        answer(ledger, "amount_about", "三千左右吧")
    answer(ledger, "amount_about", "3100")
    answer(ledger, "class_several", "industry/park")
    mixed = Project.objects.get(pk=mixed.pk)
    assert (mixed.total_wan, mixed.site_class) == (3100, "park")
    assert Permit.objects.filter(project=mixed, source="imported").exists(), "its class tells which bars were cleared"
    again = received(exported())
    assert again.changes == []
    assert not LedgerDoubt.objects.filter(ledger=again, code="amount_about").exists(), "it says what was settled"
    assert received(sheet(SCHOOL, MIXED)).changes == [], "the old file is read with the old answers"


def test_an_answer_to_an_old_file_does_not_undo_a_newer_one(county: County) -> None:
    old = taken_over(sheet(MIXED))
    taken_over(sheet([*MIXED[:4], 3500, *MIXED[5:]]))
    answer(old, "amount_about", "3100")
    assert Project.objects.get().total_wan == 3500


def test_what_was_granted_here_goes_out_and_comes_back_as_no_change(county: County) -> None:
    row = [*SCHOOL[:6], "未办", "√", "用地未批", SCHOOL[9]]
    taken_over(sheet(row))
    project = Project.objects.get()
    for bar in ("land_pre_review", "land_conversion", "land_planning_permit", "land_supply"):
        record_permit(
            project_id=project.pk,
            bar=bar,
            number=f"自然资〔2022〕{len(bar)}号",
            issued_on=NOW.date(),
            person=county["ndrc"],
            now=NOW,
        )
    assert ledger_rows(COUNTY, 2022)[0].value("land") == "done"
    assert received(exported()).changes == []
    assert received(sheet(row)).changes == []
    assert truth_of(COUNTY, LedgerFile.objects.earliest("pk").pk)["projects"][0]["land"] is True


def test_a_bar_that_a_later_ledger_takes_back_shuts_the_gate(county: County) -> None:
    taken_over(sheet(SCHOOL))
    project = Project.objects.get()
    for bar in ("works_planning_permit", "drawings", "construction_permit", "investment_approval", "fire_design"):
        record_permit(project_id=project.pk, bar=bar, number="1", issued_on=NOW.date(), person=county["ndrc"], now=NOW)
    project = Project.objects.get(pk=project.pk)
    assert project.phase == Project.Phase.MAY_START
    taken_over(sheet([*SCHOOL[:6], "未办", *SCHOOL[7:]]))
    project = Project.objects.get()
    assert project.phase == Project.Phase.PREPARING
    assert list(GateEvent.objects.order_by("pk").values_list("kind", flat=True)) == ["opened", "shut"]
    assert set(Permit.objects.filter(state="cancelled").values_list("source", flat=True)) == {"imported"}


def test_a_project_that_was_split_is_not_made_anew_by_its_old_ledger(county: County) -> None:
    taken_over(sheet(SCHOOL))
    project = Project.objects.get()
    split_project(
        project_id=project.pk,
        parts=[("小学一期", Decimal(2000)), ("小学二期", Decimal(3000))],
        version=project.version,
        person=county["ndrc"],
        now=NOW,
    )
    ledger = taken_over(sheet(SCHOOL))
    assert ledger.changes == [] and Project.objects.count() == 3
    assert LedgerDoubt.objects.filter(ledger=ledger, code="project_gone").count() == 1


def test_a_hand_s_change_stands_against_an_old_file_and_is_shown_against_a_new_one(county: County) -> None:
    taken_over(sheet(SCHOOL))
    Project.objects.update(total_wan=7000)
    assert received(sheet(SCHOOL)).changes == []
    assert fields(received(sheet([*SCHOOL[:4], 6000, *SCHOOL[5:]]))) == [(SCHOOL[0], "total_wan", "conflict")]
    assert received(sheet([*SCHOOL[:4], 7000, *SCHOOL[5:]])).changes == []


def test_two_rows_of_one_code_wait_until_a_person_tells_them_apart(county: County) -> None:
    double = [SCHOOL[0], CODES[0], "教育局", "新建", 60, "否", "√", "√", None, None]
    ledger = taken_over(sheet(SCHOOL, double))
    assert Project.objects.count() == 1 and LedgerLine.objects.get(ledger=ledger, outcome="held").row_number == 4
    again = taken_over(sheet(SCHOOL, double))
    assert Project.objects.count() == 1 and Project.objects.get().total_wan == 5000
    answer(again, "match_taken", "new")
    assert Project.objects.count() == 2
    assert received(sheet(SCHOOL, double)).changes == [], "each row finds its own project again"


def test_a_row_that_may_mean_another_project_waits(county: County) -> None:
    taken_over(sheet(BRIDGE))
    other = [BRIDGE[0], None, "水务局", *BRIDGE[3:]]
    ledger = received(sheet(other))
    assert ledger.changes == [] and LedgerDoubt.objects.get(ledger=ledger, code="match_unclear").ask
    with pytest.raises(AnswerUnread):
        answer(ledger, "match_unclear", "")
    answer(ledger, "match_unclear", str(Project.objects.get().pk))
    ledger.refresh_from_db()
    assert fields(ledger) == [(BRIDGE[0], "unit", "changed")]


def test_months_are_kept_and_come_back(county: County) -> None:
    heading = ["项目名称", "总投资", "3月计划", "3月完成"]
    taken_over(sheet(["甲学校项目", 100, 30, 20], heading=heading))
    row = MonthlyFigure.objects.get()
    assert (row.year, row.month, row.plan_wan, row.done_wan) == (2022, 3, 30, 20)
    taken_over(sheet(["甲学校项目", 100, 30, 25], heading=heading))
    assert MonthlyFigure.objects.get().done_wan == 25
    assert received(exported()).changes == []


def test_differences_that_moved_since_they_were_shown_are_not_taken_over(county: County) -> None:
    taken_over(sheet(SCHOOL))
    ledger = received(sheet([*SCHOOL[:4], 6000, *SCHOOL[5:]]))
    with pytest.raises(ChangedMeanwhile):
        jobs.begin(ledger_id=ledger.pk, county=COUNTY, seen="older", by=By(), now=NOW)
    begun = jobs.begin(ledger_id=ledger.pk, county=COUNTY, seen=ledger.plan_hash, by=By(), now=NOW)
    Project.objects.update(total_wan=7000)
    assert not jobs.apply(begun, By(), NOW, quiet)
    ledger.refresh_from_db()
    assert (ledger.state, Project.objects.get().total_wan) == (LedgerFile.State.REVIEW, 7000)
    assert fields(ledger) == [(SCHOOL[0], "total_wan", "conflict")]


def test_interrupted_work_is_started_again_and_the_old_worker_writes_nothing(county: County) -> None:
    ledger = jobs.receive(content=sheet(SCHOOL), file_name="台账.xlsx", county=COUNTY, by=By(), now=NOW)
    with pytest.raises(NotInReview):
        jobs.start_again(ledger_id=ledger.pk, county=COUNTY, by=By(), now=NOW)
    later = NOW + 2 * jobs.SILENCE
    assert jobs.interrupted(ledger, later)
    again = jobs.start_again(ledger_id=ledger.pk, county=COUNTY, by=By(), now=later)
    with pytest.raises(jobs.Superseded):
        jobs.read(ledger, NOW, quiet)
    assert not LedgerLine.objects.exists()
    jobs.read(again, later, quiet)
    again.refresh_from_db()
    begun = jobs.begin(ledger_id=again.pk, county=COUNTY, seen=again.plan_hash, by=By(), now=later)
    back = jobs.start_again(ledger_id=begun.pk, county=COUNTY, by=By(), now=later + 2 * jobs.SILENCE)
    assert back.state == LedgerFile.State.REVIEW and len(back.changes) == 1
    with pytest.raises(jobs.Superseded):
        jobs.beat(begun, 1, 1, later)


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("xl/workbook.xml", b"0" * (70 * 2**20))
    return file.getvalue()


def test_a_zip_bomb_is_refused_at_the_door_and_nothing_of_it_is_kept(db: None) -> None:
    with override("zh-hans"), pytest.raises(CannotBeRead) as refused:
        jobs.receive(content=bomb(), file_name="台账.xlsx", county=COUNTY, by=By(), now=NOW)
    assert refused.value.code == "zip_bomb" and "解压" in str(refused.value) and refused.value.status == 422
    assert not LedgerFile.objects.exists()


def test_a_spreadsheet_without_projects_is_refused_by_name(db: None) -> None:
    ledger = received(book([["菜单"], ["面条", 12]]))
    assert ledger.state == LedgerFile.State.FAILED
    with override("zh-hans"):
        assert "表头" in jobs.failure_of(ledger)


def test_every_doubt_and_every_refusal_speaks_chinese_with_the_same_places() -> None:
    refusals = [kind.template for kind in (Unreadable, *Unreadable.__subclasses__())]
    with override("zh-hans"):
        for template in [*(template for _level, template in DOUBTS.values()), *refusals]:
            told = gettext(template)
            assert re.search("[\u4e00-\u9fff]", told) and told != template, template
            assert sorted(re.findall(r"%\(\w+\)s|%s", told)) == sorted(re.findall(r"%\(\w+\)s|%s", template))


def test_statements_do_not_grow_with_unchanged_rows_and_a_new_row_takes_a_dozen(db: None) -> None:
    county_of_people()

    def cost(work: Callable[[], Any]) -> int:
        count = 0

        def counting(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            nonlocal count
            count += 1
            return execute(sql, params, many, context)

        with connection.execute_wrapper(counting):
            work()
        return count

    def rows(number: int) -> bytes:
        return sheet(*([f"第{n}小学项目", None, f"单位{n}", *SCHOOL[3:]] for n in range(number)))

    few, many = cost(lambda: taken_over(rows(5))), cost(lambda: taken_over(rows(45)))
    assert (many - few) / 35 <= 13, "one new project: its transaction, its rows, its entry"
    unchanged = cost(lambda: taken_over(rows(45)))
    taken_over(rows(5))
    assert abs(unchanged - cost(lambda: taken_over(rows(5)))) <= 4, "what changes nothing costs nothing by the row"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_names_doubts_and_differences_and_shows_markup_as_text(county: County, language: str) -> None:
    nasty = ["<script>alert(1)</script>加工产业园", None, "=1+1", "新建", "约10", "○", "√", "√", None, None]
    taken_over(sheet(SCHOOL))
    ledger = received(sheet([*SCHOOL[:4], 6000, *SCHOOL[5:]], nasty))
    here = f"/projects/import/{ledger.pk}/"
    client = Client()
    client.cookies["kaigong_language"] = language
    client.force_login(county["ndrc"])
    page = client.get(here).content.decode()
    assert "<script>alert" not in page and "&lt;script&gt;alert(1)" in page
    expected = (
        ("总投资", "5,000 万元", "指向不同类别") if language == "zh-hans" else ("total investment", "CNY 50.00 m")
    )
    assert all(words in page for words in expected)
    doubt = LedgerDoubt.objects.get(ledger=ledger, code="amount_about")
    assert client.post(f"{here}settle/", {"pk": doubt.pk, "value": "无法"}).status_code == 422
    assert client.post(f"{here}settle/", {"pk": doubt.pk, "value": "12"}).status_code == 302
    assert client.post(f"{here}settle/", {"pk": doubt.pk, "value": "13"}).status_code == 409
    watching = Client()
    watching.force_login(county["statistics"])
    seen = watching.get(here).content.decode()
    assert here + "settle/" not in seen and here + "apply/" not in seen
    assert watching.post(f"{here}settle/", {"pk": doubt.pk, "value": "12"}).status_code == 403
    assert Client().get(here).status_code == 302
    stranger = Client()
    stranger.force_login(county["handler.land"])
    assert stranger.get(here).status_code == 403


def test_two_clicks_at_once_take_a_file_over_once(transactional_db: None) -> None:
    county_of_people()
    ledger = received(sheet(SCHOOL, MIXED))
    barrier, told = threading.Barrier(2), []

    def click() -> None:
        try:
            barrier.wait()
            begun = jobs.begin(ledger_id=ledger.pk, county=COUNTY, seen=ledger.plan_hash, by=By(), now=NOW)
            jobs.apply(begun, By(), NOW, quiet)
            told.append("done")
        except NotInReview:
            told.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["done", "refused"] and Project.objects.count() == 2
