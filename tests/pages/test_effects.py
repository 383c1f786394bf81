"""What a button says it will do reads as one text in either language."""

from __future__ import annotations

import pytest
from django.utils import translation

from permits.procedures.land_pre_review import V1
from workflows.queries.verbs import effect


@pytest.mark.parametrize(
    ("step", "decision", "chinese", "english"),
    [
        (
            "intake",
            "accept",
            "送下一环节：经办审查与现场踏勘。时限自今日起算。",
            "Next: Examination and site visit. The clock starts today.",
        ),
        (
            "examination",
            "agree",
            "同时送：林草局意见、耕地保护股意见、乡镇意见。",
            "Next, at the same time: Reply of the forestry bureau, Farmland protection's opinion, Reply of the town.",
        ),
    ],
)
def test_an_effect_is_punctuated_as_its_language_asks(step: str, decision: str, chinese: str, english: str) -> None:
    answer = V1.instance.node(step).answers[decision]
    with translation.override("zh-hans"):
        assert effect(answer) == chinese
    with translation.override("en"):
        assert effect(answer) == english
