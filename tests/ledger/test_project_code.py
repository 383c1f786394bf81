"""The project code's check digit and its older kinds (GB/T 40058-2021, ISO 7064 MOD 11,10)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from permits.ledger.facts import CodeStatus
from permits.ledger.project_code import check_digit, normalise, read_code, status
from tests.ledger.books import CODES

first19 = st.builds(
    lambda year, month, rest: f"{year:02}{month:02}{rest}",
    st.integers(21, 99),
    st.integers(1, 12),
    st.text("0123456789", min_size=15, max_size=15),
)


@pytest.mark.parametrize("code", CODES)
def test_real_codes_have_the_right_check_digit(code):
    assert status(code) is CodeStatus.OK
    assert read_code(code).findings == ()


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("digit", "0123456789")
def test_no_other_check_digit_is_right(code, digit):
    other = code[:-1] + digit
    assert (status(other) is CodeStatus.OK) == (other == code)


@given(first19, st.integers(4, 19), st.integers(1, 9))
def test_any_single_wrong_digit_is_detected(digits, place, shift):
    whole = digits + str(check_digit(digits))
    wrong = whole[:place] + str((int(whole[place]) + shift) % 10) + whole[place + 1 :]
    assert check_digit(wrong[:19]) != int(wrong[19])


@settings(deadline=None)
@given(first19)
def test_of_the_45_ways_to_swap_two_neighbours_44_are_detected(digits):
    """ISO 7064 promises hybrid systems nearly all swaps, not all: at each place exactly one pair escapes."""
    for place in range(18):
        escaped = []
        for left in range(10):
            for right in range(left):
                one = digits[:place] + f"{left}{right}" + digits[place + 2 :]
                two = digits[:place] + f"{right}{left}" + digits[place + 2 :]
                if check_digit(one) == check_digit(two):
                    escaped.append((left, right))
        assert len(escaped) == 1


@given(first19)
def test_a_code_typed_wide_or_without_hyphens_is_the_same_code(digits):
    whole = digits + str(check_digit(digits))
    code = f"{whole[:4]}-{whole[4:10]}-{whole[10:12]}-{whole[12:14]}-{whole[14:]}"
    wide = code.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789-"})
    assert normalise(whole) == normalise(f" {wide}\n") == normalise(code.replace("-", "—")) == code


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2020-330327-48-01-167360", CodeStatus.LEGACY),
        ("2015-330327-48-01-167360", CodeStatus.LEGACY),
        ("2021-330327-48-01-167360", CodeStatus.LEGACY),
        ("2011-652328-04-01-936140", CodeStatus.BAD_CHECK),
        ("2113-652328-04-01-936140", CodeStatus.MALFORMED),
        ("2111-652328-04-01-93614", CodeStatus.MALFORMED),
        ("甘发改备〔2022〕5号", CodeStatus.MALFORMED),
        ("", CodeStatus.MISSING),
        ("-", CodeStatus.MISSING),
        ("待定", CodeStatus.MISSING),
        (None, CodeStatus.MISSING),
        (2.1116523280401936e19, CodeStatus.MALFORMED),
    ],
)
def test_codes_of_other_kinds_are_told_apart(text, expected):
    assert read_code(text).precision == expected


def test_a_wrong_check_digit_names_the_right_one():
    [finding] = read_code("2111-652328-04-01-936141").findings
    assert dict(finding.args) == {"code": "2111-652328-04-01-936141", "expected": "0"}


@pytest.mark.parametrize("digits", ["", "1" * 18, "1" * 20, "1" * 18 + "x", "１" * 19])
def test_a_check_digit_of_anything_but_nineteen_digits_is_refused(digits):
    with pytest.raises(ValueError, match="19 digits"):
        check_digit(digits)
