"""A citation names its articles, however it is written."""

from __future__ import annotations

import pytest

from workflows.clock.articles import articles_in
from workflows.clock.citing import cite
from workflows.clock.rulebook.articles import ARTICLES


@pytest.mark.parametrize(
    ("citation", "numbers"),
    [
        ("行政许可法 Art. 32(4)", [32]),
        ("行政许可法第四十二条第一款", [42]),
        ("Administrative Licensing Law Art. 42(1)", [42]),
        ("城乡规划法 Art. 37-38", [37, 38]),
        ("城乡规划法第三十七条至第三十八条", [37, 38]),
        ("环境影响评价法 Art. 16, 22, 25; 生态环境法典 Art. 107", [16, 22, 25, 107]),
        ("土地管理法实施条例 Art. 24; 城乡规划法 Art. 36", [24, 36]),
        ("行政许可法", []),
        ("国办发〔2019〕11号; 优化营商环境条例 Art. 42", []),
        ("Art. 32", []),
        ("", []),
    ],
)
def test_a_citation_names_these_articles(citation: str, numbers: list[int]) -> None:
    assert [article.number for article in articles_in(citation)] == numbers


def test_every_article_is_found_as_each_reader_writes_it() -> None:
    for law, number, _zh, _en in ARTICLES:
        for language in ("zh-hans", "en"):
            found = articles_in(cite(f"{law} Art. {number}", language))
            assert [(one.law.zh, one.number) for one in found] == [(law, number)], (law, number, language)


def test_no_article_stands_twice() -> None:
    assert len({(law, number) for law, number, *_ in ARTICLES}) == len(ARTICLES)
