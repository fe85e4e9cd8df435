"""A clerk's morning."""

from dataclasses import replace
from datetime import date

from gateway.portal.views import staff
from gateway.portal.views.apply import FactName, Marriage
from gateway.portal.views.cases import Excluded, Note, NoteCode
from gateway.portal.views.codes import Card, DeskState, WorkOrderState
from gateway.portal.views.feedback import Level
from gateway.portal.views.frame import Flash
from gateway.portal.views.parts import Fact, Flaw, FlawCode, Form, Limit, LimitUnit, Link, Option, Pages, Tab
from gateway.portal.views.staff import Clock, ClockKind, Decision
from portal_samples.cases import STORY
from portal_samples.people import at, clerk, data_officer


def line(number: int, state: DeskState, **more: object) -> staff.InboxLine:
    full = f"440199-2026-{number:06}"
    view = staff.InboxLine(number=full, href=f"/staff/tasks/{number}", item="出生登记", state=state, clock=None)
    return replace(view, **more)


def tabs(current: staff.InboxTab) -> tuple[Tab, ...]:
    counts = (18, 6, 3, 40)
    return tuple(
        Tab(tab, f"/staff/inbox?tab={tab}", count, tab is current)
        for tab, count in zip(staff.InboxTab, counts, strict=True)
    )


INBOX = staff.Inbox(
    post="户政岗",
    tabs=tabs(staff.InboxTab.ALL),
    items=(Option("birth-registration", "出生登记"),),
    filters=Form("/staff/inbox", {"tab": "all"}),
    lines=(
        line(
            98,
            DeskState.UNDER_REVIEW,
            clock=Clock(ClockKind.DECIDE, date(2026, 3, 10), late=True),
            card=Card.RED,
            holder=staff.Holder.YOU,
        ),
        line(
            123,
            DeskState.TO_ACCEPT,
            clock=Clock(ClockKind.ACCEPT, at(11, 17, 0)),
            claim=Form("/staff/tasks/123/claim"),
            card=Card.REMINDER,
        ),
        line(119, DeskState.UNDER_REVIEW, clock=Clock(ClockKind.DECIDE, date(2026, 3, 12)), holder=staff.Holder.YOU),
        line(117, DeskState.TO_RECEIVE, clock=None, claim=Form("/staff/tasks/117/claim")),
        line(102, DeskState.SPECIAL_PROCEDURE, holder=staff.Holder.YOU),
    ),
    pages=Pages(next_at="/staff/inbox?after=x"),
)
DONE = replace(
    INBOX,
    tabs=tabs(staff.InboxTab.DONE),
    filters=Form("/staff/inbox", {"tab": "done"}),
    lines=tuple(line(number, DeskState.DONE, holder=one) for number, one in enumerate(staff.Holder, start=90)),
    pages=Pages(),
)
PAST = "/staff/tasks/123"


def choice(decision: Decision, *flaws: Flaw, **given: str) -> staff.Choice:
    return staff.Choice(decision=decision, form=Form(f"{PAST}/{decision}", given, flaws))


CASE = staff.StaffCase(
    number="440199-2026-000123",
    item="出生登记",
    applicant="周予宁",
    state=DeskState.TO_ACCEPT,
    card=Card.REMINDER,
    clock=Clock(ClockKind.ACCEPT, at(11, 17, 0)),
    promised=Limit(unit=LimitUnit.WORKING_DAYS, amount=3),
    statutory=Limit(unit=LimitUnit.WORKING_DAYS, amount=20),
    excluded=(),
    answers=(
        Fact(label=FactName.CHILD_NAME, value="周予宁"),
        Fact(label=FactName.HOUSEHOLD, value="随母亲，云溪区听雨巷 7 号 2 栋 301"),
        Fact(label=FactName.PHONE, value="139 0000 0000"),
    ),
    exchanges=(
        staff.Exchange(
            register="婚姻登记",
            department="云溪市民政局",
            at=at(6, 10, 2),
            facts=(Fact(label=FactName.MARRIAGE, value=Marriage.REGISTERED),),
        ),
        staff.Exchange(
            register="出生医学证明",
            department="云溪市妇幼保健院",
            at=at(6, 10, 2),
            facts=(),
            trouble="授权在 3月10日到期，没有取到。",
            retry=Form(f"{PAST}/exchanges/2/retry"),
        ),
    ),
    notes=(Note(NoteCode.CLOCK_STARTS_WHEN_ACCEPTED),),
    stages=STORY[:2],
    choices=(
        choice(Decision.ACCEPT),
        choice(Decision.SUPPLEMENT),
        choice(Decision.REFUSE_TO_ACCEPT),
    ),
    refusal_grounds=(
        Option("not-ours", "不属于本机关职权范围", "《行政许可法》第三十二条第一款第二项"),
        Option("conditions", "不符合受理条件", "《户口登记条例》第七条"),
    ),
    special_kinds=(Option("appraisal", "鉴定"), Option("review", "专家评审")),
    askable=(Option("child_name", "宝宝姓名"), Option("household", "随谁落户")),
    inbox_at="/staff/inbox",
    next=Link("440199-2026-000119", "/staff/tasks/119"),
)
COMPOSING = replace(
    CASE,
    choices=(
        choice(Decision.ACCEPT),
        choice(Decision.SUPPLEMENT, Flaw("why-1", FlawCode.REASON_MISSING), **{"what-1": "household"}),
        choice(Decision.REFUSE_TO_ACCEPT),
    ),
)
REVIEW = replace(
    CASE,
    state=DeskState.UNDER_REVIEW,
    card=None,
    clock=Clock(ClockKind.DECIDE, date(2026, 3, 13)),
    promised=Limit(unit=LimitUnit.WORKING_DAYS, amount=3, due=date(2026, 3, 13), used=1, excluded=2),
    excluded=(Excluded("亲子关系鉴定", 2),),
    notes=(),
    choices=(choice(Decision.APPROVE), choice(Decision.SPECIAL), choice(Decision.REFUSE)),
)
UNCLAIMED = replace(CASE, choices=(choice(Decision.CLAIM), choice(Decision.RECEIVE)))
ORDERS = staff.WorkOrders(
    tabs=(
        Tab(WorkOrderState.OPEN, "/staff/work-orders", 2, True),
        Tab(WorkOrderState.ANSWERED, "/staff/work-orders?tab=answered", 31),
    ),
    orders=(
        staff.WorkOrderLine(
            number="440199-2026-000071",
            href="/staff/work-orders/71",
            item="出生登记",
            level=Level.VERY_DISSATISFIED,
            state=WorkOrderState.LATE,
            opened_on=date(2026, 3, 2),
            due=date(2026, 3, 9),
        ),
        staff.WorkOrderLine(
            number="440199-2026-000088",
            href="/staff/work-orders/74",
            item="户口迁移",
            level=Level.DISSATISFIED,
            state=WorkOrderState.OPEN,
            opened_on=date(2026, 3, 10),
            due=date(2026, 3, 17),
        ),
    ),
)
ORDER = staff.WorkOrderPage(
    item="户口迁移",
    case_number="440199-2026-000088",
    level=Level.DISSATISFIED,
    reasons=("太慢了", "让我重复提交材料"),
    words="跑了两趟，第二次才说要复印件。",
    state=WorkOrderState.OPEN,
    opened_at=at(10, 18, 2),
    due=date(2026, 3, 17),
    late=False,
    form=Form("/staff/work-orders/74"),
)

PAGES = {
    "desk": (staff.Desk(roles=(staff.StaffRole.DATA, staff.StaffRole.SUPERVISOR)), data_officer("/staff")),
    "desk-no-roles": (staff.Desk(roles=()), data_officer("/staff")),
    "inbox": (INBOX, clerk("/staff/inbox")),
    "inbox-done": (DONE, clerk("/staff/inbox")),
    "inbox-done-empty": (replace(DONE, lines=()), clerk("/staff/inbox")),
    "inbox-empty": (replace(INBOX, lines=()), clerk("/staff/inbox")),
    "staff-case": (CASE, clerk(PAST)),
    "staff-case-composing": (COMPOSING, clerk(PAST)),
    "staff-case-review": (REVIEW, clerk(PAST, Flash.DECIDED)),
    "staff-case-unclaimed": (UNCLAIMED, clerk(PAST)),
    "staff-case-special": (
        replace(REVIEW, state=DeskState.SPECIAL_PROCEDURE, clock=None, choices=(choice(Decision.END_SPECIAL),)),
        clerk(PAST),
    ),
    "staff-case-done": (replace(REVIEW, state=DeskState.DONE, choices=(), next=None), clerk(PAST)),
    "work-orders": (ORDERS, clerk("/staff/work-orders")),
    "work-orders-empty": (replace(ORDERS, orders=()), clerk("/staff/work-orders")),
    "work-order": (ORDER, clerk("/staff/work-orders/74")),
    "work-order-answered": (
        replace(
            ORDER,
            state=WorkOrderState.ANSWERED,
            answered_at=at(11, 9, 0),
            answer="对不起，让您多跑了一趟。窗口已经改成一次说清楚要什么。",
        ),
        clerk("/staff/work-orders/74", Flash.ANSWERED),
    ),
}
