"""The medical insurance bureau, which speaks XML."""

from typing import Any

from demo.city.interfaces.departments import MEDICAL_INSURANCE
from demo.city.interfaces.over_http import HEADER, http

RESOURCES: dict[str, dict[str, Any]] = {
    "insurance-enrolment": {
        **MEDICAL_INSURANCE,
        "name": "城乡居民医保参保",
        "kind": "submission",
        "sharing_type": "conditional",
        "fields": ["enrolment_no", "bill_no", "premium", "valid_from", "valid_to"],
        "result_codes": ["premium"],
        "connector": "insurance",
        "legal_basis": "中华人民共和国社会保险法",
    },
    "insurance-payment": {
        **MEDICAL_INSURANCE,
        "name": "城乡居民医保缴费确认",
        "kind": "submission",
        "sharing_type": "conditional",
        "fields": ["enrolment_no", "state"],
        "result_codes": ["state"],
        "connector": "insurance",
        "legal_basis": "中华人民共和国社会保险法",
    },
}


def _insurance(transcode: str, **body: str) -> dict[str, Any]:
    return {"request": {"head": {"transcode": transcode, "serial": "{reference}"}, "body": body}}


VERDICT = {"path": "head.result", "done": ["0000"], "refused": ["4004", "4009", "4010", "4011"]}

REASON = {
    "path": "head.result",
    "codes": {
        "4004": "person-unknown",
        "4009": "reference-reused",
        "4010": "already-insured",
        "4011": "amount-differs",
    },
}

CALL = {
    "path": "/ybjk/service",
    "body": "xml",
    "answer": "xml",
    "verdict": VERDICT,
    "reason": REASON,
}

OPERATIONS: dict[str, Any] = {
    "insurance-enrolment": {
        **CALL,
        "inputs": {
            "number": {"required": False},
            "name": {},
            "place": {},
            "delivery_no": {"required": False},
            "birth_order": {"required": False},
        },
        "request": _insurance(
            "2301",
            idno="{number}",
            name="{name}",
            place="{place}",
            deliveryno="{delivery_no}",
            birthorder="{birth_order}",
        ),
        "fields": {
            "enrolment_no": {"path": "body.enrolno"},
            "bill_no": {"path": "body.billno"},
            "premium": {"path": "body.premium", "as": "integer"},
            "valid_from": {"path": "body.from"},
            "valid_to": {"path": "body.to"},
        },
    },
    "insurance-payment": {
        **CALL,
        "inputs": {"bill_no": {}, "amount": {"as": "integer"}, "payment_id": {}, "paid_at": {}},
        "request": _insurance("2302", billno="{bill_no}", amount="{amount}", payno="{payment_id}", paidat="{paid_at}"),
        "fields": {"enrolment_no": {"path": "body.enrolno"}, "state": {"path": "body.state"}},
    },
}


def connector(base_url: str, **options: Any) -> dict[str, Any]:
    auth = {**HEADER, "header": "Authorization", "prefix": "Bearer "}
    return http(base_url, auth, OPERATIONS, **options)
