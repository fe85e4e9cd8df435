"""The police's population register."""

from typing import Any

from demo.city.interfaces.departments import POLICE
from demo.city.interfaces.over_http import http

SEXES = {"F": "2", "M": "1"}

RESOURCES: dict[str, dict[str, Any]] = {
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
}

VERDICT = {"path": "jgdm", "done": ["00"], "empty": ["01"], "refused": ["02"]}

OPERATIONS: dict[str, Any] = {
    "population": {
        "path": "/rkk/cxry",
        "request": {"gmsfhm": "{number}"},
        "verdict": VERDICT,
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
        "verdict": VERDICT,
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

AUTH = {
    "style": "hmac-sha256",
    "sign": "onedoor\n{timestamp_ms}\n{nonce}\n{method}\n{path}\n{body_sha256}",
    "headers": {
        "X-Appid": "onedoor",
        "X-Timestamp": "{timestamp_ms}",
        "X-Nonce": "{nonce}",
        "X-Sign": "{signature}",
    },
}


def connector(base_url: str, **options: Any) -> dict[str, Any]:
    return http(base_url, AUTH, OPERATIONS, **options)
