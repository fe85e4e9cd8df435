"""What svc-profile proves: nobody is told the same thing twice, and what ended no longer waits for anybody."""

from sqlalchemy import exists, select

from chassis.verification import counted, doubled, never
from svc_profile.models import BillCard, CaseCard, CasePerson, Delivery, Message, Reminder, Waiting

_SILENCED = select(CaseCard.id).where(CaseCard.silenced)

checks = [
    counted("messages", select(Message.id)),
    counted("cases", select(CaseCard.id).where(CaseCard.case_number.is_not(None))),
    counted("reminders", select(Reminder.id)),
    doubled("messages sent twice", Message.source, Message.person_id, Message.kind),
    doubled(
        "messages that say the same",
        Message.person_id,
        Message.case_id,
        Message.kind,
        Message.link,
        Message.parameters,
        where=Message.case_id.is_not(None)
        & Message.kind.in_(["case-submitted", "case-closed", "bill-issued", "bill-paid"]),
    ),
    doubled("reminders set twice", Reminder.person_id, Reminder.source),
    doubled("things waiting twice", Waiting.id, Waiting.person_id),
    never(
        "messages on their way that nobody knows",
        select(Delivery.message_id).where(~exists().where(Message.id == Delivery.message_id)),
    ),
    never("cases that concern nobody", select(CaseCard.id).where(~exists().where(CasePerson.case_id == CaseCard.id))),
    never(
        "paid bills that still wait",
        select(Waiting.id).join(BillCard, BillCard.id == Waiting.id).where(BillCard.state != "open", ~Waiting.done),
    ),
    never(
        "reminders about the dead", select(Reminder.id).where(Reminder.state == "set", Reminder.case_id.in_(_SILENCED))
    ),
]
