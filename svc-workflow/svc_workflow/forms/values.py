"""Answers checked field by field. A message says what is wrong and never repeats the value."""

import base64
import binascii
import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from chassis.identifiers import PhoneNumber
from contracts.problems import FieldProblem
from svc_workflow.forms.definition import FormField

_NAME = re.compile(r"[㐀-鿿\U00020000-\U000323AF·]{2,20}|[A-Za-z][A-Za-z .'·-]{1,49}")
_CODE = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*")
_DIVISION = re.compile(r"[0-9]{6}")
_IMAGES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
TEXT_LENGTH, CODE_LENGTH, IMAGE_BYTES = 2000, 60, 400_000
_phone: TypeAdapter[str] = TypeAdapter(PhoneNumber)


class Wrong(ValueError):
    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


def check_value(field: FormField, value: Any, pointer: str) -> tuple[Any, FieldProblem | None]:
    """The value in its one normal form, or what is wrong with it."""
    try:
        if not isinstance(value, str):
            raise Wrong("not-a-text", "A text is expected")
        return _CHECKS[field.kind](field, value.strip()), None
    except Wrong as wrong:
        return None, FieldProblem(pointer=pointer, code=wrong.code, detail=wrong.detail)


def _name(field: FormField, value: str) -> str:
    if not _NAME.fullmatch(value):
        raise Wrong("not-a-name", "A name has 2 to 20 Chinese characters, or up to 50 Latin letters")
    return value


def _choice(field: FormField, value: str) -> str:
    if value not in field.choices:
        raise Wrong("not-a-choice", f"One of: {', '.join(field.choices)}")
    return value


def _code(field: FormField, value: str) -> str:
    if len(value) > CODE_LENGTH or not _CODE.fullmatch(value):
        raise Wrong("not-a-code", "A code has letters, digits and single hyphens")
    return value


def _place(field: FormField, value: str) -> str:
    if not _DIVISION.fullmatch(value):
        raise Wrong("not-a-division", "A division code has 6 digits")
    return value


def _id(field: FormField, value: str) -> str:
    try:
        return str(UUID(value))
    except ValueError:
        raise Wrong("not-an-id", "An identifier (UUID) is expected") from None


def _phone_number(field: FormField, value: str) -> str:
    try:
        return _phone.validate_python(value)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        raise Wrong(first["type"].replace("_", "-"), first["msg"]) from None


def _image(field: FormField, value: str) -> str:
    try:
        content = base64.b64decode(value, validate=True)
    except binascii.Error:
        raise Wrong("not-base64", "A JPEG or PNG picture in base64 is expected") from None
    if not content.startswith(_IMAGES):
        raise Wrong("not-a-picture", "A JPEG or PNG picture is expected")
    if len(content) > IMAGE_BYTES:
        raise Wrong("too-large", f"A picture has at most {IMAGE_BYTES // 1000} kB")
    return value


def _text(field: FormField, value: str) -> str:
    if not 1 <= len(value) <= TEXT_LENGTH:
        raise Wrong("length", f"1 to {TEXT_LENGTH} characters")
    return value


_CHECKS: dict[str, Callable[[FormField, str], str]] = {
    "name": _name,
    "choice": _choice,
    "code": _code,
    "place": _place,
    "id": _id,
    "phone": _phone_number,
    "image": _image,
    "text": _text,
}
