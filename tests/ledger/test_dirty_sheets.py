"""Tables as they come: headings anywhere, groups, sums, merges, notes, hidden rows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import openpyxl
import pytest

from permits.ledger.facts import Stage
from permits.ledger.header import field_of
from permits.ledger.reading import READERS
from tests.ledger.books import CODE, CODES, HEADING, book, codes, ledger, one, read, saved

P = [1, "甲项目", CODES[0], 3000, "2022.3", "张三"]
Q = [2, "乙项目", CODES[1], 2000, "3月底", "李四"]


@pytest.mark.parametrize(
    ("heading", "key"),
    [
        ("项目名称", "name"),
        ("项 目\n名 称", "name"),
        ("总投资（万元）", "total"),
        ("计划总投资(亿元)", "total"),
        ("2022年\n计划投资", "plan"),
        ("年度投资计划", "plan"),
        ("累计完成\n投资", "done"),
        ("截至2月底累计完成投资", "done"),
        ("截至2021年底完成投资", "done_before"),
        ("至上年底累计完成投资", "done_before"),
        ("计划开工年月", "planned_start"),
        ("计划竣工时间", "planned_finish"),
        ("开复工情况/开工时间", "started_on"),
        ("开复工情况/是否开复工", "started"),
        ("开复工情况/未开复工原因", "not_started_cause"),
        ("手续办理情况/用地", "land"),
        ("手续办理情况/环评", "eia"),
        ("手续办理情况/施工许可", "permit"),
        ("县级包抓领导", "leader"),
        ("包抓责任单位", "bureau"),
        ("是否纳入统计库", "in_library"),
        ("统计入库/未入库原因", "library_cause"),
        ("联系电话", "phone"),
        ("1月/计划", "month_01_plan"),
        ("12月份完成投资", "month_12_done"),
        ("13月/计划", None),
        ("吉祥物", None),
    ],
)
def test_a_heading_is_known_by_its_meaning(heading, key):
    found = field_of(heading)
    assert (found[0] if found else None) == key


def test_every_kind_of_field_has_a_reader():
    from permits.ledger.fields import FIELDS

    assert {field.kind for field in FIELDS} <= set(READERS)


@pytest.mark.parametrize("above", [0, 1, 7, 25])
def test_the_heading_is_found_wherever_it_stands(above):
    rows = [[f"第{n}行说明"] for n in range(above)]
    reading = read(book([*rows, HEADING, P, Q]), "2022年台账.xlsx")
    assert [row.row_number for row in reading.rows] == [above + 2, above + 3]
    assert reading.sheets[0].header_row == above + 1


def test_the_columns_may_stand_in_any_order():
    order = [5, 3, 0, 4, 2, 1]
    reading = ledger([P[i] for i in order], heading=[HEADING[i] for i in order])
    [row] = reading.rows
    assert (row.name, row.code, row.value("total"), row.value("leader")) == ("甲项目", CODES[0], 3000, ("张三",))


TWO_ROWS = [
    ["2022年台账（单位：万元）"],
    ["序号", "项目名称", "项目代码", "总投资", "开复工情况", None, None, "手续办理情况", None, "1月", None],
    [None, None, None, None, "是否开复工", "开工时间", "未开复工原因", "用地", "环评", "计划", "完成"],
    [1, "甲项目", CODE, 3000, "√", "2022.2", None, "√", "办理中", 100, 90],
]


@pytest.mark.parametrize("merged", [True, False])
def test_two_rows_of_heading_are_read_with_and_without_merged_cells(merged):
    def merge(sheet):
        for cells in ("A2:A3", "B2:B3", "C2:C3", "D2:D3", "E2:G2", "H2:I2", "J2:K2"):
            sheet.merge_cells(cells)

    [row] = read(book(TWO_ROWS, merge if merged else None)).rows
    assert row.row_number == 4
    assert (row.value("started"), row.value("land"), row.value("eia")) == (True, Stage.DONE, Stage.UNDER_WAY)
    assert (row.value("month_01_plan"), row.value("month_01_done")) == (100, 90)
    assert row.cells["started_on"].precision == "month"


@pytest.mark.parametrize(
    ("title", "heading", "content", "value", "unit"),
    [
        ("2022年台账 单位：万元", "总投资", 3000, 3000, "万元"),
        ("2022年台账 单位：亿元", "总投资", 1.2, 12000, "亿元"),
        ("2022年台账 单位：元", "总投资", 30000000, 3000, "元"),
        ("2022年台账 单位：元", "总投资（亿元）", 1.2, 12000, "亿元"),
        ("2022年台账 单位：亿元", "总投资（万元）", "0.3亿元", 3000, "亿元"),
    ],
)
def test_cell_beats_heading_beats_title_for_the_unit(title, heading, content, value, unit):
    cell, _ = one("total", content, heading, title)
    assert (cell.value, cell.unit) == (Decimal(value), unit)


def test_a_missing_unit_is_assumed_aloud():
    _, doubts = one("total", 3000, "总投资", "2022年台账")
    assert doubts == ["unit_assumed"]


def test_groups_at_two_depths_and_their_sums_are_no_projects():
    reading = ledger(
        ["一、续建项目（2项）", None, None, 5000],
        ["（一）能源类（1项）", None, None, 3000],
        P,
        ["（二）交通类（1项）", None, None, 2000],
        Q,
        ["二、新建项目（1项）", None, None, 700],
        [1, "丙项目", CODES[2], 700, "一季度", "王五"],
        [None, "小计", None, 700],
        ["合计", None, None, 5700],
        ["备注：1.总投资含预备费"],
    )
    assert [(row.name, row.category) for row in reading.rows] == [
        ("甲项目", ("续建项目", "能源类")),
        ("乙项目", ("续建项目", "交通类")),
        ("丙项目", ("新建项目",)),
    ]
    assert [(t.row, t.agrees) for t in reading.totals_seen] == [
        (3, True),
        (4, True),
        (6, True),
        (8, True),
        (10, True),
        (11, True),
    ]
    assert [row.value("kind") for row in reading.rows] == ["续建", "续建", "新建"]
    assert codes(reading).count("kind_from_category") == 3


@pytest.mark.parametrize(
    "category",
    [
        ["一", "续建项目"],
        [None, "续建项目"],
        ["一、续建项目"],
        ["（一）续建项目"],
        ["第一部分：续建项目"],
        [None, "能源类项目"],
    ],
)
def test_a_group_is_known_by_numeral_or_name(category):
    reading = ledger(category, P)
    assert [(row.name, len(row.category)) for row in reading.rows] == [("甲项目", 1)]


def test_a_wrong_sum_and_a_wrong_count_are_doubted():
    reading = ledger(["一、新建项目（3项）", None, None, 5000], P, Q, ["合计", None, None, 5100])
    assert [d.sentence for d in reading.doubts if d.code in ("total_differs", "count_differs")] == [
        "“新建项目” states 3 projects, 2 were read.",
        "“合计” states 5100, the rows add up to 5000.",
    ]


def test_a_sum_in_yi_agrees_within_its_own_rounding():
    good = ledger(P, Q, ["合计", None, None, "0.5亿元"])
    bad = ledger(P, Q, ["合计", None, None, "0.6亿元"])
    assert [t.agrees for t in good.totals_seen + bad.totals_seen] == [True, False]


def test_the_heading_repeated_on_a_printed_page_is_no_project():
    assert [row.name for row in ledger(P, HEADING, Q).rows] == ["甲项目", "乙项目"]


def test_empty_rows_and_numbering_from_one_again_do_no_harm():
    reading = ledger(P, [], [None, "  "], ["/", "-"], [1, *Q[1:]])
    assert [row.row_number for row in reading.rows] == [3, 7]


def test_a_project_whose_name_sounds_like_a_sum_is_a_project():
    reading = ledger(
        [1, "合计大厦建设项目", *P[2:]], [2, "一、二号楼改造项目", *Q[2:]], [3, "备注：项目", CODES[2], 1, None, None]
    )
    assert len(reading.rows) == 3


def test_figures_without_a_name_are_doubted_and_the_rest_is_read():
    reading = ledger(P, [2, None, CODES[1], 2000, "2022.3", "李四"], [3, *Q[1:]])
    assert [row.row_number for row in reading.rows] == [3, 5]
    [doubt] = [d for d in reading.doubts if d.code == "row_without_name"]
    assert doubt.row == 4


def test_a_hidden_row_counts_and_says_so():
    def hide(sheet):
        sheet.row_dimensions[3].hidden = True

    reading = read(book([["2022年台账 单位：万元"], HEADING, P, Q], hide))
    assert [row.hidden for row in reading.rows] == [True, False]
    assert [(d.code, d.row) for d in reading.doubts if d.code == "row_hidden"] == [("row_hidden", 3)]


def test_several_sheets_are_read_and_hidden_ones_and_others_named():
    workbook = openpyxl.Workbook()
    for title, rows in (
        ("新建", [HEADING, P]),
        ("续建", [HEADING, Q]),
        ("去年", [HEADING, P]),
        ("说明", [["按月填报"]]),
    ):
        sheet = workbook.create_sheet(title)
        for row in [["2022年台账 单位：万元"], *rows]:
            sheet.append(row)
    workbook.remove(workbook.worksheets[0])
    workbook["去年"].sheet_state = "hidden"
    reading = read(saved(workbook))
    assert [(row.sheet, row.name) for row in reading.rows] == [("新建", "甲项目"), ("续建", "乙项目")]
    assert [(d.sheet, d.code) for d in reading.doubts if d.row == 0] == [
        ("去年", "sheet_hidden"),
        ("说明", "sheet_not_read"),
    ]


def test_the_same_project_twice_is_doubted_by_code_and_by_name():
    reading = ledger(P, [2, "另名项目", *P[2:]], [3, " 甲\n项目 ", CODES[1], *P[3:]])
    assert {(d.code, d.row) for d in reading.doubts} >= {("duplicate_code", 4), ("duplicate_name", 5)}


def test_words_merged_over_rows_belong_to_each_and_money_only_to_the_first():
    def merge(sheet):
        sheet.merge_cells("F3:F4")
        sheet.merge_cells("D3:D4")

    reading = read(book([["2022年台账 单位：万元"], HEADING, P, [2, "乙项目", CODES[1], None, "3月底", None]], merge))
    assert [row.value("leader") for row in reading.rows] == [("张三",), ("张三",)]
    assert [row.value("total") for row in reading.rows] == [3000, None]
    assert "merged_amount" in codes(reading)


def test_a_cell_that_looks_like_a_formula_or_markup_is_data():
    names = ["=cmd|' /C calc'!A0", "+1", "-1+2", "@SUM(A1)", "<script>alert(1)</script>", "#REF!"]

    def as_text(sheet):
        for number, name in enumerate(names):
            cell = sheet.cell(3 + number, 2)
            cell.value, cell.data_type = name, "s"

    rows = [[n + 1, "x", None, 100, None, None] for n in range(len(names))]
    reading = read(book([["2022年台账 单位：万元"], HEADING, *rows], as_text))
    assert [row.cells["name"].raw for row in reading.rows] == names
    assert [row.cells["name"].formula for row in reading.rows] == [""] * len(names)


def test_unknown_and_double_columns_are_kept_as_they_stand():
    reading = ledger([*P, "熊猫", "王五"], heading=[*HEADING, "吉祥物", "包抓领导"])
    [row] = reading.rows
    assert row.cells["other:吉祥物"].value == "熊猫"
    assert (row.value("leader"), row.cells["other:包抓领导"].value) == (("张三",), "王五")
    assert {"unknown_column", "duplicate_column"} <= set(codes(reading))


def test_a_bare_project_name_column_called_project_is_enough():
    [row] = ledger(["甲项目", CODE, 3000], heading=["项目", "代码", "总投资"]).rows
    assert (row.name, row.code) == ("甲项目", CODE)


def test_a_start_after_today_and_contradictions_are_doubted():
    heading = [
        "序号",
        "项目名称",
        "是否开工",
        "开工时间",
        "未开工原因",
        "是否入库",
        "未入库原因",
        "总投资",
        "累计完成投资",
    ]
    reading = ledger(
        [1, "甲", "是", "2022.3.5", None, "是", None, 100, 200],
        [2, "乙", "是", None, None, "否", None, 100, 10],
        [3, "丙", "否", date(2022, 2, 1), None, "是", None, 100, 10],
        heading=heading,
    )
    by_row = {row: {d.code for d in reading.doubts if d.row == row and d.code != "code_missing"} for row in (3, 4, 5)}
    assert by_row == {
        3: {"start_in_future", "done_over_total"},
        4: {"started_without_date", "not_in_library_without_cause"},
        5: {"start_without_yes", "not_started_without_cause", "in_library_before_start", "done_without_start"},
    }


def test_a_cumulative_figure_that_falls_is_doubted():
    heading = ["序号", "项目名称", "总投资", "1月完成", "2月完成", "3月完成"]
    reading = ledger([1, "甲", 1000, 50, 80, 70], heading=heading)
    assert [(d.field, d.column) for d in reading.doubts if d.code == "cumulative_falls"] == [("month_03_done", "F")]


def test_a_kind_against_its_group_is_doubted():
    heading = ["序号", "项目名称", "建设性质", "总投资"]
    reading = ledger(["一、新建项目"], [1, "甲", "续建", 100], heading=heading)
    assert [(d.column, d.raw) for d in reading.doubts if d.code == "kind_against_category"] == [("C", "续建")]
    assert reading.rows[0].value("kind") == "续建"


def test_the_legend_below_the_table_explains_its_marks():
    heading = ["序号", "项目名称", "总投资", "用地", "环评"]
    reading = ledger([1, "甲", 100, "○", "√"], ["注：√表示已办结，○表示办理中"], heading=heading)
    assert (reading.rows[0].value("land"), reading.rows[0].value("eia")) == (Stage.UNDER_WAY, Stage.DONE)


def test_text_too_long_for_a_cell_is_cut_aloud():
    csv = "项目名称,项目代码,总投资（万元）,备注\n甲项目,,1," + "长" * 40_000
    reading = read(csv.encode(), "2022.csv")
    assert len(reading.rows[0].cells["note"].raw) == 32_767
    assert "text_cut" in codes(reading)
