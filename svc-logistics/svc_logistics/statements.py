"""What svc-logistics says to its database most often, made once: what a statement costs is for the most part its making."""

from sqlalchemy import Table, bindparam, case, exists, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.dialects.postgresql.dml import Insert

from contracts.events.logistics import ParcelState
from svc_logistics.models import (
    Address,
    AddressUse,
    Base,
    Bill,
    CarrierReport,
    DepartmentAddress,
    Hall,
    Parcel,
    Payment,
    PaymentReport,
)

ORDERED = "ordered"
"""Of a parcel that the carrier does not know of yet."""
PARCEL, ADDRESS, OFFICE, HALL = (
    Base.metadata.tables[model.__tablename__] for model in (Parcel, Address, DepartmentAddress, Hall)
)
BILL, PAYMENT = (Base.metadata.tables[model.__tablename__] for model in (Bill, Payment))


def _new(table: Table, *columns: str) -> Insert:
    return insert(table).values({name: bindparam(name) for name in columns}).on_conflict_do_nothing()


# Parcels
PLACES = select(
    select(ADDRESS.c.person_id).where(ADDRESS.c.id == bindparam("address")).scalar_subquery().label("owner"),
    exists().where(OFFICE.c.department == bindparam("department")).label("is_office"),
    exists().where(HALL.c.code == bindparam("hall")).label("is_hall"),
)
"""Whose the address is; whether there are such a department's address and such a hall."""
PARCEL_COLUMNS = (
    "id", "request_id", "case_id", "case_number", "person_id", "purpose", "direction", "contents", "department",
    "address_id", "handover", "hall_code", "state", "sequence", "state_at", "pick_up_code", "pick_up_hash",
)  # fmt: skip
NEW_PARCEL = _new(PARCEL, *PARCEL_COLUMNS).returning(PARCEL.c.id)
NEW_USES = insert(AddressUse)
ORDER = (
    select(
        PARCEL.c.id,
        PARCEL.c.direction,
        PARCEL.c.handover,
        PARCEL.c.cancelled_at,
        PARCEL.c.waybill_no,
        ADDRESS.c.recipient,
        ADDRESS.c.phone,
        ADDRESS.c.division,
        ADDRESS.c.street,
        OFFICE.c.name.label("office"),
        OFFICE.c.phone.label("office_phone"),
        OFFICE.c.street.label("office_street"),
    )
    .select_from(PARCEL)
    .join(ADDRESS, ADDRESS.c.id == PARCEL.c.address_id)
    .join(OFFICE, OFFICE.c.department == PARCEL.c.department)
    .where(PARCEL.c.id == bindparam("parcel"))
)
"""What the carrier is told of a parcel."""
_IS_NEW = PARCEL.c.state == ORDERED
TAKEN_ON = (
    update(PARCEL)
    .where(PARCEL.c.id == bindparam("parcel"), PARCEL.c.waybill_no.is_(None))
    .values(
        waybill_no=bindparam("number"),
        state=case((_IS_NEW, literal(ParcelState.CREATED.value)), else_=PARCEL.c.state),
        state_at=case((_IS_NEW, func.now()), else_=PARCEL.c.state_at),
    )
    .returning(
        PARCEL.c.id, PARCEL.c.case_id, PARCEL.c.request_id, PARCEL.c.person_id, PARCEL.c.direction, PARCEL.c.contents
    )
)
REPORTED = (
    select(Parcel)
    .where(or_(Parcel.waybill_no == bindparam("number"), Parcel.id == bindparam("parcel")))
    .with_for_update()
)
NEW_REPORT = _new(
    Base.metadata.tables["carrier_report"], "event_id", "parcel_id", "waybill_no", "code", "sequence", "at"
)
REPORTS = select(CarrierReport.sequence, CarrierReport.at, CarrierReport.code).where(
    CarrierReport.parcel_id == bindparam("parcel")
)

# Bills
BILL_COLUMNS = (
    "id", "request_id", "case_id", "case_number", "payer_id", "kind", "reference", "amount", "state"
)  # fmt: skip
NEW_BILL = _new(BILL, *BILL_COLUMNS).returning(BILL.c.id)
NEW_PAYMENT_REPORT = _new(Base.metadata.tables["payment_report"], "event_id", "provider_no", "state", "amount")
UNPAID = select(Payment).where(Payment.bill_id == bindparam("bill"), Payment.state.in_(["requested", "waiting"]))
TO_PAY = (
    select(PAYMENT.c.provider_no, PAYMENT.c.amount, BILL.c.kind, BILL.c.id.label("bill_id"))
    .join(BILL, BILL.c.id == PAYMENT.c.bill_id)
    .where(PAYMENT.c.id == bindparam("payment"))
)
"""What the provider is told of a payment."""
SAME_PAYMENT = (
    select(Payment, Bill)
    .join(Bill, Bill.id == Payment.bill_id)
    .where(Payment.provider_no == bindparam("number"))
    .with_for_update()
)
SAID_PAID = (
    select(PaymentReport.amount)
    .where(PaymentReport.provider_no == bindparam("number"), PaymentReport.state == "paid")
    .limit(1)
)
