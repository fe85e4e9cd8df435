"""Addresses that are the same for everybody. Those of one case, bill or parcel come with its view."""

from enum import StrEnum


class At(StrEnum):
    HOME = "/"
    SERVICES = "/services"
    SEARCH = "/search"
    HELP = "/help"
    ACCESSIBILITY = "/accessibility"
    API_REFERENCE = "/docs"
    SIGN_IN = "/session/start"
    SIGN_OUT = "/session/end"
    IDENTITY = "/identity"
    LETTERS = "/letters"
    LANGUAGE = "/language"
    CASES = "/cases"
    LICENCES = "/licences"
    VERIFY = "/verify"
    DATA = "/data"
    PARCELS = "/parcels"
    BILLS = "/bills"
    MESSAGES = "/messages"
    INBOX = "/staff/inbox"
    WORK_ORDERS = "/staff/work-orders"
    STATIC = "/static"
