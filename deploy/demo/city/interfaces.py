"""The departments' data and interfaces in OneDoor's terms: bodies of svc-sharing's PUT and POST."""

from typing import Any

POLICE = {"department": "11440199MB2Y00056G", "department_name": "云溪市公安局"}
HOSPITAL = {"department": "12440199MB2Y00048J", "department_name": "云溪市妇幼保健院"}
CIVIL_AFFAIRS = {"department": "11440199MB2Y00064B", "department_name": "云溪市民政局"}
DISEASE_CONTROL = {"department": "12440199MB2Y000723", "department_name": "云溪市疾病预防控制中心"}
MEDICAL_INSURANCE = {"department": "11440199MB2Y000801", "department_name": "云溪市医疗保障局"}
HUMAN_RESOURCES = {"department": "11440199MB2Y00101H", "department_name": "云溪市人力资源和社会保障局"}
SERVICE_ADMINISTRATION = {"department": "11440199MB2Y00021X", "department_name": "云溪市政务服务和数据管理局"}

SEXES = {"F": "2", "M": "1"}
UNTIL = "2099-12-31T16:00:00Z"

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
    "marriage": {
        **CIVIL_AFFAIRS,
        "name": "婚姻登记信息",
        "kind": "query",
        "sharing_type": "conditional",
        "fields": ["spouse_name", "spouse_number", "registered_on"],
        "record_key_fields": ["spouse_number", "registered_on"],
        "connector": "marriage",
        "legal_basis": "婚姻登记条例",
    },
    "population": {
        **POLICE,
        "name": "人口基本信息",
        "kind": "query",
        "sharing_type": "conditional",
        "fields": ["name", "number", "household_no", "household_head", "address"],
        "record_key_fields": ["number"],
        "connector": "population",
        "legal_basis": "中华人民共和国户口登记条例",
    },
    "population-verify": {
        **POLICE,
        "name": "姓名与公民身份号码核验",
        "kind": "verification",
        "sharing_type": "unconditional",
        "fields": ["outcome"],
        "connector": "population",
        "legal_basis": "中华人民共和国居民身份证法",
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
    "vaccination-record": {
        **DISEASE_CONTROL,
        "name": "预防接种建档",
        "kind": "submission",
        "sharing_type": "conditional",
        "fields": ["record_no", "clinic_name", "schedule"],
        "connector": "vaccination",
        "legal_basis": "中华人民共和国疫苗管理法",
    },
    "birth-registration": {
        **POLICE,
        "name": "出生登记",
        "kind": "submission",
        "sharing_type": "conditional",
        "fields": ["number", "name", "household_no", "household_page_no", "registered_on"],
        "record_key_fields": ["number"],
        "connector": "population",
        "legal_basis": "中华人民共和国户口登记条例",
    },
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

HOSPITAL_OPERATIONS: dict[str, Any] = {
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

POPULATION_VERDICT = {"path": "jgdm", "done": ["00"], "empty": ["01"], "refused": ["02"]}
POPULATION_OPERATIONS: dict[str, Any] = {
    "population": {
        "path": "/rkk/cxry",
        "request": {"gmsfhm": "{number}"},
        "verdict": POPULATION_VERDICT,
        "fields": {
            "name": {"path": "ry.xm"},
            "number": {"path": "ry.gmsfhm"},
            "household_no": {"path": "ry.hh"},
            "household_head": {"path": "ry.hzxm"},
            "address": {"path": "ry.zz"},
        },
    },
    "population-verify": {
        "path": "/rkk/hcxm",
        "request": {"gmsfhm": "{number}", "xm": "{name}"},
        "verdict": POPULATION_VERDICT,
        "fields": {"outcome": {"path": "hcjg", "values": {"1": "yes", "0": "no", "2": "unknown"}}},
    },
    "birth-registration": {
        "path": "/rkk/csdj",
        "inputs": {
            "certificate_no": {},
            "name": {},
            "child_sex": {"values": SEXES},
            "born_at": {"as": "compact-date"},
            "parent_number": {},
            "household_no": {"required": False},
        },
        "request": {
            "ywlsh": "{reference}",
            "cszmbh": "{certificate_no}",
            "xm": "{name}",
            "xb": "{child_sex}",
            "csrq": "{born_at}",
            "fmgmsfhm": "{parent_number}",
            "hh": "{household_no}",
        },
        "verdict": {"path": "jgdm", "done": ["00"], "refused": ["01", "02"]},
        "reason": {
            "path": "yydm",
            "codes": {"LSH_CF": "reference-reused", "ZM_CF": "already-registered", "BZH_CY": "not-of-household"},
        },
        "fields": {
            "number": {"path": "gmsfhm"},
            "name": {"path": "@name"},
            "household_no": {"path": "hh"},
            "household_page_no": {"path": "hkbym"},
            "registered_on": {"path": "djrq", "as": "date"},
        },
    },
}

VACCINATION_OPERATIONS: dict[str, Any] = {
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


def _insurance(transcode: str, **body: str) -> dict[str, Any]:
    return {"request": {"head": {"transcode": transcode, "serial": "{reference}"}, "body": body}}


INSURANCE_VERDICT = {"path": "head.result", "done": ["0000"], "refused": ["4004", "4009", "4010", "4011"]}
INSURANCE_REASON = {
    "path": "head.result",
    "codes": {
        "4004": "person-unknown",
        "4009": "reference-reused",
        "4010": "already-insured",
        "4011": "amount-differs",
    },
}
INSURANCE_CALL = {
    "path": "/ybjk/service",
    "body": "xml",
    "answer": "xml",
    "verdict": INSURANCE_VERDICT,
    "reason": INSURANCE_REASON,
}
INSURANCE_OPERATIONS: dict[str, Any] = {
    "insurance-enrolment": {
        **INSURANCE_CALL,
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
        **INSURANCE_CALL,
        "inputs": {"bill_no": {}, "amount": {"as": "integer"}, "payment_id": {}, "paid_at": {}},
        "request": _insurance("2302", billno="{bill_no}", amount="{amount}", payno="{payment_id}", paidat="{paid_at}"),
        "fields": {"enrolment_no": {"path": "body.enrolno"}, "state": {"path": "body.state"}},
    },
}

SOCIAL_SECURITY_REFUSALS = {
    "400": "refused",
    "409": "refused",
}
SOCIAL_SECURITY_OPERATIONS: dict[str, Any] = {
    "social-card-order": {
        "path": "/sbk/orders",
        "body": "form",
        "inputs": {"number": {}, "name": {}, "bank": {}},
        "request": {"reference": "{reference}", "idNumber": "{number}", "name": "{name}", "bankCode": "{bank}"},
        "statuses": SOCIAL_SECURITY_REFUSALS,
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

MARRIAGE_OPERATIONS: dict[str, Any] = {
    "marriage": {
        "statement": (
            "SELECT CASE WHEN husband_number = $1 THEN wife_name ELSE husband_name END AS spouse_name,"
            " CASE WHEN husband_number = $1 THEN wife_number ELSE husband_number END AS spouse_number,"
            " registered_on FROM v_marriage"
            " WHERE (husband_number = $1 OR wife_number = $1) AND state = 'married'"
        ),
        "parameters": ["number"],
    }
}

HEADER = {"style": "header"}
POPULATION_AUTH = {
    "style": "hmac-sha256",
    "sign": "onedoor\n{timestamp_ms}\n{nonce}\n{method}\n{path}\n{body_sha256}",
    "headers": {
        "X-Appid": "onedoor",
        "X-Timestamp": "{timestamp_ms}",
        "X-Nonce": "{nonce}",
        "X-Sign": "{signature}",
    },
}


def http(base_url: str, auth: dict[str, Any], operations: dict[str, Any], **options: Any) -> dict[str, Any]:
    return {"kind": "http", "base_url": base_url, "auth": auth, "operations": operations, **options}


def hospital(base_url: str, **options: Any) -> dict[str, Any]:
    return http(base_url, {**HEADER, "header": "X-Api-Key"}, HOSPITAL_OPERATIONS, **options)


def population(base_url: str, **options: Any) -> dict[str, Any]:
    return http(base_url, POPULATION_AUTH, POPULATION_OPERATIONS, **options)


def vaccination(base_url: str, **options: Any) -> dict[str, Any]:
    return http(base_url, {"style": "basic", "user": "onedoor"}, VACCINATION_OPERATIONS, **options)


def insurance(base_url: str, **options: Any) -> dict[str, Any]:
    auth = {**HEADER, "header": "Authorization", "prefix": "Bearer "}
    return http(base_url, auth, INSURANCE_OPERATIONS, **options)


def social_security(base_url: str, **options: Any) -> dict[str, Any]:
    return http(base_url, {**HEADER, "header": "token"}, SOCIAL_SECURITY_OPERATIONS, **options)


def marriage(host: str, port: int, **options: Any) -> dict[str, Any]:
    """`port`: of the city's PostgreSQL server."""
    return {
        "kind": "sql",
        "host": host,
        "port": port,
        "database": "demo_marriage",
        "user": "demo_marriage_reader",
        "operations": MARRIAGE_OPERATIONS,
        **options,
    }


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
