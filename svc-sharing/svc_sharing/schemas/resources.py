"""Resources and connectors as they are configured."""

from datetime import datetime
from typing import Self

from pydantic import Field, SecretStr, field_validator, model_validator

from chassis.identifiers import CreditCode
from chassis.schemas import Answer, Body, example
from svc_sharing.connectors import ConnectorConfig
from svc_sharing.rules import ResourceKind, SharingType
from svc_sharing.schemas.grants import Code, FieldName, Words


class ResourceIn(Body):
    model_config = example(
        {
            "name": "出生医学信息",
            "department": "12440199MB2Y00048J",
            "department_name": "云溪市妇幼保健院",
            "kind": "query",
            "sharing_type": "conditional",
            "fields": ["delivery_no", "birth_order", "child_sex", "born_at"],
            "record_key_fields": ["delivery_no", "birth_order"],
            "connector": "hospital",
            "legal_basis": "母婴保健法",
        }
    )
    name: Words = Field(min_length=2, max_length=100)
    department: CreditCode = Field(description="Who holds the data")
    department_name: Words = Field(min_length=2, max_length=100)
    kind: ResourceKind
    sharing_type: SharingType
    fields: list[FieldName] = Field(min_length=1, max_length=100)
    record_key_fields: list[FieldName] = Field(
        default=[], max_length=10, description="What identifies a record; its opaque key is made of them"
    )
    result_codes: list[FieldName] = Field(
        default=[], max_length=20, description="Fields without personal values that a step's result may carry"
    )
    connector: Code | None = None
    legal_basis: Words = Field(default="", max_length=500)

    @model_validator(mode="after")
    def _names_its_own_fields(self) -> Self:
        known = set(self.fields)
        if not known.issuperset([*self.record_key_fields, *self.result_codes]):
            raise ValueError("record_key_fields and result_codes must be among the fields")
        return self


class ResourceOut(Answer):
    code: str
    name: str
    department: str
    department_name: str
    kind: str
    sharing_type: str
    fields: list[str]
    record_key_fields: list[str]
    result_codes: list[str]
    connector: str | None
    legal_basis: str
    withdrawn: bool
    changed_at: datetime


class ConnectorIn(Body):
    model_config = example(
        {
            "config": {
                "kind": "sql",
                "host": "127.0.0.1",
                "port": 8100,
                "database": "demo_marriage",
                "user": "demo_marriage_reader",
                "operations": {
                    "marriage": {
                        "statement": "SELECT wife_name AS spouse_name FROM v_marriage WHERE husband_number = $1",
                        "parameters": ["number"],
                    }
                },
            },
            "secret": "…",
        }
    )
    config: ConnectorConfig
    secret: SecretStr | None = Field(
        default=None, max_length=4000, description="Sealed at rest and never answered; left out, the one before stays"
    )

    @field_validator("config")
    @classmethod
    def _can_be_kept(cls, config: ConnectorConfig) -> ConnectorConfig:
        if "\\u0000" in config.model_dump_json():
            raise ValueError("null characters cannot be kept")
        return config


class ConnectorOut(Answer):
    code: str
    config: dict[str, object]
    has_secret: bool
    changed_at: datetime
