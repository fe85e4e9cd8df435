"""The maternity hospital: deliveries are asked for, certificates are requested, and signed ones are brought."""

from typing import Any

from demo.city.interfaces.departments import HOSPITAL
from demo.city.interfaces.over_http import HEADER, http

RESOURCES: dict[str, dict[str, Any]] = {
    "hospital-deliveries": {
        **HOSPITAL,
        "name": "出生医学信息",
        "kind": "query",
        "sharing_type": "conditional",
        "fields": ["delivery_no", "birth_order", "child_sex", "born_at", "weight_g", "hospital_name"],
        "record_key_fields": ["delivery_no", "birth_order"],
        "connector": "hospital",
        "legal_basis": "中华人民共和国母婴保健法",
    },
    "birth-certificate-request": {
        **HOSPITAL,
        "name": "出生医学证明签发申请",
        "kind": "submission",
        "sharing_type": "conditional",
        "fields": ["request_no"],
        "connector": "hospital",
        "legal_basis": "中华人民共和国母婴保健法",
    },
    "birth-certificate": {
        **HOSPITAL,
        "name": "出生医学证明",
        "kind": "licence",
        "sharing_type": "conditional",
        "fields": [
            "licence_no",
            "issued_on",
            "child_name",
            "child_sex",
            "born_at",
            "mother_name",
            "mother_number",
            "father_name",
            "father_number",
        ],
        "legal_basis": "中华人民共和国母婴保健法",
    },
}

OPERATIONS: dict[str, Any] = {
    "hospital-deliveries": {
        "path": "/api/v1/deliveries/search",
        "request": {"motherIdNumber": "{number}"},
        "records": "items[].children[]",
        "keep": {"items[].children[].status": ["alive"]},
        "fields": {
            "delivery_no": {"path": "items[].deliveryNo"},
            "birth_order": {"path": "items[].children[].birthOrder"},
            "child_sex": {"path": "items[].children[].sex"},
            "born_at": {"path": "items[].children[].bornAt"},
            "weight_g": {"path": "items[].children[].weightGrams"},
            "hospital_name": {"path": "items[].hospitalName"},
        },
    },
    "birth-certificate-request": {
        "path": "/api/v1/certificate-requests",
        "inputs": {
            "delivery_no": {},
            "birth_order": {"as": "integer"},
            "child_name": {},
            "mother_name": {},
            "mother_number": {},
            "father_name": {"required": False},
            "father_number": {"required": False},
        },
        "request": {
            "reference": "{reference}",
            "deliveryNo": "{delivery_no}",
            "birthOrder": "{birth_order}",
            "childName": "{child_name}",
            "mother": {"name": "{mother_name}", "idNumber": "{mother_number}"},
            "father": {"name": "{father_name}", "idNumber": "{father_number}"},
        },
        "statuses": {"404": "refused", "409": "refused", "422": "refused"},
        "reason": {
            "path": "error.code",
            "codes": {
                "delivery-not-found": "delivery-not-found",
                "certificate-issued": "certificate-issued",
                "child-deceased": "child-deceased",
                "mother-mismatch": "mother-mismatch",
                "reference-reused": "reference-reused",
            },
        },
        "fields": {"request_no": {"path": "requestNo"}},
    },
}


def connector(base_url: str, **options: Any) -> dict[str, Any]:
    return http(base_url, {**HEADER, "header": "X-Api-Key"}, OPERATIONS, **options)
