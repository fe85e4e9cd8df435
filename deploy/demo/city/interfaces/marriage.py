"""The register of marriages, reached over SQL."""

from typing import Any

from demo.city.interfaces.departments import CIVIL_AFFAIRS

RESOURCES: dict[str, dict[str, Any]] = {
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
}

OPERATIONS: dict[str, Any] = {
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


def connector(host: str, port: int, **options: Any) -> dict[str, Any]:
    """`port`: of the city's PostgreSQL server."""
    return {
        "kind": "sql",
        "host": host,
        "port": port,
        "database": "demo_marriage",
        "user": "demo_marriage_reader",
        "operations": OPERATIONS,
        **options,
    }
