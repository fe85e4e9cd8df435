"""Text and codes as the catalogue accepts them."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from chassis.identifiers import credit_code_check_digit

_NO_NUL = r"^[^\x00]*$"
Line = Annotated[str, StringConstraints(max_length=300, pattern=_NO_NUL)]
Phones = Annotated[str, StringConstraints(max_length=2000, pattern=_NO_NUL), Field(description="As people dial them")]
Text = Annotated[str, StringConstraints(max_length=6000, pattern=_NO_NUL)]
English = Annotated[
    dict[
        Annotated[str, StringConstraints(min_length=1, max_length=6000, pattern=_NO_NUL)],
        Annotated[str, StringConstraints(min_length=1, max_length=6000, pattern=_NO_NUL)],
    ],
    Field(max_length=2000, description="English for Chinese texts, each text whole and as it stands"),
]
Short = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=_NO_NUL)]
BodyName = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=_NO_NUL)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_NO_NUL)]
Slug = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60),
    Field(description="Short, readable code for addresses, for instance birth-registration"),
]
Division = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}([0-9]{3}){0,2}$"), Field(description="GB/T 2260")]
Kind = Annotated[str, StringConstraints(pattern=r"^[0-9]{2}$"), Field(description="GB/T 39046 A.1, 01 licence …")]
Level = Annotated[Literal["1", "2", "3", "4", "5", "6", "7"], Field(description="GB/T 39046 A.2, 1 national …")]
BodyKind = Annotated[Literal["1", "2", "3", "9"], Field(description="GB/T 39046 A.3, 1 statutory …")]
Served = Annotated[Literal["1", "2", "3", "4", "5", "6"], Field(description="GB/T 39046 A.4, 1 natural person …")]
Channel = Annotated[Literal["1", "2", "3", "4", "9"], Field(description="GB/T 39046 A.5, 1 window, 2 web …")]
CaseKind = Annotated[Literal["1", "2", "9"], Field(description="GB/T 39046 A.6, 1 instant, 2 promised")]

_STRUCTURE = re.compile(r"[0-9A-Z]{18}[1-7][0-9A-Z]{12}([0-9]{2})?")


def _structured(code: str) -> str:
    if len(code) not in (31, 33):
        raise PydanticCustomError("implementation_code_length", "An implementation code has 31 or 33 characters")
    if not _STRUCTURE.fullmatch(code):
        message = "Credit code of the body (18), level (1), base code (12), handling item (2 digits, optional)"
        raise PydanticCustomError("implementation_code_structure", message)
    return code


def _checked(code: str) -> str:
    if not is_credit_code_sound(code[:18]):
        message = "The first 18 characters are no credit code: please compare each, the last one is their check digit"
        raise PydanticCustomError("implementation_code_check_digit", message)
    return code


def is_credit_code_sound(code: str) -> bool:
    """Whether a code of 18 capital letters and digits is one of GB 32100."""
    return not set(code) & set("IOSVZ") and credit_code_check_digit(code[:17]) == code[17]


StructuredCode = Annotated[
    str,
    AfterValidator(_structured),
    StringConstraints(max_length=33),
    Field(description="Implementation code (实施编码, GB/T 39554.1)", examples=["11440199MB2Y00056G3449907002000"]),
]
ImplementationCode = Annotated[StructuredCode, AfterValidator(_checked)]
