"""Files that are not what they say: refused with a code, never an accident."""

from __future__ import annotations

import contextlib
import io
import re
import struct
import zipfile

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from permits.ledger import workbook
from permits.ledger.workbook import Unreadable
from tests.ledger.books import CODE, HEADING, book, codes, read, replace_part, saved

GOOD = [["2022年台账 单位：万元"], HEADING, [1, "甲项目", CODE, 3000, "2022.3", "张三"]]
# Made once: the file carries the second in which it was written, and its length with it.
GOOD_BYTES = book(GOOD)
SHEET = "xl/worksheets/sheet1.xml"


def refusal(content: bytes, name: str = "台账.xlsx") -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        read(content, name)
    assert caught.value.sentence.endswith((".", ")."))
    assert "%" not in caught.value.sentence
    return caught.value


def zipped(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return file.getvalue()


def test_the_good_book_that_the_refusals_are_made_of_is_read():
    assert [row.name for row in read(book(GOOD)).rows] == ["甲项目"]


@pytest.mark.parametrize(
    "content", [b"", b"PK", b"<html><table><tr><td>1</td></tr></table></html>", b"%PDF-1.7", b"\x00" * 99]
)
def test_what_is_no_spreadsheet_is_refused(content):
    assert refusal(content).code == "not_a_spreadsheet"


def test_html_renamed_to_csv_is_refused():
    assert refusal("<table><tr><td>项目名称</td></tr></table>".encode(), "台账.csv").code == "not_a_spreadsheet"


def test_an_old_xls_is_refused_with_the_way_out():
    refused = refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "台账.xls")
    assert refused.code == "old_format"
    assert ".xlsx" in refused.sentence


def test_a_book_with_a_password_is_refused_as_such():
    container = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 500 + "EncryptedPackage".encode("utf-16-le")
    assert refusal(container).code == "encrypted"


def test_a_zip_with_a_password_is_refused_as_such():
    content = bytearray(book(GOOD))
    at = content.index(b"PK\x01\x02")
    content[at + 8 : at + 10] = struct.pack("<H", 1)
    assert refusal(bytes(content)).code == "encrypted"


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"word__document.xml": b"<w/>", "[Content_Types].xml": b"<Types/>"}, "not_a_spreadsheet"),
        ({"a.txt": b"hello"}, "not_a_spreadsheet"),
        ({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<o/>"}, "old_format"),
        ({"xl__workbook.bin": b"\x00", "[Content_Types].xml": b"<Types/>"}, "old_format"),
        ({"xl__workbook.xml": b"<workbook/>", "[Content_Types].xml": b"<Types/>"}, "damaged"),
        ({"xl__workbook.xml": b"<workbook", "[Content_Types].xml": b"<Types/>"}, "damaged"),
    ],
)
def test_other_zips_are_refused(parts, code):
    assert refusal(zipped(**parts)).code == code


def test_a_zip_bomb_is_refused_before_it_is_unpacked():
    bomb = zipped(
        **{"xl__workbook.xml": b"<w/>", "[Content_Types].xml": b"<T/>", "xl__media.bin": b"\0" * (61 * 2**20)}
    )
    assert len(bomb) < 100_000
    assert refusal(bomb).code == "zip_bomb"


def test_a_part_that_swells_too_much_is_refused():
    bomb = zipped(**{"xl__workbook.xml": b"<w/>", "[Content_Types].xml": b"<T/>", "xl__media.bin": b"\0" * (3 * 2**20)})
    assert refusal(bomb).code == "zip_bomb"


def test_a_zip_of_thousands_of_parts_is_refused():
    assert refusal(zipped(**{f"xl__{n}.bin": b"" for n in range(2_001)})).code == "zip_bomb"


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_an_entity_bomb_is_refused_wherever_it_hides(part, encoding):
    def plant(xml: bytes) -> bytes:
        body = xml.decode().split("?>", 1)[-1]
        doctype = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/hostname">]>'
        return f'<?xml version="1.0" encoding="{encoding}"?>{doctype}{body}'.encode(encoding)

    assert refusal(replace_part(book(GOOD), part, plant)).code == "xml_entities"


def test_a_sheet_of_too_many_rows_is_refused():
    assert refusal(book([*GOOD, *([n] for n in range(workbook.MAX_ROWS))])).code == "too_many_rows"


def test_one_cell_far_below_is_refused_but_empty_formats_down_there_are_not():
    far = '<row r="1048576"><c r="A1048576"{}</row></sheetData>'
    value = replace_part(book(GOOD), SHEET, lambda x: x.replace(b"</sheetData>", far.format("><v>1</v></c>").encode()))
    empty = replace_part(book(GOOD), SHEET, lambda x: x.replace(b"</sheetData>", far.format("/>").encode()))
    assert refusal(value).code == "too_many_rows"
    assert len(read(empty).rows) == 1


def test_a_sheet_of_too_many_columns_is_refused():
    assert refusal(book([*GOOD, list(range(workbook.MAX_COLUMNS + 1))])).code == "too_many_columns"


@pytest.mark.parametrize(
    "planted",
    [
        b'<mergeCells><mergeCell ref="A5:XFD1048576"/></mergeCells>',
        b'<hyperlinks><hyperlink ref="A1:XFD1048576"/></hyperlinks>',
    ],
)
def test_a_range_of_billions_of_cells_costs_nothing(planted):
    content = replace_part(book(GOOD), SHEET, lambda x: x.replace(b"</sheetData>", b"</sheetData>" + planted))
    assert len(read(content).rows) == 1


def test_merged_ranges_without_number_are_refused():
    many = b"<mergeCells>" + b'<mergeCell ref="A1:B2"/>' * (workbook.MAX_MERGES + 1) + b"</mergeCells>"
    content = replace_part(book(GOOD), SHEET, lambda x: x.replace(b"</sheetData>", b"</sheetData>" + many))
    assert refusal(content).code == "too_many_cells"


def test_text_that_would_fill_the_memory_is_refused(monkeypatch):
    """One shared string of 30,000 letters may stand in every cell, so letters are counted cell by cell."""
    monkeypatch.setattr(workbook, "MAX_CHARACTERS", 100_000)
    assert len(read(book([*GOOD, ["长" * 30_000] * 3])).rows) == 2
    assert refusal(book([*GOOD, ["长" * 30_000] * 4])).code == "too_large"


def test_a_file_over_the_limit_of_bytes_is_refused():
    refused = refusal(b"PK\x03\x04" + b"\0" * workbook.MAX_BYTES)
    assert (refused.code, refused.args[1]) == ("too_large", workbook.MAX_BYTES)


@pytest.mark.parametrize("rows", [[["通讯录"], ["姓名", "电话"], ["张三", "1"]], [["项目名称", "好"]], []])
def test_a_book_without_a_table_of_projects_is_refused(rows):
    assert refusal(book(rows)).code == "no_header"


def test_formulas_are_read_by_their_values_and_kept_as_text():
    def compute(xml: bytes) -> bytes:
        xml = re.sub(rb"<f>1000.2000</f><v ?/>|<f>1000.2000</f><v></v>", b"<f>1000+2000</f><v>3000</v>", xml)
        return re.sub(rb'r="D4"><f>1/0</f>(<v ?/>|<v></v>)', b'r="D4" t="e"><f>1/0</f><v>#DIV/0!</v>', xml)

    rows = [[1, "甲项目", CODE, "=1000+2000", "2022.3", "张三"], [2, "乙项目", CODE, "=1/0", "2022.3", "=张三"]]
    content = replace_part(book([*GOOD[:2], *rows]), SHEET, compute)
    reading = read(content)
    first, second = reading.rows
    assert (first.cells["total"].value, first.cells["total"].formula) == (3000, "=1000+2000")
    assert second.cells["total"].value is None
    assert {"formula_error", "formula_without_value"} <= set(codes(reading))
    assert second.cells["leader"].raw == "=张三"


def test_links_to_other_files_are_never_followed_and_said():
    content = book(GOOD)
    file = io.BytesIO(content)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("xl/externalLinks/externalLink1.xml", "<externalLink/>")
    assert "external_links" in codes(read(file.getvalue()))


def test_dates_of_the_1904_system_are_the_same_days():
    from datetime import date

    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    workbook_1904 = openpyxl.Workbook()
    workbook_1904.epoch = CALENDAR_MAC_1904
    for row in [*GOOD[:2], [1, "甲项目", CODE, 3000, 43178, "张三"]]:
        workbook_1904.active.append(row)
    [row] = read(saved(workbook_1904)).rows
    assert row.value("planned_start").earliest == date(2022, 3, 20)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("comma", [",", "\t"])
def test_a_csv_is_read_in_the_encodings_that_offices_use(encoding, comma):
    text = "\r\n".join(comma.join(str(v) for v in row) for row in GOOD)
    [row] = read(text.encode(encoding), "台账.csv").rows
    assert (row.name, row.code, row.value("total")) == ("甲项目", CODE, 3000)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.binary(max_size=600),
    st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "项目名称,项目代码,总投资\n".encode()]),
    st.sampled_from(["a.xlsx", "a.csv", "a.xls", ""]),
)
def test_random_bytes_raise_nothing_but_unreadable(content, start, name):
    with contextlib.suppress(Unreadable):
        assert read(start + content, name).sheets


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data())
def test_a_book_with_flipped_bytes_is_read_or_refused(data):
    content = bytearray(GOOD_BYTES)
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(Unreadable):
        assert read(bytes(content)).sheets


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.sampled_from([SHEET, "xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"]), st.data())
def test_a_book_with_a_damaged_part_is_read_or_refused(part, data):
    def damage(xml: bytes) -> bytes:
        start = data.draw(st.integers(0, len(xml)))
        return xml[:start] + data.draw(st.binary(max_size=8)) + xml[start + data.draw(st.integers(0, 40)) :]

    with contextlib.suppress(Unreadable):
        assert read(replace_part(GOOD_BYTES, part, damage)).sheets
