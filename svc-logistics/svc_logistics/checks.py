"""What svc-logistics proves: no step has two parcels or bills, no bill is paid twice, no money is unaccounted for."""

from sqlalchemy import exists, select

from chassis.verification import counted, doubled, never
from svc_logistics.models import Bill, Parcel, Payment, PaymentReport

_PAID = (Payment.bill_id == Bill.id) & (Payment.state == "paid")
_REPORTED = exists().where(PaymentReport.provider_no == Payment.provider_no, PaymentReport.state == "paid")

checks = [
    counted("parcels", select(Parcel.id)),
    counted("arrived", select(Parcel.id).where(Parcel.arrived_at.is_not(None))),
    counted("bills", select(Bill.id)),
    counted("paid", select(Bill.id).where(Bill.state == "paid")),
    doubled("parcels for one step", Parcel.request_id),
    doubled(
        "parcels with the same contents for one case",
        Parcel.case_id,
        Parcel.purpose,
        Parcel.direction,
        Parcel.contents,
        where=Parcel.cancelled_at.is_(None),
    ),
    doubled("waybills of two parcels", Parcel.waybill_no, where=Parcel.waybill_no.is_not(None)),
    doubled("bills for one step", Bill.request_id),
    doubled("bills for the same thing", Bill.case_id, Bill.kind, Bill.reference, where=Bill.state != "cancelled"),
    doubled("bills paid twice", Payment.bill_id, where=Payment.state == "paid"),
    never("paid bills without a payment", select(Bill.id).where(Bill.state == "paid", ~exists().where(_PAID))),
    never("payments of bills that are not paid", select(Bill.id).where(Bill.state != "paid", exists().where(_PAID))),
    never("payments of another amount", select(Payment.id).join(Bill, _PAID).where(Payment.amount != Bill.amount)),
    never("payments that the provider does not know of", select(Payment.id).where(Payment.state == "paid", ~_REPORTED)),
    never("reported payments that were not settled", select(Payment.id).where(Payment.settled_at.is_(None), _REPORTED)),
]
