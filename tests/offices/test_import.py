"""A dirty list of officers: good rows are taken over, bad ones named, the same file twice is nothing."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from openpyxl import Workbook

from tests.factories import COUNTY, TODAY
from tests.offices.conftest import NOW, Cast
from tests.offices.test_accounts import sign_in
from workflows.offices import roster
from workflows.offices.holders import who_may_act
from workflows.offices.importing import Imported, import_officers
from workflows.offices.models import Appointment, Person

DIRTY = [
    ["自然资源局人员名单（2022年3月）"],
    [],
    ["姓名", "用户名*", "联系电话", "单位代码", "岗位", "任职日期", "备注"],
    ["陈 静", "chen.jing", "１３９０００００００１", "land", "land.handler", "2022.2.7", ""],
    ['=HYPERLINK("http://evil")', "ma", "+86 1", "land", "land.handler", dt.date(2022, 2, 7), "公式样的姓名"],
    ["王建国", "WANG", "", "land", "land.chief", "2022年1月10日", "在任"],
    ["孙立", "=cmd|calc", "", "land", "land.handler", "2022-02-07", ""],
    ["周平", "zhou", "", "land", "land.nobody", "2022-02-07", ""],
    ["吴敏", "wu", "", "eia", "land.handler", "2022-02-07", ""],
    ["郑强", "zheng", "", "land", "land.handler", "2月底", ""],
    ["", "nameless", "", "land", "land.handler", "2022-02-07", ""],
    [],
    ["冯雪", "feng", "", "land", "land.handler", 44599, "日期序列值"],
    ["冯小雪", "FENG", "", "land", "land.chief", "2022-02-07", "同名账号"],
    ["陈 静", "chen.jing", "", "land", "land.chief", "2022-02-14", "兼任"],
]


def as_xlsx(rows: list[list[object]]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for cell in book.active["A"]:
        if str(cell.value).startswith("="):
            cell.data_type = "f"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def as_csv(rows: list[list[object]], encoding: str) -> bytes:
    def text(value: object) -> str:
        plain = str(value)
        return '"' + plain.replace('"', '""') + '"'

    return "\r\n".join(",".join(map(text, row)) for row in rows).encode(encoding)


def take(cast: Cast, content: bytes, name: str = "officers.xlsx", **more: bool) -> Imported:
    return import_officers(lines=roster.read(name, content), county=COUNTY, actor=cast.admin, now=NOW, **more)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("officers.xlsx", as_xlsx(DIRTY)),
        ("officers.csv", as_csv(DIRTY, "utf-8-sig")),
        ("officers.csv", as_csv(DIRTY, "gb18030")),
    ],
)
def test_a_dirty_list_gives_its_good_rows_and_names_its_bad_ones(cast: Cast, name: str, content: bytes) -> None:
    result = take(cast, content, name)

    assert (result.created, result.appointed, result.unchanged) == (3, 4, 1)
    assert [bad.line for bad in result.bad] == [7, 8, 9, 10, 11, 14]
    assert all(bad.reason for bad in result.bad)
    chen = Person.objects.get(username="chen.jing")
    assert (chen.name, chen.phone, chen.must_change_password) == ("陈 静", "13900000001", True)
    assert Person.objects.get(username="ma").name == '=HYPERLINK("http://evil")'
    assert not Person.objects.filter(username__in=["zhou", "wu", "zheng", "nameless"]).exists()
    assert Appointment.objects.get(person__username="feng").starts == dt.date(2022, 2, 7)
    assert "陈 静" in [who.name for who in who_may_act(COUNTY, "land.chief", TODAY)]
    password = {made.person.username: made.password for made in result.passwords}["chen.jing"]
    assert chen.check_password(password)


def test_the_same_file_twice_changes_nothing(cast: Cast) -> None:
    first = take(cast, as_xlsx(DIRTY))
    before = list(Person.objects.order_by("pk").values()), list(Appointment.objects.order_by("pk").values())

    second = take(cast, as_xlsx(DIRTY))

    assert first.changes > 0
    assert (second.changes, second.unchanged, len(second.passwords)) == (0, 5, 0)
    assert [bad.line for bad in second.bad] == [bad.line for bad in first.bad]
    assert (list(Person.objects.order_by("pk").values()), list(Appointment.objects.order_by("pk").values())) == before


def test_a_dry_run_says_the_same_and_writes_nothing(cast: Cast) -> None:
    dry = take(cast, as_xlsx(DIRTY), dry_run=True)

    assert not Person.objects.filter(username="chen.jing").exists()
    assert dry.passwords == []
    wet = take(cast, as_xlsx(DIRTY))
    assert (dry.created, dry.appointed, dry.bad) == (wet.created, wet.appointed, wet.bad)


def test_a_changed_phone_is_corrected(cast: Cast) -> None:
    rows = [DIRTY[2], ["王建国", "wang", "0932-1234567", "land", "land.chief", "2021-01-04", ""]]

    assert take(cast, as_xlsx(rows)).changed == 1
    assert Person.objects.get(username="wang").phone == "0932-1234567"


def test_a_deactivated_account_is_not_revived_by_a_list(cast: Cast) -> None:
    Person.objects.filter(pk=cast.wang.pk).update(is_active=False)

    result = take(cast, as_xlsx([DIRTY[2], DIRTY[5]]))

    assert [bad.line for bad in result.bad] == [2]
    assert not Person.objects.get(pk=cast.wang.pk).is_active


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * (roster.MOST_UNPACKED + 1))
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\x01\x02" * 40,
        b"PK\x03\x04 not a spreadsheet",
        "姓名,电话\n王,1\n".encode(),
        bomb(),
        b"x" * (roster.MOST_BYTES + 1),
        as_csv([DIRTY[2], *[["a", "b", "", "land", "land.chief", "2022-01-01", ""]] * (roster.MOST_ROWS + 1)], "utf-8"),
    ],
    ids=["empty", "binary", "broken", "no header", "bomb", "too large", "too long"],
)
def test_what_is_no_list_of_officers_is_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(roster.NotARoster) as refused:
        roster.read("file.xlsx", content)
    assert len(str(refused.value)) > 5


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2022-03-01", dt.date(2022, 3, 1)),
        ("2022/3/1", dt.date(2022, 3, 1)),
        ("2022.3.1", dt.date(2022, 3, 1)),
        ("2022年3月1日", dt.date(2022, 3, 1)),
        ("44621", dt.date(2022, 3, 1)),
        ("2022-02-30", None),
        ("3月底", None),
        ("", None),
    ],
)
def test_dates_are_read_as_people_write_them(text: str, day: dt.date | None) -> None:
    assert roster.as_day(text) == day


def test_the_command_prints_one_json_object_and_exits_1_for_bad_rows(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "officers.xlsx"
    file.write_bytes(as_xlsx(DIRTY))

    with pytest.raises(SystemExit) as left:
        call_command("import_officers", str(file), "--json", "--county", COUNTY)

    printed = json.loads(capsys.readouterr().out)
    assert left.value.code == 1
    assert (printed["created"], printed["changes"], len(printed["bad"]), len(printed["passwords"])) == (3, 7, 6, 3)
    with pytest.raises(CommandError):
        call_command("import_officers", str(tmp_path / "missing.xlsx"))


def test_the_import_page_names_bad_rows_and_shows_passwords_once(cast: Cast) -> None:
    client = sign_in(cast.admin)

    answer = client.post(reverse("offices:import"), {"file": SimpleUploadedFile("officers.xlsx", as_xlsx(DIRTY))})

    text = answer.content.decode()
    assert answer.status_code == 200
    assert "land.nobody" in text
    assert text.count("chen.jing") == 1
    assert '<a href="http://evil' not in text and "=HYPERLINK(&quot;" in text
    refused = client.post(reverse("offices:import"), {"file": SimpleUploadedFile("officers.xlsx", b"PK\x03\x04")})
    assert refused.status_code == 422
