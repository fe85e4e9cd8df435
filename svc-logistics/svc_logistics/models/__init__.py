"""Tables of svc-logistics."""

from svc_logistics.models.addresses import Address, AddressUse, DepartmentAddress, Hall
from svc_logistics.models.base import Base
from svc_logistics.models.bills import Bill, Payment, PaymentReport
from svc_logistics.models.parcels import CarrierReport, Parcel

__all__ = [
    "Address",
    "AddressUse",
    "Base",
    "Bill",
    "CarrierReport",
    "DepartmentAddress",
    "Hall",
    "Parcel",
    "Payment",
    "PaymentReport",
]
