"""The geometry of the flow chart."""

from __future__ import annotations

from workflows.flowchart import Node, layout, wrap

NODES = [
    Node("start", "Received", gate=True),
    Node("intake", "Acceptance"),
    Node("a", "A"),
    Node("b", "B"),
    Node("end", "End"),
]


def test_each_rank_is_one_column_and_parallel_steps_stand_one_below_the_other() -> None:
    chart = layout(NODES, [("start", "intake"), ("intake", "a"), ("intake", "b"), ("a", "end"), ("b", "end")])
    at = {box.name: (box.x, box.y) for box in chart.boxes}
    assert at["a"][0] == at["b"][0] and at["a"][1] != at["b"][1]
    assert at["start"][0] < at["intake"][0] < at["a"][0] < at["end"][0]


def test_boxes_never_overlap_and_stay_inside_the_drawing() -> None:
    chart = layout(NODES, [("start", "intake"), ("intake", "a"), ("intake", "b"), ("a", "end"), ("b", "end")])
    boxes = list(chart.boxes)
    for index, one in enumerate(boxes):
        assert one.x + one.width <= chart.width and one.y + one.height <= chart.height
        for other in boxes[index + 1 :]:
            apart = one.x + one.width <= other.x or other.x + other.width <= one.x
            assert apart or one.y + one.height <= other.y or other.y + other.height <= one.y


def test_an_edge_that_goes_back_runs_below_and_is_marked() -> None:
    chart = layout(NODES[:3], [("start", "intake"), ("intake", "a"), ("a", "intake")])
    assert [arrow.back for arrow in chart.arrows] == [False, False, True]


def test_a_long_title_takes_several_lines() -> None:
    assert wrap("Section chief's review") == ["Section", "chief's review"]
    assert wrap("股长审核") == ["股长审核"]
    assert wrap("复核补正材料是否全部收齐并通知") == ["复核补正材料是", "否全部收齐并通", "知"]
