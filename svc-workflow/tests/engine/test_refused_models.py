"""What the engine does not support or what is wrong is refused, by element and rule."""

import pytest

from svc_workflow.engine import ModelRefused, compile_process

from .models import (
    ESCALATION,
    HEAD,
    ON_ANY_ERROR,
    ON_MESSAGE,
    boundary,
    document,
    duration,
    element,
    end,
    flows,
    gateway,
    lane,
    receive,
    start,
    step,
    task,
    throw,
    timer,
)


def faults(*inside: str) -> set[tuple[str, str]]:
    with pytest.raises(ModelRefused) as refused:
        compile_process(document(*inside))
    return {(fault.element, fault.rule) for fault in refused.value.faults}


def around(*inside: str, chain: str = "start > it > end") -> set[tuple[str, str]]:
    """The faults of a process start → it → end."""
    return faults(start(), end(), flows(chain), *inside)


EXTENDED = '<onedoor:step capability="x">{}</onedoor:step>'


@pytest.mark.parametrize(
    ("inside", "element_id", "rule"),
    [
        (element("scriptTask", "it"), "it", "unsupported-element"),
        (element("callActivity", "it"), "it", "unsupported-element"),
        (element("complexGateway", "it"), "it", "unsupported-element"),
        (element("serviceTask", "it"), "it", "step-missing"),
        (element("userTask", "it"), "it", "task-missing"),
        (element("receiveTask", "it"), "it", "unknown-message"),
        (receive("it", "m-nobody"), "it", "unknown-message"),
        (receive("it", "m-nameless"), "it", "unknown-message"),
        (receive("it", correlation="1 +"), "it", "bad-expression"),
        (step("it", arguments={"name": "("}), "it", "bad-expression"),
        (task("it", department="=("), "it", "bad-expression"),
        (task("it", clock="broken"), "it", "unknown-clock"),
        (task("it", colour="red"), "it", "extension-unknown"),
        (element("serviceTask", "it", extension='<onedoor:task action="a" post="p"/>'), "it", "extension-misplaced"),
        (element("serviceTask", "it", extension='<onedoor:wish name="a"/>'), "it", "extension-misplaced"),
        (element("serviceTask", "it", extension=EXTENDED.format("<onedoor:limit/>")), "it", "extension-unknown"),
        (element("serviceTask", "it", extension=EXTENDED.format('<onedoor:result from="x"/>')), "it", "extension-incomplete"),
        (element("serviceTask", "it", "<d:multiInstanceLoopCharacteristics/>"), "it", "unsupported-element"),
        (element("serviceTask", "it", "<d:ioSpecification id='io'/>"), "io", "unsupported-element"),
        (element("serviceTask", "it", isForCompensation="true"), "it", "unsupported-attribute"),
        (element("subProcess", "it", start("s"), end("e"), flows("s > e"), triggeredByEvent="true"), "it", "unsupported-attribute"),
        (element("subProcess", "it"), "it", "one-start"),
        (element("receiveTask", "it", messageRef="m-one", instantiate="true"), "it", "unsupported-attribute"),
        (timer("it", "<d:timerEventDefinition/>"), "it", "bad-timer"),
        (timer("it", duration("soon")), "it", "bad-timer"),
        (timer("it", "<d:timerEventDefinition><d:timeCycle>R3/PT1H</d:timeCycle></d:timerEventDefinition>"), "it", "unsupported-timer"),
        (element("intermediateCatchEvent", "it"), "it", "unsupported-event"),
        (element("intermediateCatchEvent", "it", "<d:signalEventDefinition/>"), "it", "unsupported-event"),
        (element("intermediateCatchEvent", "it", ON_MESSAGE, duration("PT1H")), "it", "unsupported-event"),
        (throw("it", ON_MESSAGE), "it", "unsupported-event"),
        (throw("it", "<d:escalationEventDefinition/>"), "it", "unknown-escalation"),
        (throw("it", extension='<onedoor:outcome value="granted"/>'), "it", "outcome-without-branch"),
        (gateway("exclusive", "it", default="nowhere"), "it", "default-unknown"),
    ],
)  # fmt: skip
def test_an_element_that_cannot_be_run_is_refused_by_name(inside: str, element_id: str, rule: str):
    assert (element_id, rule) in around(inside)


@pytest.mark.parametrize(
    ("inside", "chain", "element_id", "rule"),
    [
        ("", "start > it > end", "start-to-it", "flow-end-unknown"),
        (task("it"), "start > end", "it", "incoming-missing"),
        (task("it"), "start > it\nstart > end", "it", "outgoing-missing"),
        (task("it"), "start > it > end > it", "end", "outgoing-forbidden"),
        (task("it"), "start > it > start\nit > end", "start", "incoming-forbidden"),
        (task("it") + task("it"), "start > it > end", "it", "id-twice"),
        (task(""), "start > end", "line 5", "id-missing"),
        (start("again") + task("it"), "start > it > end\nagain > it", "process", "one-start"),
        (gateway("exclusive", "it") + task("a"), "start > it > a > end\nit > end", "it-to-a", "condition-missing"),
        (gateway("parallel", "it") + task("a"), "start > it > a > end\nit > end if true", "it-to-end", "condition-misplaced"),
        (gateway("exclusive", "it", "it-to-end"), "start > it\nit > end if true", "it-to-end", "default-condition"),
        (task("it") + task("a") + task("b"), "start > it > end\na > b > a", "a", "unreachable"),
        (task("it") + boundary("b", "nobody", duration("PT1H")), "start > it > end\nb > end", "b", "attachment"),
        (task("it") + boundary("b", "it", ESCALATION), "start > it > end\nb > end", "b", "attachment"),
        (lane("it", start("s"), end("e"), flows("s > e\ns > end")), "start > it > end", "s-to-end", "flow-crosses-scope"),
        (task("it") + boundary("b", "it", ON_ANY_ERROR, interrupting=False), "start > it > end\nb > end", "b", "error-interrupts"),
    ],
)  # fmt: skip
def test_what_stands_or_leads_wrongly_is_refused_by_name(inside: str, chain: str, element_id: str, rule: str):
    assert (element_id, rule) in around(inside, chain=chain)


def test_flows_and_nodes_must_agree_on_each_other():
    lying = element(
        "userTask", "it", "<d:incoming>another</d:incoming>", extension='<onedoor:task action="a" post="p"/>'
    )

    assert ("it", "flow-reference") in around(lying)


def test_a_start_message_must_exist():
    begin = element("startEvent", "start", '<d:messageEventDefinition messageRef="m-nobody"/>')

    assert ("start", "unknown-message") in faults(begin, end(), flows("start > end"))


def test_every_fault_is_told_at_once():
    found = around(element("scriptTask", "it"), element("serviceTask", "other"), chain="start > it > other > end")

    assert {("it", "unsupported-element"), ("other", "step-missing")} <= found


def test_a_condition_in_another_language_is_refused():
    flow = (
        '<d:sequenceFlow id="f" sourceRef="it" targetRef="end">'
        '<d:conditionExpression language="http://www.java.com/java">x</d:conditionExpression></d:sequenceFlow>'
    )

    assert ("f", "unsupported-language") in faults(start(), end(), task("it"), flows("start > it"), flow)


@pytest.mark.parametrize(
    ("source", "rule"),
    [
        (b"<d", "not-well-formed"),
        (b"<html/>", "not-bpmn"),
        (b'<!DOCTYPE a [<!ENTITY x "y">]>' + document(start(), end(), flows("start > end")), "document-type"),
        (b" " * 4_000_001, "too-large"),
        (f"{HEAD}</d:definitions>".encode(), "one-process"),
        (f'{HEAD}<d:process id="a"/><d:process id="b"/></d:definitions>'.encode(), "one-process"),
        (f'{HEAD}<d:choreography id="c"/><d:process id="a"/></d:definitions>'.encode(), "unsupported-element"),
    ],
)  # fmt: skip
def test_a_document_that_is_no_process_is_refused(source: bytes, rule: str):
    with pytest.raises(ModelRefused) as refused:
        compile_process(source)

    assert rule in {fault.rule for fault in refused.value.faults}


def test_entities_are_not_resolved(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    source = document(start(), end("end"), flows("start > end"))
    source = f'<!DOCTYPE a [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'.encode() + source.replace(b'"end"', b'"end"', 1)

    with pytest.raises(ModelRefused) as refused:
        compile_process(source)
    assert "secret" not in str(refused.value)


def test_what_other_tools_keep_in_a_model_is_left_alone():
    note = '<vendor:colour xmlns:vendor="https://vendor.example">red</vendor:colour>'
    lanes = (
        '<d:laneSet id="l"><d:lane id="l1"/></d:laneSet><d:textAnnotation id="t"><d:text>x</d:text></d:textAnnotation>'
    )
    inside = element("startEvent", "start", "<d:documentation>Begin</d:documentation>", extension=note)

    assert compile_process(document(lanes, inside, end(), flows("start > end"))).id == "process"


def test_one_of_several_processes_is_chosen_by_name():
    inside = start() + end() + flows("start > end")
    source = f'{HEAD}<d:process id="a">{inside}</d:process><d:process id="b">{inside}</d:process></d:definitions>'

    assert compile_process(source.encode(), "b").id == "b"
