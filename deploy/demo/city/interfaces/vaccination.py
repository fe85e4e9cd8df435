"""Disease control's vaccination archive."""

from typing import Any

from demo.city.interfaces.departments import DISEASE_CONTROL
from demo.city.interfaces.over_http import http

RESOURCES: dict[str, dict[str, Any]] = {
    "vaccination-record": {
        **DISEASE_CONTROL,
        "name": "预防接种建档",
        "kind": "submission",
        "sharing_type": "conditional",
        "fields": ["record_no", "clinic_name", "schedule"],
        "connector": "vaccination",
        "legal_basis": "中华人民共和国疫苗管理法",
    },
}

OPERATIONS: dict[str, Any] = {
    "vaccination-record": {
        "path": "/imms/archive/open",
        "inputs": {
            "delivery_no": {},
            "birth_order": {"as": "integer"},
            "child_name": {},
            "child_sex": {},
            "born_at": {"as": "date"},
            "clinic": {},
        },
        "request": {
            "bizNo": "{reference}",
            "deliveryNo": "{delivery_no}",
            "birthOrder": "{birth_order}",
            "childName": "{child_name}",
            "sex": "{child_sex}",
            "birthDate": "{born_at}",
            "clinicCode": "{clinic}",
        },
        "verdict": {"path": "code", "done": ["0"], "refused": ["1002", "1003"]},
        "reason": {"path": "code", "codes": {"1002": "clinic-unknown", "1003": "reference-reused"}},
        "fields": {
            "record_no": {"path": "data.archiveNo"},
            "clinic_name": {"path": "data.clinicName"},
            "schedule": {
                "path": "data.schedule",
                "each": {"code": "vaccineCode", "name": "vaccineName", "dose": "dose", "due": "dueDate"},
            },
        },
    }
}


def connector(base_url: str, **options: Any) -> dict[str, Any]:
    return http(base_url, {"style": "basic", "user": "onedoor"}, OPERATIONS, **options)
