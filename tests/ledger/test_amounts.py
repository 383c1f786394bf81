"""Money and shares as offices write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permits.ledger.amounts import CEILING, read_amount, read_share, unit_in, write_amount, write_share
from permits.ledger.facts import Context, Precision

WAN = Context(unit="万元")
amounts = st.decimals(1, CEILING, places=4, allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("raw", "value", "precision", "doubts"),
    [
        (3000, "3000", "exact", []),
        (812.5, "812.5", "exact", []),
        (3000.0000000000005, "3000", "exact", []),
        ("260", "260", "exact", []),
        (" 13480 ", "13480", "exact", []),
        ("１２１３０", "12130", "exact", []),
        ("1,234.5", "1234.5", "exact", []),
        ("1，234", "1234", "exact", []),
        ("3000万元", "3000", "exact", []),
        ("3000（万元）", "3000", "exact", []),
        ("0.812亿元", "8120", "exact", ["unit_in_cell"]),
        ("1.2亿", "12000", "exact", ["unit_in_cell"]),
        ("1亿2000万", "12000", "exact", ["unit_in_cell"]),
        ("5000000元", "500", "exact", ["unit_in_cell"]),
        ("约8000", "8000", "about", ["amount_about"]),
        ("约1.2亿元", "12000", "about", ["amount_about", "unit_in_cell"]),
        ("8000左右", "8000", "about", ["amount_about"]),
        ("500余万元", "500", "about", ["amount_about"]),
        ("3000万元以上", "3000", "at-least", ["amount_bound"]),
        ("不超过500", "500", "at-most", ["amount_bound"]),
        ("3000（其中债券2000）", "3000", "exact", ["amount_parts"]),
        ("3000,其中：债券2000", "3000", "exact", ["amount_parts"]),
        ("3000（其中债券0.4亿）", "3000", "exact", ["amount_parts", "amount_part_exceeds"]),
        ("3000（概算）", "3000", "exact", ["amount_remark"]),
        ("1.2E+4", "12000", "exact", []),
        ("-5", "-5", "exact", ["amount_negative"]),
        (27600000, "27600000", "exact", ["amount_improbable"]),
        (0.276, "0.276", "exact", ["amount_improbable"]),
    ],
)
def test_an_amount_is_read_with_its_doubts(raw, value, precision, doubts):
    fact = read_amount(raw, WAN)
    assert (fact.value, fact.precision) == (Decimal(value), precision)
    assert [finding.code for finding in fact.findings] == doubts


@pytest.mark.parametrize("raw", ["-", "/", "—", "－", "无", "", "  "])
def test_an_empty_mark_is_no_amount_and_no_doubt(raw):
    fact = read_amount(raw, WAN)
    assert (fact.value, fact.precision, fact.findings) == (None, "none", ())


@pytest.mark.parametrize(
    ("raw", "doubt"),
    [
        ("3000-4000", "amount_range"),
        ("3000～4000万元", "amount_range"),
        ("待定", "amount_undecided"),
        ("三千万", "amount_unread"),
        ("3000+2000", "amount_unread"),
        ("=1+1", "amount_unread"),
        ("12.5.3", "amount_unread"),
        ("1" * 40, "amount_unread"),
        ("1e999", "amount_unread"),
        ("其中1" * 10_000, "amount_unread"),
        (True, "amount_unread"),
        (float("inf"), "amount_unread"),
        (float("nan"), "amount_unread"),
    ],
)
def test_what_is_no_single_amount_has_no_value_but_a_doubt(raw, doubt):
    fact = read_amount(raw, WAN)
    assert fact.value is None
    assert [finding.code for finding in fact.findings] == [doubt]


def test_a_range_keeps_its_two_ends_in_wan():
    assert read_amount("1.2亿-1.5亿元", WAN).parts == (("from", "12000"), ("to", "15000"))


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("总投资（亿元）", "亿元"),
        ("总投资\n(万元)", "万元"),
        ("单位：万元、亩", "万元"),
        ("金额单位：元", "元"),
        ("2022年台账 单位:亿元", "亿元"),
        ("总投资（万元）", "万元"),
        ("状元镇项目", None),
        ("总投资", None),
    ],
)
def test_the_unit_is_found_in_titles_and_headings(text, unit):
    assert unit_in(text) == unit


@given(amounts, st.sampled_from(["元", "万元", "亿元"]))
def test_the_column_s_unit_counts_for_bare_numbers(amount, unit):
    factor = {"元": Decimal("0.0001"), "万元": 1, "亿元": 10000}[unit]
    assert read_amount(str(amount), Context(unit=unit)).value == amount * factor


@given(amounts, st.sampled_from(["元", "万元", "亿元"]), st.sampled_from(["元", "万元", "亿元"]))
def test_a_unit_in_the_cell_beats_the_column_s(amount, own, column):
    assert (
        read_amount(f"{amount}{own}", Context(unit=column)).value == read_amount(str(amount), Context(unit=own)).value
    )


@given(amounts, st.sampled_from(["exact", "about", "at-least", "at-most"]), st.booleans())
def test_a_written_amount_reads_as_the_same_facts(amount, precision, bonds):
    value = read_amount(str(amount), WAN).value
    parts = (("债券", "1"), ("自筹", "2.5")) if bonds else ()
    fact = read_amount(write_amount(value, precision, parts), WAN)
    assert (fact.value, fact.precision, fact.parts) == (value, precision, parts)


@given(amounts, amounts)
def test_a_written_range_reads_as_the_same_range(low, high):
    fact = read_amount(f"{low}-{high}", WAN)
    assert read_amount(write_amount(None, fact.precision, fact.parts), WAN).parts == fact.parts


@given(st.text() | st.floats() | st.integers() | st.booleans() | st.none())
def test_no_content_of_a_cell_breaks_the_reader(raw):
    for fact in (read_amount(raw, WAN), read_share(raw, WAN)):
        assert fact.value is None or isinstance(fact.value, Decimal)


def test_a_number_format_may_name_the_unit_but_never_scale_it_unseen():
    assert read_amount(1.2, Context(number_format='0.00"亿元"')).value == 12000
    fact = read_amount(12000, Context(number_format='0!.0,"万元"'))
    assert (fact.value, [f.code for f in fact.findings]) == (None, ["amount_scaled_format"])
    assert read_amount(12000, Context(number_format="#,##0.00")).value == 12000


@pytest.mark.parametrize(
    ("raw", "number_format", "value", "precision", "doubts"),
    [
        ("60%", "General", "0.6", "exact", []),
        ("６０％", "General", "0.6", "exact", []),
        (0.35, "General", "0.35", "exact", []),
        (0.6, "0%", "0.6", "exact", []),
        (1, "0%", "1", "exact", []),
        (60, "General", "0.6", "exact", []),
        (1, "General", "1", "exact", ["share_unsure"]),
        ("主体完工70%", "General", "0.7", "about", []),
        ("120%", "General", "1.2", "exact", ["share_over"]),
    ],
)
def test_progress_is_a_fraction_of_one(raw, number_format, value, precision, doubts):
    fact = read_share(raw, Context(number_format=number_format))
    assert (fact.value, fact.precision) == (Decimal(value), precision)
    assert [finding.code for finding in fact.findings] == doubts


def test_progress_in_words_stays_words():
    fact = read_share("主体完工", WAN)
    assert (fact.value, fact.precision) == (None, Precision.UNREAD)


@given(st.decimals(0, 2, places=4))
def test_written_progress_reads_as_the_same_fraction(share):
    assert read_share(write_share(share), WAN).value == share
