"""A flow version as a BPMN 2.0 file with its drawing (BPMN DI). Pure; a version in one language is always one text."""

from __future__ import annotations

from collections import Counter
from typing import Any
from xml.etree.ElementTree import Element as Xml
from xml.etree.ElementTree import SubElement, indent, tostring

from workflows.exchange.chart import Chart, chart_of_flow
from workflows.exchange.drawing import draw
from workflows.flow.procedure import ProcedureFlow

OMG = "http://www.omg.org/spec"
NAMESPACES = {
    "xmlns:bpmn": f"{OMG}/BPMN/20100524/MODEL",
    "xmlns:bpmndi": f"{OMG}/BPMN/20100524/DI",
    "xmlns:dc": f"{OMG}/DD/20100524/DC",
    "xmlns:di": f"{OMG}/DD/20100524/DI",
    "xmlns:kg": "urn:kaigong:bpmn",
}


def bpmn_of(flow: type[ProcedureFlow]) -> bytes:
    """The file of one published version, named in the active language, UTF-8."""
    chart = chart_of_flow(flow)
    root = Xml("bpmn:definitions", {"id": f"definitions.{chart.id}", "targetNamespace": "urn:kaigong:flows"})
    root.attrib |= NAMESPACES
    _process(root, chart)
    _diagram(root, chart)
    indent(root)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, "utf-8") + b"\n"


def file_name(flow: type[ProcedureFlow]) -> str:
    """The name of its file: `land_pre_review.V1.bpmn`."""
    return f"{flow.procedure.code}.{flow.version}.bpmn"


def _process(root: Xml, chart: Chart) -> None:
    process = SubElement(root, "bpmn:process", id=chart.id, name=chart.name, isExecutable="false")
    leaving, entering = Counter(arc.source for arc in chart.arcs), Counter(arc.target for arc in chart.arcs)
    for element in chart.elements:
        said = {"id": element.id} | ({"name": element.name} if element.name else {})
        if element.tag.endswith("Gateway"):
            said["gatewayDirection"] = _direction(entering[element.id], leaving[element.id])
        node = SubElement(process, f"bpmn:{element.tag}", said)
        if element.about:
            SubElement(node, "bpmn:documentation").text = element.about
        for arc in chart.arcs:
            if arc.target == element.id:
                SubElement(node, "bpmn:incoming").text = arc.id
        for arc in chart.arcs:
            if arc.source == element.id:
                SubElement(node, "bpmn:outgoing").text = arc.id
        if element.closes_all:
            SubElement(node, "bpmn:terminateEventDefinition", id=f"terminate.{element.id}")
    for arc in chart.arcs:
        said = {"id": arc.id, "sourceRef": arc.source, "targetRef": arc.target}
        said |= {"name": arc.name} if arc.name else {}
        said |= {"kg:decision": arc.decision} if arc.decision else {}
        SubElement(process, "bpmn:sequenceFlow", said)


def _direction(entering: int, leaving: int) -> str:
    if leaving > 1:
        return "Mixed" if entering > 1 else "Diverging"
    return "Converging" if entering > 1 else "Unspecified"


def _diagram(root: Xml, chart: Chart) -> None:
    drawing = draw(chart)
    diagram = SubElement(root, "bpmndi:BPMNDiagram", id=f"diagram.{chart.id}")
    plane = SubElement(diagram, "bpmndi:BPMNPlane", id=f"plane.{chart.id}", bpmnElement=chart.id)
    for element in chart.elements:
        said = {"id": f"shape.{element.id}", "bpmnElement": element.id}
        if element.tag == "exclusiveGateway":
            said["isMarkerVisible"] = "true"
        shape = SubElement(plane, "bpmndi:BPMNShape", said)
        SubElement(shape, "dc:Bounds", _bounds(drawing.shapes[element.id]))
    for arc in chart.arcs:
        edge = SubElement(plane, "bpmndi:BPMNEdge", id=f"edge.{arc.id}", bpmnElement=arc.id)
        for x, y in drawing.ways[arc.id]:
            SubElement(edge, "di:waypoint", x=_text(x), y=_text(y))
        if arc.id in drawing.labels:
            SubElement(SubElement(edge, "bpmndi:BPMNLabel"), "dc:Bounds", _bounds(drawing.labels[arc.id]))


def _bounds(box: Any) -> dict[str, str]:
    return dict(zip(("x", "y", "width", "height"), map(_text, box), strict=True))


def _text(number: float) -> str:
    return f"{number:g}"
