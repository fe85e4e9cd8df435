"""Who will see what of an application, and why: each department of a bundle, as the process hands it on."""

from collections.abc import Mapping
from typing import Any

from gateway.portal.views.apply import Grant
from gateway.portal.views.names import DataField, Register

CHILD = (DataField.CHILD_NAME, Register.DELIVERIES)
SEEN: Mapping[str, tuple[str, ...]] = {
    "birth-certificate": (
        *CHILD,
        DataField.MOTHER_NAME,
        DataField.MOTHER_NUMBER,
        DataField.FATHER_NAME,
        DataField.FATHER_NUMBER,
    ),
    "birth-registration": (*CHILD, Register.BIRTH_CERTIFICATE, Register.MARRIAGE, Register.POPULATION, DataField.PHONE),
    "vaccination": (*CHILD, DataField.CLINIC, DataField.PHONE),
    "medical-insurance": (*CHILD, DataField.NUMBER, DataField.PHONE),
    "social-card": (DataField.CHILD_NAME, DataField.NUMBER, DataField.BANK, DataField.PHONE),
}


def grants_of(bundle: Mapping[str, Any]) -> tuple[Grant, ...]:
    return tuple(
        Grant(
            department=branch["department_name"],
            what=SEEN[branch["branch"]],
            purpose=branch["short_name"] or branch["name"],
        )
        for branch in bundle["branches"]
        if branch["branch"] in SEEN
    )
