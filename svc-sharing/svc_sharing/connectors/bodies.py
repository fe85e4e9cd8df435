"""Bodies as departments want them, and answers as they give them: JSON, forms, XML."""

from typing import Any, Literal
from urllib.parse import urlencode

import orjson
from lxml import etree

from svc_sharing.connectors.errors import Misread
from svc_sharing.connectors.templates import text_of

TYPES = {"json": "application/json", "form": "application/x-www-form-urlencoded", "xml": "application/xml"}


def write(body: Literal["json", "form", "xml"], content: Any) -> bytes:
    """`content` is an object; for XML it has one member, the root element."""
    match body:
        case "json":
            return orjson.dumps(content)
        case "form":
            given = {name: text_of(value) for name, value in content.items() if value is not None}
            return urlencode(given).encode()
        case "xml":
            ((name, children),) = content.items()
            return etree.tostring(_element(name, children), encoding="UTF-8", xml_declaration=True)


def read(answer: Literal["json", "xml"], content: bytes) -> Any:
    """The answer as objects, lists and texts. Of XML the root's content, every leaf a text. Raises Misread."""
    try:
        return orjson.loads(content) if answer == "json" else _content(_root(content))
    except (ValueError, etree.LxmlError):
        raise Misread(answer) from None


def _root(content: bytes) -> etree._Element:
    """Without entities, document types and network: an answer is data."""
    if b"<!DOCTYPE" in content:
        raise Misread("xml")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )
    return etree.fromstring(content, parser)


def _content(element: etree._Element) -> Any:
    children = [child for child in element if isinstance(child.tag, str)]
    if not children:
        return element.text or ""
    content: dict[str, Any] = {}
    for child in children:
        name, value = etree.QName(child).localname, _content(child)
        if name not in content:
            content[name] = value
        elif isinstance(content[name], list):
            content[name].append(value)
        else:
            content[name] = [content[name], value]
    return content


def _element(name: str, content: Any) -> etree._Element:
    element = etree.Element(name)
    if isinstance(content, dict):
        element.extend(_element(child, part) for child, part in content.items() if part is not None)
    else:
        element.text = text_of(content)
    return element
