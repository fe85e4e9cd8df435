"""Who may read what, and why; and whose licences OneDoor takes."""

from typing import Any

from demo.city.interfaces.departments import (
    DISEASE_CONTROL,
    HOSPITAL,
    HUMAN_RESOURCES,
    MEDICAL_INSURANCE,
    POLICE,
    SERVICE_ADMINISTRATION,
)
from demo.city.interfaces.resources import RESOURCES

UNTIL = "2099-12-31T16:00:00Z"

DELIVERY = ["delivery_no", "birth_order", "child_sex", "born_at"]
SPOUSE = ["spouse_name", "spouse_number"]
CHILD = ["number", "name"]


def _grant(who: dict[str, str], resource: str, purpose: str, fields: list[str]) -> dict[str, Any]:
    basis = "政务数据共享条例"
    return {**who, "resource": resource, "purpose": purpose, "fields": fields, "until": UNTIL, "legal_basis": basis}


GRANTS: list[dict[str, Any]] = [
    *(
        _grant(SERVICE_ADMINISTRATION, resource, "newborn/prefill", RESOURCES[resource]["fields"])
        for resource in ("hospital-deliveries", "marriage", "population")
    ),
    _grant(HOSPITAL, "population", "newborn/birth-certificate", ["name", "number"]),
    _grant(HOSPITAL, "marriage", "newborn/birth-certificate", SPOUSE),
    _grant(POLICE, "hospital-deliveries", "newborn/birth-registration", DELIVERY),
    _grant(POLICE, "birth-certificate", "newborn/birth-registration", RESOURCES["birth-certificate"]["fields"]),
    _grant(POLICE, "marriage", "newborn/birth-registration", SPOUSE),
    _grant(DISEASE_CONTROL, "hospital-deliveries", "newborn/vaccination", DELIVERY),
    _grant(MEDICAL_INSURANCE, "hospital-deliveries", "newborn/medical-insurance", ["delivery_no", "birth_order"]),
    _grant(MEDICAL_INSURANCE, "birth-registration", "newborn/medical-insurance", CHILD),
    _grant(HUMAN_RESOURCES, "birth-registration", "newborn/social-card", CHILD),
]
"""Who may read what, and why. A department needs no grant for what it holds itself."""

ISSUERS: dict[str, dict[str, Any]] = {
    HOSPITAL["department"]: {"name": HOSPITAL["department_name"], "client_id": "hospital"},
    POLICE["department"]: {"name": POLICE["department_name"], "client_id": "population"},
}
"""Add `jwks_url` (the hospital's is its `/keys`) or `jwks`."""
