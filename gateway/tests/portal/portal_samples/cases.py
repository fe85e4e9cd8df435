"""A case on its seventh day, one that ended badly, and everything around them."""

from dataclasses import replace
from datetime import date, datetime

from gateway.portal.views import cases
from gateway.portal.views.apply import FactName
from gateway.portal.views.cases import Action, Lane, Note, NoteCode, Stage, StageName
from gateway.portal.views.codes import BranchState, CaseState
from gateway.portal.views.frame import Flash
from gateway.portal.views.parts import CaseRef, Fact, Flaw, FlawCode, Form, Limit, LimitUnit, Link, Option, Pages, Tab
from portal_samples.people import CITY, at, mother

NEWBORN = CaseRef("440199-2026-000123", "新生儿出生一件事", "/cases/440199-2026-000123")


def days(amount: int, due: int, **more: int) -> Limit:
    return Limit(unit=LimitUnit.WORKING_DAYS, amount=amount, due=date(2026, 3, due), **more)


VACCINATION = Lane(
    name="预防接种证",
    department="云溪市疾病预防控制中心",
    state=BranchState.DONE,
    at=at(6, 10, 5),
    limit=days(1, 9, used=1),
)
REGISTRATION = Lane(
    name="出生登记",
    department="云溪市公安局",
    state=BranchState.DONE,
    at=at(10, 16, 40),
    limit=days(3, 12, used=2, excluded=2),
    excluded=(cases.Excluded("亲子关系鉴定", 2),),
    link=Link(Action.SEE_LICENCE, "/licences/2"),
)
INSURANCE = Lane(
    name="居民医保",
    department="云溪市医疗保障局",
    state=BranchState.DELAYED,
    limit=days(5, 18, used=1),
    notes=(Note(NoteCode.DEPARTMENT_IS_BUSY, {"department": "云溪市医疗保障局"}), Note(NoteCode.PAY_FIRST)),
    link=Link(Action.PAY, "/bills/2026-88"),
)
CARD = Lane(
    name="社会保障卡",
    department="云溪市人力资源和社会保障局",
    state=BranchState.SUPPLEMENT,
    notes=(
        Note(NoteCode.ASKED_FOR, {"what": "制卡照片", "due": date(2026, 3, 18)}),
        Note(NoteCode.CLOCK_STARTS_WHEN_ACCEPTED),
    ),
    link=Link(Action.SUPPLY, "/cases/440199-2026-000123/supplements/1"),
)
STORY = (
    Stage(
        name=StageName.SUBMITTED,
        state=BranchState.DONE,
        at=at(5, 9, 40),
        notes=(Note(NoteCode.OTHER_PARENT_AGREED, {"who": "周时安", "at": at(5, 9, 10)}),),
    ),
    Stage(
        name="出生医学证明",
        state=BranchState.DONE,
        lanes=(
            Lane(
                name="出生医学证明",
                department="云溪市妇幼保健院",
                state=BranchState.DONE,
                at=at(5, 14, 20),
                link=Link(Action.SEE_LICENCE, "/licences/1"),
            ),
        ),
    ),
    Stage(
        name=StageName.TOGETHER,
        given={"departments": 4},
        state=BranchState.ACCEPTED,
        lanes=(VACCINATION, REGISTRATION, INSURANCE, CARD),
    ),
    Stage(
        name=StageName.PARCEL_OUT,
        state=BranchState.NOT_STARTED,
        notes=(Note(NoteCode.DELIVERED_TO, {"where": "云溪区听雨巷 7 号 2 栋 301"}),),
    ),
    Stage(name=StageName.RATING, state=BranchState.NOT_STARTED, notes=(Note(NoteCode.RATE_WHEN_CLOSED),)),
)
LOOKS = (
    cases.Look(department="云溪市医疗保障局", what=("宝宝的身份号码",), purpose="居民医保", at=at(11, 8, 31)),
    cases.Look(department="云溪市公安局", what=("婚姻状况", "出生医学证明"), purpose="出生登记", at=at(6, 10, 2)),
)
CASE = cases.CasePage(
    case=NEWBORN,
    children=("周予宁",),
    state=CaseState.NEEDS_YOU,
    submitted_at=at(5, 9, 40),
    stages=STORY,
    needs=(
        cases.Need(
            what="请换一张制卡照片",
            why="照片太暗，制卡机认不出来。",
            only_stops="社会保障卡",
            due=date(2026, 3, 18),
            href="/cases/440199-2026-000123/supplements/1",
        ),
    ),
    promised=days(10, 19),
    looks=LOOKS,
    looks_total=7,
    looks_at="/data?case=440199-2026-000123",
    answers=(
        Fact(label=FactName.CHILD_NAME, value="周予宁"),
        Fact(label=FactName.HOUSEHOLD, value="随母亲，云溪区听雨巷 7 号 2 栋 301"),
        Fact(label=FactName.CLINIC, value="听雨社区卫生服务中心"),
    ),
    live_at="/cases/440199-2026-000123/events",
    withdraw_at="/cases/440199-2026-000123/withdrawal",
    help_phone="12345",
)
CLOSED = replace(
    CASE,
    state=CaseState.CLOSED,
    needs=(),
    withdraw_at=None,
    rate_at="/ratings/r7",
    live_at=None,
    results=(
        Link("出生医学证明", "/licences/1"),
        Link("户口登记和身份号码", "/licences/2"),
        Link("社会保障卡", "/licences/3"),
    ),
    stages=(
        *STORY[:2],
        replace(
            STORY[2],
            state=BranchState.DONE,
            lanes=tuple(
                replace(lane, state=BranchState.DONE, notes=(), link=None, limit=None, at=at(11, 9, 0))
                for lane in STORY[2].lanes
            ),
        ),
        replace(STORY[3], state=BranchState.DONE, at=at(11, 9, 10), link=Link(Action.SEE_PARCEL, "/parcels/7")),
        Stage(name=StageName.CLOSED, state=BranchState.DONE, at=at(11, 9, 10)),
        replace(STORY[4], link=Link(Action.RATE, "/ratings/r7")),
    ),
)
REFUSED = replace(
    CASE,
    state=CaseState.REFUSED,
    needs=(),
    withdraw_at=None,
    live_at=None,
    stages=(
        *STORY[:2],
        Stage(
            name=StageName.TOGETHER,
            given={"departments": 4},
            state=BranchState.REFUSED,
            lanes=(
                replace(VACCINATION, notes=(Note(NoteCode.STANDS),)),
                replace(
                    REGISTRATION,
                    state=BranchState.REFUSED,
                    link=Link(Action.REMEDY, "/help/review"),
                    excluded=(),
                    limit=days(3, 10, used=3, late=True),
                    notes=(
                        Note(
                            NoteCode.REFUSED_BECAUSE,
                            {"reason": "亲子关系没有得到确认", "ground": "《户口登记条例》第七条"},
                        ),
                        Note(
                            NoteCode.REMEDY, {"remedy": "补充鉴定以后再申请，或者申请行政复议", "due": date(2026, 5, 9)}
                        ),
                    ),
                ),
                replace(
                    INSURANCE,
                    state=BranchState.CANNOT_GO_ON,
                    limit=None,
                    link=None,
                    notes=(Note(NoteCode.CANNOT_GO_ON_BECAUSE, {"what": "出生登记"}),),
                ),
                replace(
                    CARD, state=BranchState.WAITING, link=None, notes=(Note(NoteCode.WAITS_FOR, {"what": "出生登记"}),)
                ),
            ),
        ),
    ),
)


def tabs(current: cases.CaseTab, *counts: int) -> tuple[Tab, ...]:
    return tuple(
        Tab(tab, f"/cases?tab={tab}", count, tab is current) for tab, count in zip(cases.CaseTab, counts, strict=True)
    )


MY_CASES = cases.MyCases(
    tabs=tabs(cases.CaseTab.UNDER_WAY, 2, 5, 1),
    cases=(
        cases.CaseLine(
            title=NEWBORN.title,
            href=NEWBORN.href,
            number=NEWBORN.number,
            state=CaseState.NEEDS_YOU,
            on=date(2026, 3, 5),
            about="周予宁",
        ),
        cases.CaseLine(
            title="住房公积金提取",
            href="/cases/440199-2026-000201",
            number="440199-2026-000201",
            state=CaseState.UNDER_WAY,
            on=date(2026, 3, 9),
        ),
    ),
    pages=Pages(previous_at="/cases?before=x", next_at="/cases?after=x"),
)
NO_CASES = cases.MyCases(tabs=tabs(cases.CaseTab.DRAFTS, 0, 0, 0), cases=())
SUPPLEMENT = cases.SupplementPage(
    case=NEWBORN,
    item="社会保障卡",
    department="云溪市人力资源和社会保障局",
    asked_at=at(10, 15, 12),
    due=date(2026, 3, 18),
    asked=(
        cases.Asked(
            "photo", "制卡照片", "白底、五官清楚，不用太正式。请在亮一点的地方再拍一张。", cases.AnswerBy.UPLOAD
        ),
        cases.Asked("other_2", "", "请确认姓名里的“予”是“给予”的“予”。", cases.AnswerBy.TEXT),
        cases.Asked(
            "household",
            "随谁落户",
            "请再确认一次。",
            cases.AnswerBy.CHOICE,
            (Option("mother", "随母亲"), Option("father", "随父亲")),
        ),
    ),
    form=Form("/cases/440199-2026-000123/supplements/1"),
)
SUPPLEMENT_WRONG = replace(
    SUPPLEMENT,
    form=Form(
        "/cases/440199-2026-000123/supplements/1",
        {"other_2": "是给予的予"},
        (Flaw("photo", FlawCode.FILE_TYPE), Flaw("household", FlawCode.NOT_CHOSEN, {"what": "随谁落户"})),
    ),
)
WITHDRAW = cases.WithdrawPage(
    case=NEWBORN,
    stops=("居民医保", "社会保障卡"),
    stands=("出生医学证明", "预防接种证", "出生登记"),
    refund=False,
    form=Form("/cases/440199-2026-000123/withdrawal"),
)
HERE = NEWBORN.href

PAGES = {
    "my-cases": (MY_CASES, mother("/cases")),
    "my-cases-empty": (NO_CASES, mother("/cases")),
    "case": (CASE, mother(HERE)),
    "case-supplied": (replace(CASE, state=CaseState.UNDER_WAY, needs=()), mother(HERE, Flash.SUPPLEMENT_SENT)),
    "case-closed": (CLOSED, mother(HERE)),
    "case-refused": (REFUSED, mother(HERE)),
    "case-new": (
        replace(
            CASE,
            looks=(),
            needs=(),
            state=CaseState.UNDER_WAY,
            stages=STORY[:1],
            submitted_at=datetime(2025, 12, 31, 9, tzinfo=CITY),
        ),
        mother(HERE),
    ),
    "supplement": (SUPPLEMENT, mother(HERE)),
    "supplement-closed": (replace(SUPPLEMENT, open=False, supplied_at=at(11, 9, 0)), mother(HERE)),
    "supplement-wrong": (SUPPLEMENT_WRONG, mother(HERE)),
    "withdraw": (WITHDRAW, mother(HERE)),
    "withdraw-refund": (replace(WITHDRAW, refund=True, stands=()), mother(HERE)),
}
