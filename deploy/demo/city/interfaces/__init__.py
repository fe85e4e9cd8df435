"""The departments' data and interfaces in OneDoor's terms, a file each: bodies of svc-sharing's PUT and POST."""

from demo.city.interfaces import hospital, insurance, marriage, population, social_security, vaccination
from demo.city.interfaces.departments import (
    CIVIL_AFFAIRS,
    DISEASE_CONTROL,
    HOSPITAL,
    HUMAN_RESOURCES,
    MEDICAL_INSURANCE,
    POLICE,
    SERVICE_ADMINISTRATION,
)
from demo.city.interfaces.grants import GRANTS, ISSUERS
from demo.city.interfaces.over_http import http
from demo.city.interfaces.resources import RESOURCES

__all__ = [
    "CIVIL_AFFAIRS",
    "DISEASE_CONTROL",
    "GRANTS",
    "HOSPITAL",
    "HUMAN_RESOURCES",
    "ISSUERS",
    "MEDICAL_INSURANCE",
    "POLICE",
    "RESOURCES",
    "SERVICE_ADMINISTRATION",
    "hospital",
    "http",
    "insurance",
    "marriage",
    "population",
    "social_security",
    "vaccination",
]
