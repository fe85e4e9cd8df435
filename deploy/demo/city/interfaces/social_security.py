"""The social security card office."""

from typing import Any

from demo.city.interfaces.departments import HUMAN_RESOURCES
from demo.city.interfaces.over_http import HEADER, http

RESOURCES: dict[str, dict[str, Any]] = {
    "social-card-order": {
        **HUMAN_RESOURCES,
        "name": "社会保障卡申领",
        "kind": "submission",
        "sharing_type": "conditional",
        "fields": ["order_no", "card_no", "bank_name", "made_on"],
        "connector": "social-security",
        "legal_basis": "中华人民共和国社会保险法",
    },
}

REFUSALS = {
    "400": "refused",
    "409": "refused",
}

OPERATIONS: dict[str, Any] = {
    "social-card-order": {
        "path": "/sbk/orders",
        "body": "form",
        "inputs": {"number": {}, "name": {}, "bank": {}},
        "request": {"reference": "{reference}", "idNumber": "{number}", "name": "{name}", "bankCode": "{bank}"},
        "statuses": REFUSALS,
        "reason": {
            "path": "errorCode",
            "codes": {
                "BANK_UNKNOWN": "bank-unknown",
                "REFERENCE_USED": "reference-reused",
                "CARD_EXISTS": "card-exists",
                "FIELD_INVALID": "field-invalid",
            },
        },
        "then": {
            "method": "GET",
            "path": "/sbk/orders/{order_no}",
            "until": {"path": "result.state", "values": ["MADE"], "every": 2},
        },
        "fields": {
            "order_no": {"path": "result.orderNo"},
            "card_no": {"path": "result.cardNo"},
            "bank_name": {"path": "result.bankName"},
            "made_on": {"path": "result.madeOn"},
        },
    }
}


def connector(base_url: str, **options: Any) -> dict[str, Any]:
    return http(base_url, {**HEADER, "header": "token"}, OPERATIONS, **options)
