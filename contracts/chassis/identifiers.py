"""Identifiers: our own (UUIDv7), and those that people, companies and telephones carry.

A message about a wrong number says what is wrong and never repeats the number.
"""

import re
import secrets
import threading
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from typing import Annotated, Any, NoReturn
from uuid import UUID

from pydantic import AfterValidator, Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError
from stdnum.cn import ric, uscc

_CHINA = timezone(timedelta(hours=8))
_PROVINCES = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[123]")
"""First two digits in GB/T 2260; 81 to 83 stand on residence permits of Hong Kong, Macao and Taiwan residents."""
_WHOLE_COUNTRY = "100000"


class _Clock:
    """Milliseconds and a counter that only ever grow, so that ids of one process sort in the order they were made."""

    def __init__(self, now_ns: Callable[[], int] = time.time_ns) -> None:
        self._now_ns = now_ns
        self._lock = threading.Lock()
        self._milliseconds = 0
        self._counter = 0

    def tick(self) -> tuple[int, int]:
        """RFC 9562, 6.2: a 42-bit counter, seeded at random with room to grow; a clock set back does not take us back."""
        with self._lock:
            now = self._now_ns() // 1_000_000
            if now > self._milliseconds:
                self._milliseconds, self._counter = now, secrets.randbits(41)
            else:
                self._counter += 1
                if self._counter >> 42:
                    self._milliseconds, self._counter = self._milliseconds + 1, secrets.randbits(41)
            return self._milliseconds, self._counter


_clock = _Clock()


def new_id() -> UUID:
    """A UUIDv7. Within a process each is greater than the one before, from whatever thread."""
    return _uuid7(*_clock.tick(), secrets.randbits(32))


def _uuid7(milliseconds: int, counter: int, tail: int) -> UUID:
    high, low = counter >> 30, counter & 0x3FFFFFFF
    return UUID(int=milliseconds << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low << 32 | tail)


def _refuse(kind: str, what: str, message: str) -> NoReturn:
    raise PydanticCustomError(f"{kind}_{what}", message)


def _checked_identity_number(text: str) -> str:
    number, kind = text.strip().upper(), "identity_number"
    if len(number) != 18:
        _refuse(kind, "length", "An identity number has 18 characters")
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        _refuse(kind, "characters", "An identity number has 17 digits and then a digit or X")
    if not _PROVINCES.match(number):
        _refuse(kind, "division", "The first two digits name no province")
    try:
        born = birth_date(number)
    except ValueError:
        _refuse(kind, "date", "Digits 7 to 14 are no date")
    if not date(1880, 1, 1) <= born <= datetime.now(_CHINA).date():
        _refuse(kind, "date", "Digits 7 to 14 are no plausible date of birth")
    if number[-1] != identity_check_digit(number[:17]):
        _refuse(kind, "check_digit", "The check digit is wrong; please compare each digit")
    return number


def _checked_credit_code(text: str) -> str:
    # python-stdnum refuses the registering authorities that GB 32100 writes as letters (N agriculture, Y others):
    # the form is checked here, and only the check digit there.
    code, kind = text.strip().upper(), "credit_code"
    if len(code) != 18:
        _refuse(kind, "length", "A unified social credit code has 18 characters")
    if not re.fullmatch(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}", code):
        _refuse(
            kind, "characters", "A unified social credit code has digits and capital letters without I, O, S, V and Z"
        )
    if code[0] == "0":
        _refuse(kind, "authority", "A unified social credit code does not begin with 0")
    if not (_PROVINCES.match(code[2:8]) or code[2:8] == _WHOLE_COUNTRY):
        _refuse(kind, "division", "The third and fourth characters name no province")
    if code[-1] != credit_code_check_digit(code[:17]):
        _refuse(kind, "check_digit", "The check digit is wrong; please compare each character")
    return code


def _checked_phone_number(text: str) -> str:
    number, kind = text.strip(), "phone_number"
    if not re.fullmatch(r"[0-9]*", number):
        _refuse(kind, "characters", "A mobile number has digits only")
    if len(number) != 11:
        _refuse(kind, "length", "A mobile number of the mainland has 11 digits")
    if not re.fullmatch(r"1[3-9][0-9]{9}", number):
        _refuse(kind, "prefix", "A mobile number of the mainland begins with 13 to 19")
    return number


class _Described:
    """What the OpenAPI document says about the type; the check itself stays ours, with messages that repeat nothing."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        described: dict[str, Any] = handler(schema)
        return {**described, "pattern": self._pattern}


IdentityNumber = Annotated[
    str,
    AfterValidator(_checked_identity_number),
    Field(description="Identity number (公民身份号码, GB 11643)", examples=["440199202603050010"]),
    _Described(r"^[0-9]{17}[0-9Xx]$"),
]
CreditCode = Annotated[
    str,
    AfterValidator(_checked_credit_code),
    Field(description="Unified social credit code (统一社会信用代码, GB 32100)", examples=["91440199MA5EXAMPLD"]),
    _Described(r"^[0-9A-Za-z]{18}$"),
]
PhoneNumber = Annotated[
    str,
    AfterValidator(_checked_phone_number),
    Field(description="Mobile number of the mainland, 11 digits", examples=["13800138000"]),
    _Described(r"^1[3-9][0-9]{9}$"),
]


def identity_check_digit(first_17: str) -> str:
    """The 18th character of an identity number (GB 11643, ISO 7064 MOD 11-2)."""
    return ric.calc_check_digit(first_17 + "0")


def credit_code_check_digit(first_17: str) -> str:
    """The 18th character of a unified social credit code (GB 32100)."""
    return uscc.calc_check_digit(first_17)


def birth_date(number: str) -> date:
    """The date of birth in an identity number. Raises ValueError where there is none."""
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def mask_name(name: str) -> str:
    """张三丰 becomes 张**, Anna Li becomes A*** L*."""
    return " ".join(part[0] + "*" * (len(part) - 1) if len(part) > 1 else "*" for part in name.split())


def mask_number(number: str) -> str:
    """Identity numbers, credit codes, bank cards: the first three and the last four, and never more than half."""
    if len(number) < 14:
        return "*" * len(number)
    return number[:3] + "*" * (len(number) - 7) + number[-4:]


def mask_phone(number: str) -> str:
    """138****8000."""
    if len(number) < 11:
        return "*" * len(number)
    return number[:3] + "*" * (len(number) - 7) + number[-4:]
