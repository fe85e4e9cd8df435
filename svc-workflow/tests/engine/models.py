"""Small BPMN models, written in a line an element."""

from itertools import count, pairwise
from xml.sax.saxutils import escape, quoteattr

from svc_workflow.engine import Graph, compile_process

HEAD = """<d:definitions xmlns:d="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:onedoor="https://onedoor.example/bpmn/1">
<d:message id="m-one" name="one"/><d:message id="m-two" name="two"/><d:message id="m-nameless"/>
<d:error id="err-refused" errorCode="refused"/><d:error id="err-codeless"/>
<d:escalation id="esc-up" escalationCode="up"/>"""


def element(tag: str, id: str, *inside: str, extension: str = "", **attributes: str) -> str:
    named = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    extended = f"<d:extensionElements>{extension}</d:extensionElements>" if extension else ""
    return f'<d:{tag} id="{id}"{named}>{extended}{"".join(inside)}</d:{tag}>'


def start(id: str = "start") -> str:
    return element("startEvent", id)


def end(id: str = "end", *inside: str, outcome: str = "") -> str:
    return element("endEvent", id, *inside, extension=f'<onedoor:outcome value="{outcome}"/>' if outcome else "")


def throw(id: str, *inside: str, extension: str = "") -> str:
    return element("intermediateThrowEvent", id, *inside, extension=extension)


def task(id: str, decisions: str = "", results: str = "", **attributes: str) -> str:
    named = "".join(f' {name}="{value}"' for name, value in attributes.items())
    offered = f' decisions="{decisions}"' if decisions else ""
    kept = "".join(f'<onedoor:result name="{name}"/>' for name in results.split())
    return element(
        "userTask", id, extension=f'<onedoor:task action="decide" post="clerk"{offered}{named}>{kept}</onedoor:task>'
    )


def step(id: str, *results: str, arguments: dict[str, str] | None = None) -> str:
    given = "".join(
        f"<onedoor:argument name={quoteattr(n)} value={quoteattr(v)}/>" for n, v in (arguments or {}).items()
    )
    kept = "".join(f'<onedoor:result name="{name}"/>' for name in results)
    return element(
        "serviceTask", id, extension=f'<onedoor:step capability="sharing.query">{given}{kept}</onedoor:step>'
    )


def receive(id: str, message: str = "m-one", correlation: str = "", results: str = "") -> str:
    kept = "".join(f'<onedoor:result name="{name}"/>' for name in results.split())
    by = f" correlation={quoteattr(correlation)}" if correlation else ""
    return element("receiveTask", id, extension=f"<onedoor:message{by}>{kept}</onedoor:message>", messageRef=message)


def duration(text: str) -> str:
    return f"<d:timerEventDefinition><d:timeDuration>{escape(text)}</d:timeDuration></d:timerEventDefinition>"


def moment(text: str) -> str:
    return f"<d:timerEventDefinition><d:timeDate>{escape(text)}</d:timeDate></d:timerEventDefinition>"


def timer(id: str, definition: str) -> str:
    return element("intermediateCatchEvent", id, definition)


def boundary(id: str, on: str, definition: str, interrupting: bool = True, extension: str = "") -> str:
    cancels = "true" if interrupting else "false"
    return element("boundaryEvent", id, definition, extension=extension, attachedToRef=on, cancelActivity=cancels)


ON_MESSAGE = '<d:messageEventDefinition messageRef="m-one"/>'
ON_REFUSED = '<d:errorEventDefinition errorRef="err-refused"/>'
ON_ANY_ERROR = "<d:errorEventDefinition/>"
ESCALATION = '<d:escalationEventDefinition escalationRef="esc-up"/>'


def gateway(kind: str, id: str, default: str = "") -> str:
    return element(f"{kind}Gateway", id, **({"default": default} if default else {}))


def lane(id: str, *inside: str) -> str:
    """A branch as a subprocess of its own."""
    return f'<d:subProcess id="{id}" onedoor:branch="{id}">{"".join(inside)}</d:subProcess>'


def flows(text: str) -> str:
    """Each line a chain: `a > b > c`, or one flow with a condition: `a > b if x = 1`. A flow's id is `a-to-b`."""
    made, again = [], count(2)
    for line in filter(None, map(str.strip, text.splitlines())):
        chain, _, condition = line.partition(" if ")
        names = [name.strip() for name in chain.split(">")]
        for source, target in pairwise(names):
            held = f"<d:conditionExpression>{escape(condition)}</d:conditionExpression>" if condition else ""
            flow = f"{source}-to-{target}"
            flow += f"-{next(again)}" if any(f'"{flow}"' in each for each in made) else ""
            made.append(
                f'<d:sequenceFlow id="{flow}" sourceRef="{source}" targetRef="{target}">{held}</d:sequenceFlow>'
            )
    return "".join(made)


def document(*inside: str) -> bytes:
    return f'{HEAD}<d:process id="process" isExecutable="true">{"".join(inside)}</d:process></d:definitions>'.encode()


def model(*inside: str) -> Graph:
    return compile_process(document(*inside))
