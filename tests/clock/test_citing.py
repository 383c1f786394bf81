"""Articles of law as each reader writes them."""

from __future__ import annotations

import re

import pytest

from permits.bars import BARS, PREREQUISITES
from workflows.clock.citing import cite, numeral
from workflows.clock.grounds import _EVERY
from workflows.clock.rules import book
from workflows.flow import registry
from workflows.flow.nodes import Review


@pytest.mark.parametrize(
    ("n", "said"),
    [
        *((1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (26, "二十六"), (45, "四十五"), (100, "一百")),
        *(
            (102, "一百零二"),
            (110, "一百一十"),
            (206, "二百零六"),
            (1010, "一千零一十"),
            (1095, "一千零九十五"),
            (1242, "一千二百四十二"),
        ),
    ],
)
def test_a_number_as_statutes_write_it(n: int, said: str) -> None:
    assert numeral(n) == said


@pytest.mark.parametrize("n", [0, -1, 10_000])
def test_no_article_has_such_a_number(n: int) -> None:
    with pytest.raises(ValueError, match="No article"):
        numeral(n)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("土地管理法实施条例 Art. 26", "土地管理法实施条例第二十六条"),
        (
            "土地管理法 Art. 44-48; 土地管理法实施条例 Art. 23-32",
            "土地管理法第四十四条至第四十八条；土地管理法实施条例第二十三条至第三十二条",
        ),
        ("企业投资项目核准和备案管理条例 Art. 3, 9-12", "企业投资项目核准和备案管理条例第三条、第九条至第十二条"),
        ("建筑法 Art. 8(1)", "建筑法第八条第(一)项"),
        ("水利工程建设项目管理规定", "水利工程建设项目管理规定"),
    ],
)
def test_a_citation_in_chinese(text: str, said: str) -> None:
    assert cite(text, "zh-hans") == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("土地管理法实施条例 Art. 26", "Regulation for the Land Administration Law Art. 26"),
        ("建筑法 Art. 7; 政府投资条例 Art. 20", "Construction Law Art. 7; Government Investment Regulation Art. 20"),
        ("国办发〔2019〕11号", "State Council Office document [2019] No. 11"),
    ],
)
def test_a_citation_in_english_names_the_law_in_english(text: str, said: str) -> None:
    assert cite(text, "en") == said


def citations() -> list[str]:
    """Everything that a page may cite."""
    found = [bar.article for bar in BARS.values()] + [rule.article for rule in PREREQUISITES]
    for procedure in registry.procedures():
        found += [procedure.laws, *(slot.basis for slot in procedure.documents)]
        for node in procedure.current.node_map().values():
            if isinstance(node, Review):
                found += [check.basis for check in node.checks] + ([node.wait.article] if node.wait else [])
    return found


def test_no_chinese_page_says_art() -> None:
    found = citations()
    assert sum("Art." in text for text in found) > 80
    assert not [text for text in found if re.search(r"\bArt", cite(text, "zh-hans"))]
    for versions in book().values():
        assert not [v.id for v in versions if "Art" in v.citation.zh + v.text.zh]
    assert not [key for key, ground in _EVERY.items() if "Art" in ground.article.zh]


def test_no_english_page_cites_in_chinese() -> None:
    assert not [text for text in citations() if re.search(r"[\u3400-\u9fff]", cite(text, "en"))]
