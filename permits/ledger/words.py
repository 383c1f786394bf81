"""Yes and no, stages, people, units, telephones and names as offices write them."""

from __future__ import annotations

import re
from datetime import date

from permits.ledger.doubts import find
from permits.ledger.facts import Context, Fact, Precision, Raw, Stage
from permits.ledger.text import display, is_blank, match_key, narrow, plain_number, storable

NAME_LIMIT = 200
UNSURE_MARKS = frozenset("○〇O●△▲◯☆★")

_YES = frozenset(
    [
        "是",
        "有",
        "√",
        "✓",
        "✔",
        "☑",
        "y",
        "yes",
        "t",
        "true",
        "1",
        "已",
        "已办",
        "已办结",
        "已办理",
        "办结",
        "办理完毕",
        "已完成",
        "完成",
        "已取得",
        "取得",
        "已批复",
        "已批",
        "批复",
        "已备案",
        "已核准",
        "已审批",
        "开工",
        "已开工",
        "复工",
        "已复工",
        "已开复工",
        "开复工",
        "已动工",
        "在建",
        "建成",
        "已建成",
        "已竣工",
        "竣工",
        "完工",
        "已完工",
        "投产",
        "已投产",
        "已入库",
        "入库",
        "已纳入",
        "纳入",
        "齐全",
        "办理完成",
        "已办完",
        "已办妥",
        "正常施工",
        "已开工建设",
        "续建已复工",
    ]
)
_NO = frozenset(
    [
        "否",
        "无",
        "没有",
        "×",
        "✗",
        "✘",
        "x",
        "n",
        "no",
        "f",
        "false",
        "0",
        "未",
        "未办",
        "未办理",
        "未办结",
        "未完成",
        "未取得",
        "未批复",
        "未备案",
        "未核准",
        "未审批",
        "未开工",
        "未复工",
        "未动工",
        "未开复工",
        "未入库",
        "未纳入",
        "不是",
        "尚未办理",
        "尚未开工",
        "停工",
        "未申报",
        "待办",
        "待开工",
        "前期",
        "待复工",
        "暂未开工",
        "暂未办理",
    ]
)
_UNDER_WAY = frozenset(
    [
        "办理中",
        "正在办理",
        "在办",
        "在办理",
        "办理之中",
        "申报中",
        "审批中",
        "编制中",
        "正在编制",
        "已申报",
        "已报",
        "已上报",
        "部分办理",
        "部分完成",
        "进行中",
    ]
)
_NOT_NEEDED = frozenset(
    ["不需要", "无需", "无需办理", "不需办理", "不需要办理", "不涉及", "不用办", "免办", "豁免", "不适用"]
)
_REFERENCE = re.compile(r"[〔(\[【]\d{4}[〕)\]】]\d+号|^(?:19|20)\d{2}[年.-]\d{1,2}(?:[月.-]\d{1,2}日?)?")
_LEGEND = re.compile(r"[“\"'‘]?([√×○●△▲◯☆★])[”\"'’]?(?:表示|代表|是指|为|指|[:：=])([^\s,，;；。、√×○●△▲]{1,8})")

_SPELLINGS = {
    "续建": ("续建", "结转", "续建项目", "结转续建", "在建"),
    "新建": ("新建", "新开工", "新建项目", "计划新开工", "新开工项目", "拟新开工"),
    "前期": ("前期", "前期项目", "前期工作", "预备", "储备", "谋划", "前期谋划"),
}
_KINDS = {spelling: kind for kind, spellings in _SPELLINGS.items() for spelling in spellings}
_WORKS = frozenset(["改建", "扩建", "改扩建", "迁建", "恢复", "单纯购置", "技改", "技术改造", "新建扩建", "改造"])


def as_text(raw: Raw) -> str:
    """A raw cell as a person sees it in the file."""
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, int | float):
        return plain_number(raw)
    if isinstance(raw, date):
        return raw.isoformat()[:10]
    return raw


def read_text(raw: Raw, context: Context) -> Fact:
    """Free text, on one line."""
    text = display(as_text(raw))
    return Fact(text or None)


def read_name(raw: Raw, context: Context) -> Fact:
    """A project's name on one line, full-width digits narrowed, brackets left as they are."""
    text = display(as_text(raw))
    findings = (find("name_long", length=len(text), limit=NAME_LIMIT),) if len(text) > NAME_LIMIT else ()
    return Fact(text or None, findings=findings)


def name_key(name: str) -> str:
    """The key under which differently typed names meet."""
    return match_key(name)


def legend(text: str) -> dict[str, str]:
    """Marks that a note explains: `√表示已办结，○表示办理中` -> {√: 已办结, ○: 办理中}."""
    return {match.group(1): match.group(2) for match in _LEGEND.finditer(text)}


def _answer(text: str, context: Context) -> Stage | None:
    """What a word answers; None if it answers nothing known."""
    word = narrow(context.legend.get(text, text)).casefold().strip("。.,，;；!！()")
    if word in _YES:
        return Stage.DONE
    if word in _NO:
        return Stage.NOT_DONE
    if word in _UNDER_WAY:
        return Stage.UNDER_WAY
    if word in _NOT_NEEDED:
        return Stage.NOT_NEEDED
    return None


def read_yes_no(raw: Raw, context: Context) -> Fact:
    """是/否 and what stands for them: value True or False; an unexplained ○ or unknown words have no value."""
    text = narrow(as_text(raw))
    if not text or (is_blank(text) and text != "无"):
        return Fact(precision=Precision.NOTHING if text else "")
    answer = _answer(text, context)
    if answer is None:
        return _unanswered(as_text(raw), text)
    if answer is Stage.NOT_NEEDED:
        return _unanswered(as_text(raw), text)
    return Fact(answer is Stage.DONE)


def read_stage(raw: Raw, context: Context) -> Fact:
    """How far a procedure is: value a Stage; a document number or a date counts as done and says so."""
    text = narrow(as_text(raw))
    if not text or (is_blank(text) and text != "无"):
        return Fact(precision=Precision.NOTHING if text else "")
    answer = _answer(text, context)
    if answer is not None:
        return Fact(answer)
    if isinstance(raw, date) or (_REFERENCE.search(text) and not re.search("[未拟待预计]", text)):
        return Fact(Stage.DONE, parts=(("reference", display(as_text(raw))),),
                    findings=(find("stage_from_reference", raw=as_text(raw)),))  # fmt: skip
    return _unanswered(as_text(raw), text)


def _unanswered(raw: str, text: str) -> Fact:
    code = "mark_unclear" if text in UNSURE_MARKS or text == "o" else "words_unread"
    return Fact(precision=Precision.UNREAD, findings=(find(code, raw=raw),))


def read_kind(raw: Raw, context: Context) -> Fact:
    """Kind of project: 续建, 新建 or 前期; the kinds of works (改建, 扩建 …) are kept as they stand."""
    text = narrow(as_text(raw))
    if not text or is_blank(text):
        return Fact(precision=Precision.NOTHING if text else "")
    if text in _KINDS:
        return Fact(_KINDS[text])
    return Fact(display(as_text(raw)), findings=() if text in _WORKS else (find("kind_unknown", raw=as_text(raw)),))


def kind_of_category(category: str) -> str | None:
    """续建, 新建 or 前期 if a heading of the ledger says so."""
    text = narrow(category)
    return next((kind for word, kind in _KINDS.items() if text.startswith(word)), None)


def split_names(text: str) -> tuple[str, ...]:
    """Several names in one cell: separators outside brackets; a space only if both sides have two letters or more."""
    depth, pieces, current = 0, [], ""
    for char in storable(text):
        depth = max(0, depth + (char in "(（[【") - (char in ")）]】"))
        if depth == 0 and char in "、,，;；/／|\n":
            pieces.append(current)
            current = ""
        else:
            current += char
    pieces.append(current)
    names: list[str] = []
    for piece in pieces:
        words = re.split(r"[ \t\u3000\xa0]+", piece.strip())
        chinese = all(re.fullmatch(r"[\u4e00-\u9fff]{2,}(?:[（(].*[)）])?", word) for word in words)
        names.extend(words if len(words) > 1 and chinese else [piece])
    shown = [display(name) for name in names]
    return tuple(name for name in shown if name and not is_blank(name))


def _several(raw: Raw, code: str) -> Fact:
    names = split_names(as_text(raw))
    if not names:
        return Fact(precision=Precision.NOTHING if as_text(raw).strip() else "")
    return Fact(names, findings=(find(code, names="、".join(names)),) if len(names) > 1 else ())


def read_leaders(raw: Raw, context: Context) -> Fact:
    """The leaders of a project in the order of the cell (tuple); two in one cell are asked about."""
    return _several(raw, "several_leaders")


def read_bureaus(raw: Raw, context: Context) -> Fact:
    """The responsible offices in the order of the cell (tuple); two in one cell are asked about."""
    return _several(raw, "several_bureaus")


def read_units(raw: Raw, context: Context) -> Fact:
    """The building units in the order of the cell (tuple)."""
    return _several(raw, "several_units")


def read_phone(raw: Raw, context: Context) -> Fact:
    """Telephone numbers (tuple); a number that a spreadsheet kept as 13812345678.0 is whole again."""
    text = plain_number(raw) if isinstance(raw, int | float) and not isinstance(raw, bool) else as_text(raw)
    if not text.strip() or is_blank(text):
        return Fact(precision=Precision.NOTHING if text.strip() else "")
    pieces = [narrow(piece) for piece in re.split(r"[、,，;；/\n]+|\s{2,}", text) if piece.strip()]
    numbers = tuple(re.sub(r"(?<=\d)\.0$", "", piece) for piece in pieces)
    if all(
        re.fullmatch(r"[^\d+()]*(?:\+?86-?)?(?:1\d{10}|(?:\(?0\d{2,3}\)?-?)?\d{7,8}(?:-\d{1,5})?)", n) for n in numbers
    ):
        return Fact(numbers)
    return Fact(numbers, precision=Precision.UNREAD, findings=(find("phone_unread", raw=text),))
