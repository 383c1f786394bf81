"""Every doubt that reading a ledger can raise: one table of stable codes.

A code that was ever released keeps its meaning, because people's answers are stored under it. The template is the
English msgid; its arguments are named, so that a translation may reorder them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """ASK: a person must settle it. NOTE: read with confidence, but worth showing."""

    ASK = "ask"
    NOTE = "note"


ASK, NOTE = Level.ASK, Level.NOTE

TABLE: dict[str, tuple[Level, str]] = {
    "code_bad_check": (ASK, "The project code %(code)s has a wrong check digit; the right one would be %(expected)s."),
    "code_legacy": (NOTE, "The project code %(code)s is of the kind used before 2021; it cannot be checked."),
    "code_missing": (ASK, "There is no project code."),
    "code_malformed": (ASK, "“%(code)s” is not a project code."),
    "code_rewritten": (NOTE, "The project code was written “%(raw)s”; read as %(code)s."),
    "duplicate_code": (ASK, "The project code %(code)s already stands in row %(first)s of sheet %(sheet)s."),
    "duplicate_name": (ASK, "The project “%(name)s” already stands in row %(first)s of sheet %(sheet)s."),
    "amount_about": (ASK, "“%(raw)s” is an approximate amount."),
    "amount_bound": (ASK, "“%(raw)s” is a bound, not an amount."),
    "amount_range": (ASK, "“%(raw)s” is a range; no single amount was taken from it."),
    "amount_parts": (NOTE, "“%(raw)s” names a part of the amount; the whole was read as %(value)s."),
    "amount_part_exceeds": (ASK, "In “%(raw)s” a part is larger than the whole."),
    "amount_remark": (NOTE, "The words beside the amount in “%(raw)s” were not read."),
    "amount_unread": (ASK, "“%(raw)s” is not an amount that can be read."),
    "amount_negative": (ASK, "The amount “%(raw)s” is negative."),
    "amount_improbable": (ASK, "%(value)s 万元 is improbable; perhaps the unit is another."),
    "amount_undecided": (NOTE, "The amount is not decided yet (“%(raw)s”)."),
    "amount_scaled_format": (ASK, "The cell shows its number scaled (“%(format)s”); the amount was not taken."),
    "unit_in_cell": (NOTE, "The cell gives its own unit, %(unit)s, in a column of %(column_unit)s."),
    "unit_assumed": (ASK, "No unit of money is given for this column; 万元 was assumed."),
    "share_unread": (NOTE, "“%(raw)s” gives no percentage; kept as words."),
    "share_unsure": (ASK, "“%(raw)s” may be a fraction or a percentage."),
    "share_over": (ASK, "The progress %(raw)s is above 100 %%."),
    "date_unread": (ASK, "“%(raw)s” is not a date that can be read."),
    "date_impossible": (ASK, "The calendar has no date “%(raw)s”."),
    "date_improbable": (ASK, "The date “%(raw)s” is far from any plan of this county."),
    "date_serial": (NOTE, "The number %(raw)s was read as the day %(day)s."),
    "date_vague": (NOTE, "“%(raw)s” is no single day; kept as %(first)s to %(last)s."),
    "date_deadline": (NOTE, "“%(raw)s” is a deadline: any day up to %(last)s."),
    "date_january_or_october": (ASK, "%(raw)s may be January or October (2022.10 loses its zero in a number)."),
    "date_undecided": (NOTE, "The date is not decided yet (“%(raw)s”)."),
    "date_remark": (NOTE, "The words beside the date in “%(raw)s” were not read."),
    "year_assumed": (ASK, "“%(raw)s” has no year and the sheet gives none; %(year)s was assumed."),
    "year_short": (NOTE, "The year in “%(raw)s” has two digits; read as %(year)s."),
    "mark_unclear": (ASK, "The mark “%(raw)s” may mean yes or no."),
    "stage_from_reference": (NOTE, "“%(raw)s” names a document or a date; read as done."),
    "words_unread": (ASK, "“%(raw)s” answers neither yes nor no."),
    "kind_unknown": (ASK, "“%(raw)s” is no known kind of project."),
    "kind_from_category": (NOTE, "The kind was taken from the heading “%(category)s”."),
    "kind_against_category": (ASK, "The kind “%(raw)s” contradicts the heading “%(category)s”."),
    "several_leaders": (ASK, "Several leaders stand in one cell: %(names)s."),
    "several_bureaus": (ASK, "Several responsible offices stand in one cell: %(names)s."),
    "several_units": (NOTE, "Several units stand in one cell: %(names)s."),
    "phone_unread": (ASK, "“%(raw)s” is not a telephone number, or digits of it were lost."),
    "formula_without_value": (ASK, "The formula %(formula)s carries no computed value."),
    "formula_error": (ASK, "The cell shows the error %(raw)s."),
    "formula_external": (NOTE, "The value comes from another file by the formula %(formula)s."),
    "text_cut": (ASK, "The text is longer than %(limit)s characters and was cut."),
    "merged_amount": (ASK, "One amount is merged over %(rows)s rows; it was given to the first row only."),
    "row_hidden": (NOTE, "The row is hidden in the file; it was read like any other."),
    "row_without_name": (ASK, "The row has figures but no project name; it was not read: %(raw)s"),
    "row_unclear": (ASK, "The row is neither a project nor a heading; it was not read: %(raw)s"),
    "row_failed": (ASK, "The row could not be read (%(error)s)."),
    "name_long": (ASK, "The name has %(length)s characters; names have at most %(limit)s."),
    "plan_over_total": (ASK, "The plan of the year (%(plan)s) is above the total investment (%(total)s)."),
    "done_over_total": (ASK, "The investment done (%(done)s) is above the total investment (%(total)s)."),
    "started_without_date": (ASK, "Started, but no date of the start is given."),
    "start_without_yes": (ASK, "A date of the start is given, but the project is not marked as started."),
    "start_in_future": (ASK, "The start “%(raw)s” lies after %(today)s."),
    "not_started_without_cause": (ASK, "Not started, but no cause is given."),
    "not_in_library_without_cause": (ASK, "Not in the statistical library, but no cause is given."),
    "in_library_before_start": (ASK, "In the statistical library without having started."),
    "done_without_start": (ASK, "Investment is done (%(done)s) though the project has not started."),
    "cumulative_falls": (ASK, "The cumulative figure falls from %(before)s to %(after)s."),
    "continued_without_past": (NOTE, "A continued project whose start lies in the plan year."),
    "total_differs": (ASK, "“%(label)s” states %(stated)s, the rows add up to %(sum)s."),
    "count_differs": (ASK, "“%(label)s” states %(stated)s projects, %(count)s were read."),
    "numbering_gap": (NOTE, "The numbering jumps from %(before)s to %(after)s."),
    "unknown_column": (NOTE, "The column “%(heading)s” is not known; it is kept as it stands."),
    "duplicate_column": (
        ASK,
        "The columns “%(heading)s” and “%(first)s” say the same; the second is kept as it stands.",
    ),
    "sheet_not_read": (NOTE, "The sheet has no table of projects; it was not read."),
    "sheet_hidden": (ASK, "The sheet is hidden; it was not read."),
    "amount_too_large": (ASK, "%(value)s 万元 is more than can be recorded; the amount was not taken."),
    "class_several": (ASK, "The words %(words)s name different classes of projects; no class was taken."),
    "class_unknown": (ASK, "No word of the row tells the class of the project; without it there is no route."),
    "match_unclear": (ASK, "Several projects of the county may be meant: %(names)s; the row waits."),
    "match_taken": (ASK, "Another row of this file already stands for the same project; the row waits."),
    "project_gone": (NOTE, "“%(name)s” was split, merged or taken off the plan here; the row changes nothing."),
    "row_not_applied": (ASK, "The row could not be taken over (%(error)s)."),
    "external_links": (NOTE, "The file refers to other files; their values were not fetched."),
}


@dataclass(frozen=True)
class Finding:
    """A doubt before it has a place: a code of TABLE and the arguments of its sentence."""

    code: str
    args: tuple[tuple[str, str], ...] = ()


def find(code: str, /, **args: object) -> Finding:
    """A finding with its arguments as text. Raises KeyError for a code that the table does not know."""
    TABLE[code]
    return Finding(code, tuple((name, str(value)[:200]) for name, value in args.items()))


@dataclass(frozen=True)
class Doubt:
    """A finding with its place: sheet, row (1-based; 0 = whole sheet), column letter, field and raw content."""

    sheet: str
    row: int
    column: str
    field: str
    raw: str
    code: str
    args: tuple[tuple[str, str], ...] = ()

    @property
    def level(self) -> Level:
        """Whether a person must settle it."""
        return TABLE[self.code][0]

    @property
    def template(self) -> str:
        """The English sentence with named places, a gettext msgid."""
        return TABLE[self.code][1]

    @property
    def sentence(self) -> str:
        """The English sentence, filled in."""
        return self.template % dict(self.args)

    def as_dict(self) -> dict[str, object]:
        """Plain data for `import_ledger --json`."""
        return {
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "field": self.field,
            "raw": self.raw,
            "code": self.code,
            "level": str(self.level),
            "args": dict(self.args),
            "sentence": self.sentence,
        }
