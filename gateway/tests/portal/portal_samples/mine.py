"""Licences, data, parcels, bills and messages of the same mother."""

from dataclasses import replace
from datetime import date

from gateway.portal.views import mine
from gateway.portal.views.apply import FactName, Sex
from gateway.portal.views.codes import BillState, CorrectionState, LicenceState, ParcelState
from gateway.portal.views.parts import Fact, Flaw, FlawCode, Form, Link, Money, Pages, Tab
from portal_samples.cases import NEWBORN
from portal_samples.people import agent, at, mother, signed_out

FIELDS = (
    Fact(label=FactName.CHILD_NAME, value="周予宁"),
    Fact(label=FactName.SEX, value=Sex.FEMALE),
    Fact(label=FactName.BORN, value=at(3, 4, 26)),
    Fact(label=FactName.MOTHER, value="林晓禾"),
    Fact(label=FactName.FATHER, value="周时安"),
)
MY_LICENCES = mine.MyLicences(
    licences=(
        mine.LicenceLine(
            name="出生医学证明",
            issuer="云溪市妇幼保健院",
            state=LicenceState.VALID,
            issued_on=date(2026, 3, 5),
            href="/licences/1",
        ),
        mine.LicenceLine(
            name="居住证",
            issuer="云溪市公安局",
            state=LicenceState.EXPIRED,
            issued_on=date(2024, 11, 20),
            href="/licences/9",
        ),
    ),
    pages=Pages(next_at="/licences?after=x"),
)
LICENCE = mine.LicencePage(
    name="出生医学证明",
    number="Z440199026",
    holder="周予宁",
    issuer="云溪市妇幼保健院",
    state=LicenceState.VALID,
    fields=FIELDS,
    issued_on=date(2026, 3, 5),
    valid_until=None,
    form=Form("/licences/1/code"),
    download_at="/licences/1/signed",
)
SHOWN = replace(LICENCE, show=mine.ShowCode(code="7KQM 4F2X", until=at(11, 9, 30)))
VERIFIED = mine.Verified(
    name="出生医学证明",
    issuer="云溪市妇幼保健院",
    state=LicenceState.VALID,
    fields=FIELDS[:2],
    checked_at=at(11, 9, 20),
)
VERIFY = mine.VerifyLicence(form=Form("/verify"))
USES = (
    mine.DataUse(
        department="云溪市医疗保障局",
        what=("宝宝的身份号码", "出生日期"),
        purpose="居民医保参保",
        at=at(11, 8, 31),
        source="云溪市公安局",
        grant="F39D39A62A4F",
    ),
    mine.DataUse(
        department="云溪市公安局",
        what=("婚姻状况",),
        purpose="出生登记",
        at=at(6, 10, 2),
        source="云溪市民政局",
        grant="ADD13D941FF9",
    ),
    mine.DataUse(
        department="云溪市政务服务和数据管理局",
        what=("手机号码",),
        purpose="发送办件通知",
        at=at(5, 9, 40),
        source="申请表（本人填写）",
        grant=None,
    ),
)


def data(tab: mine.DataTab, **lists: object) -> mine.MyData:
    tabs = tuple(Tab(one, f"/data?tab={one}", None, one is tab) for one in mine.DataTab)
    return replace(mine.MyData(tab=tab, tabs=tabs), **lists)


CORRECTIONS = (
    mine.MyCorrection(
        fact="户籍地址",
        register="人口库",
        statement="应该是云溪区松风路 81 号",
        sent_on=date(2026, 3, 5),
        state=CorrectionState.CORRECTED,
        answer="您说得对，已经改好。",
        due=date(2026, 3, 19),
    ),
    mine.MyCorrection(
        fact="结婚登记日期",
        register="婚姻登记",
        statement="应该是 2023年5月20日",
        sent_on=date(2026, 3, 11),
        state=CorrectionState.SENT,
        due=date(2026, 3, 25),
    ),
)
MY_PARCELS = mine.MyParcels(
    parcels=(
        mine.ParcelLine(
            what="社会保障卡",
            direction=mine.Direction.OUT,
            state=ParcelState.READY_FOR_PICKUP,
            href="/parcels/8",
            at=at(11, 7, 50),
        ),
        mine.ParcelLine(
            what="户口簿", direction=mine.Direction.IN, state=ParcelState.DELIVERED, href="/parcels/6", at=at(7, 11, 30)
        ),
    )
)
PICKUP = mine.ParcelPage(
    what="社会保障卡",
    direction=mine.Direction.OUT,
    state=ParcelState.READY_FOR_PICKUP,
    waybill="YX000000000087",
    case=NEWBORN,
    traces=(
        mine.Trace(ParcelState.READY_FOR_PICKUP, at(11, 7, 50)),
        mine.Trace(ParcelState.OUT_FOR_DELIVERY, at(11, 7, 2)),
        mine.Trace(ParcelState.PICKED_UP, at(10, 17, 15)),
    ),
    pickup=mine.PickUp(
        code="48151623", place="云江区政务服务中心", address="云江区望江路 15 号", hours="周一至周五 9:00-17:00"
    ),
)
COLLECT = replace(
    PICKUP, what="户口簿", direction=mine.Direction.IN, state=ParcelState.CREATED, pickup=None, waybill=None, traces=()
)
ON_THE_WAY = replace(PICKUP, state=ParcelState.OUT_FOR_DELIVERY, pickup=None)
BILL = mine.BillPage(
    what="城乡居民医保费",
    amount=Money(40000),
    state=BillState.DUE,
    number="01a206e8-55af",
    case=NEWBORN,
    issued_on=date(2026, 3, 9),
    form=Form("/bills/88/payments"),
)
PAID = replace(BILL, state=BillState.PAID, paid_at=at(11, 9, 18))
MY_BILLS = mine.MyBills(
    bills=(
        mine.BillLine(what=BILL.what, amount=BILL.amount, state=BillState.DUE, on=BILL.issued_on, href="/bills/88"),
        mine.BillLine(what="工本费", amount=Money(1250), state=BillState.PAID, on=date(2025, 11, 1), href="/bills/3"),
    )
)
MESSAGES = mine.Messages(
    read_all=Form("/messages/read"),
    messages=(
        mine.MessageLine(
            title="请换一张社会保障卡制卡照片",
            text="云溪市人力资源和社会保障局：请看详情。",
            at=at(10, 15, 12),
            href="/messages/31",
            unread=True,
        ),
        mine.MessageLine(
            title="周予宁的户口已登记",
            text="云溪市公安局：请看详情。",
            at=at(10, 16, 40),
            href="/messages/30",
            unread=True,
        ),
        mine.MessageLine(
            title="申请已提交，编号 440199-2026-000123",
            text="一门：请看详情。",
            at=at(5, 9, 40),
            href="/messages/22",
            unread=False,
        ),
    ),
)
MESSAGE = mine.MessagePage(
    title="请换一张社会保障卡制卡照片",
    at=at(10, 15, 12),
    paragraphs=(
        "您好，制卡照片太暗，制卡机认不出来。",
        "请在亮一点的地方再拍一张，白底，五官清楚。其他部门都没有停下来。",
    ),
    act=Link("现在补正", "/cases/440199-2026-000123/supplements/1"),
)

PAGES = {
    "my-licences": (MY_LICENCES, mother("/licences")),
    "my-licences-empty": (mine.MyLicences(licences=()), agent("/licences")),
    "licence": (LICENCE, mother("/licences/1")),
    "licence-code": (SHOWN, mother("/licences/1")),
    "verify": (VERIFY, signed_out("/verify")),
    "verify-wrong": (
        mine.VerifyLicence(form=Form("/verify", {"code": "AAAA"}, (Flaw("code", FlawCode.CODE_NOT_VALID),))),
        signed_out("/verify"),
    ),
    "verify-genuine": (replace(VERIFY, verified=VERIFIED), signed_out("/verify")),
    "verify-revoked": (replace(VERIFY, verified=replace(VERIFIED, state=LicenceState.REVOKED)), signed_out("/verify")),
    "my-data": (data(mine.DataTab.USES, uses=USES, pages=Pages(next_at="/data?after=x")), mother("/data")),
    "my-data-corrections": (data(mine.DataTab.CORRECTIONS, corrections=CORRECTIONS), mother("/data")),
    "my-data-empty": (data(mine.DataTab.USES), mother("/data")),
    "my-parcels": (MY_PARCELS, mother("/parcels")),
    "my-parcels-empty": (mine.MyParcels(parcels=()), mother("/parcels")),
    "parcel-pickup": (PICKUP, mother("/parcels/8")),
    "parcel-collect": (COLLECT, mother("/parcels/6")),
    "parcel-on-the-way": (ON_THE_WAY, mother("/parcels/7")),
    "my-bills": (MY_BILLS, mother("/bills")),
    "my-bills-empty": (mine.MyBills(bills=()), mother("/bills")),
    "bill": (BILL, mother("/bills/2026-88")),
    "bill-paying": (replace(BILL, state=BillState.PAYING), mother("/bills/2026-88")),
    "bill-paid": (PAID, mother("/bills/2026-88")),
    "hand-over": (
        mine.HandOver(
            to="云溪通付",
            what=BILL.what,
            amount=BILL.amount,
            go_at="https://pay.example/2026-88",
            again_at="/bills/88/payments/1",
            back_at="/bills/2026-88",
        ),
        mother("/bills/2026-88"),
    ),
    "messages": (MESSAGES, mother("/messages")),
    "messages-empty": (replace(MESSAGES, messages=()), mother("/messages")),
    "message": (MESSAGE, mother("/messages/31")),
}
