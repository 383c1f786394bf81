"""Yes and no, people, telephones and names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permits.ledger import words
from permits.ledger.facts import Context, Stage

PLAIN = Context()


@pytest.mark.parametrize("raw", ["是", "√", "✓", "已", "已开工", "复工", "已办理", " 是 ", "Y", True, 1])
def test_yes_has_many_spellings(raw):
    assert words.read_yes_no(raw, PLAIN).value is True


@pytest.mark.parametrize("raw", ["否", "×", "x", "未开工", "未", "无", "N", False, 0])
def test_no_has_many_spellings(raw):
    assert words.read_yes_no(raw, PLAIN).value is False


@pytest.mark.parametrize("raw", ["○", "●", "△", "基本", "见备注"])
def test_an_unclear_mark_is_asked_about(raw):
    fact = words.read_yes_no(raw, PLAIN)
    assert fact.value is None
    assert fact.findings[0].code in ("mark_unclear", "words_unread")


def test_a_mark_means_what_the_note_says():
    legend = words.legend("注：√表示已办结，○表示办理中；×为未办理。")
    assert legend == {"√": "已办结", "○": "办理中", "×": "未办理"}
    assert words.read_stage("○", Context(legend=legend)).value is Stage.UNDER_WAY


@pytest.mark.parametrize(
    ("raw", "stage"),
    [
        ("已办结", Stage.DONE),
        ("√", Stage.DONE),
        ("办理中", Stage.UNDER_WAY),
        ("未办", Stage.NOT_DONE),
        ("×", Stage.NOT_DONE),
        ("不涉及", Stage.NOT_NEEDED),
        ("甘环审〔2022〕5号", Stage.DONE),
        ("预计2022年5月办结", None),
    ],
)
def test_a_procedure_has_four_stages(raw, stage):
    assert words.read_stage(raw, PLAIN).value is stage


@pytest.mark.parametrize(
    ("raw", "names"),
    [
        ("副县长（社会事业）、常务副县长", ("副县长（社会事业）", "常务副县长")),
        ("副县长（工业、商务）", ("副县长（工业、商务）",)),
        ("张三/李四", ("张三", "李四")),
        ("张三\n李四", ("张三", "李四")),
        ("张三 李四", ("张三", "李四")),
        ("张　三", ("张三",)),
        ("张三；李四;王五", ("张三", "李四", "王五")),
        ("/", ()),
    ],
)
def test_several_people_in_one_cell_are_told_apart(raw, names):
    fact = words.read_leaders(raw, PLAIN)
    assert (fact.value or ()) == names
    assert [f.code for f in fact.findings] == (["several_leaders"] if len(names) > 1 else [])


@pytest.mark.parametrize(
    ("raw", "numbers", "doubts"),
    [
        (13812345678.0, ("13812345678",), []),
        ("13812345678.0", ("13812345678",), []),
        ("0936-4421234", ("0936-4421234",), []),
        ("张三13812345678、13987654321", ("张三13812345678", "13987654321"), []),
        ("1.38E+10", ("1.38E+10",), ["phone_unread"]),
        ("1381234567", ("1381234567",), ["phone_unread"]),
    ],
)
def test_a_telephone_is_whole_or_doubtful(raw, numbers, doubts):
    fact = words.read_phone(raw, PLAIN)
    assert (fact.value, [f.code for f in fact.findings]) == (numbers, doubts)


@pytest.mark.parametrize(
    "typed",
    [
        "清泉镇（东）水库项目",
        "清泉镇(东)水库项目",
        "清泉镇（东）\n水库项目",
        " 清泉镇 （东） 水库项目　",
        "清泉镇〔东〕水库项目",
    ],
)
def test_a_name_typed_differently_is_the_same_project(typed):
    assert words.name_key(typed) == words.name_key("清泉镇（东）水库项目")


def test_a_name_is_shown_on_one_line_with_its_own_brackets():
    assert words.read_name("李桥乡第\n三小学（２期）\u200b 项目 ", PLAIN).value == "李桥乡第三小学（2期）项目"
    assert words.read_name("5G  base station", PLAIN).value == "5G base station"


@given(st.text() | st.floats() | st.integers() | st.booleans() | st.dates() | st.none())
def test_no_content_of_a_cell_breaks_the_readers(raw):
    for reader in (words.read_yes_no, words.read_stage, words.read_kind, words.read_leaders, words.read_phone,
                   words.read_name, words.read_text):  # fmt: skip
        reader(raw, PLAIN)
    words.legend(str(raw))
