"""The newborn application of a mother, page by page, and the father's agreement."""

from dataclasses import replace
from datetime import date

from gateway.portal.views import agreements, apply, mine
from gateway.portal.views.apply import FactName, Parent, Task, TaskLine
from gateway.portal.views.codes import AgreementState, TaskState
from gateway.portal.views.frame import Flash
from gateway.portal.views.parts import Fact, Flaw, FlawCode, Form, Limit, LimitUnit, Option, Source, View
from portal_samples.people import at, father, mother

HOSPITAL = Source("分娩记录", "云溪市妇幼保健院", at(11, 9, 12))
POLICE = Source("人口库", "云溪市公安局", at(11, 9, 12))
CIVIL_AFFAIRS = Source("婚姻登记", "云溪市民政局", at(11, 9, 12))
BASE = "/apply/newborn/7"


def line(task: Task, state: TaskState, answer: str | None = None) -> TaskLine:
    href = None if state is TaskState.NOT_YET else f"{BASE}/{task}"
    return TaskLine(task=task, state=state, href=href, answer=answer)


DRAFT = apply.Draft(
    title="新生儿出生一件事",
    tasks_at=BASE,
    saved_at=at(11, 9, 16),
    tasks=(
        line(Task.CHILD, TaskState.DONE, "一个女孩，3月3日出生"),
        line(Task.NAME, TaskState.DONE, "周予宁"),
        line(Task.HOUSEHOLD, TaskState.NOW),
        line(Task.CLINIC, TaskState.NOT_STARTED),
        line(Task.BANK, TaskState.NOT_STARTED),
        line(Task.INSURANCE, TaskState.NOT_STARTED),
        line(Task.DELIVERY, TaskState.NOT_STARTED),
        line(Task.PARENT, TaskState.WAITING_FOR_OTHER, "周时安"),
        line(Task.CHECK, TaskState.NOT_YET),
    ),
)
CHILD = apply.Child(
    1,
    (
        Fact(label=FactName.SEX, value=apply.Sex.FEMALE, source=HOSPITAL, wrong_at=f"{BASE}/wrong/sex"),
        Fact(label=FactName.BORN, value=at(3, 4, 26), source=HOSPITAL, wrong_at=f"{BASE}/wrong/born"),
        Fact(label=FactName.HOSPITAL, value="云溪市妇幼保健院", source=HOSPITAL),
    ),
)
PARENTS = (
    Fact(label=FactName.MOTHER, value="林晓禾", source=POLICE, wrong_at=f"{BASE}/wrong/mother"),
    Fact(label=FactName.FATHER, value="周时安", source=POLICE, wrong_at=f"{BASE}/wrong/father"),
    Fact(label=FactName.MARRIAGE, value=apply.Marriage.REGISTERED, source=CIVIL_AFFAIRS, corrected_since=at(11, 9, 14)),
)
HOUSEHOLDS = (
    Fact(
        label=FactName.MOTHERS_HOUSEHOLD,
        value="云溪区听雨巷 7 号 2 栋 301",
        source=POLICE,
        wrong_at=f"{BASE}/wrong/mothers-household",
    ),
    Fact(
        label=FactName.FATHERS_HOUSEHOLD,
        value="云溪区松风路 18 号",
        source=POLICE,
        wrong_at=f"{BASE}/wrong/fathers-household",
    ),
)


def form(page: Task, flaws: tuple[Flaw, ...] = (), **given: str) -> Form:
    return Form(f"{BASE}/{page}", given, flaws)


TASKS = apply.ApplyTasks(
    draft=DRAFT,
    children=("周予宁",),
    minutes=6,
    kept_until=date(2026, 5, 2),
    next_at=f"{BASE}/household",
    discard_at=f"{BASE}/discard",
)
CONFIRM_CHILD = apply.ApplyChild(
    draft=DRAFT, children=(CHILD,), parents=PARENTS, form=form(Task.CHILD), again=Form(f"{BASE}/registers")
)
TWINS = apply.ApplyChild(
    draft=DRAFT,
    children=(CHILD, replace(CHILD, order=2)),
    parents=PARENTS,
    form=form(Task.CHILD),
    again=Form(f"{BASE}/registers"),
    unanswered=("婚姻登记",),
)
SURNAMES = (Option("father", "周", "随父亲"), Option("mother", "林", "随母亲"))
NAME = apply.ApplyName(
    draft=DRAFT, orders=(1,), surnames=SURNAMES, form=form(Task.NAME, **{"surname-1": "father", "given-1": "予宁"})
)
NAME_WRONG = apply.ApplyName(
    draft=DRAFT,
    orders=(1,),
    surnames=SURNAMES,
    form=form(
        Task.NAME,
        (
            Flaw("surname-1", FlawCode.NOT_CHOSEN, {"what": "姓"}),
            Flaw("given-1", FlawCode.NAME),
        ),
        **{"given-1": "予A"},
    ),
)
HOUSEHOLD = apply.ApplyChoice(
    draft=DRAFT,
    task=Task.HOUSEHOLD,
    facts=HOUSEHOLDS,
    form=form(Task.HOUSEHOLD, household="mother"),
    options=(
        Option("mother", "随母亲", "云溪区听雨巷 7 号 2 栋 301"),
        Option("father", "随父亲", "云溪区松风路 18 号"),
    ),
)
CLINIC = apply.ApplyChoice(
    draft=DRAFT,
    task=Task.CLINIC,
    form=form(Task.CLINIC),
    options=(
        Option("c1", "听雨社区卫生服务中心", "云溪区听雨路 20 号 · 离家 600 米 · 周二、周四接种"),
        Option("c2", "望江社区卫生服务中心", "云溪区望江路 88 号 · 离家 1.8 公里 · 每天接种"),
    ),
)
BANK = apply.ApplyChoice(
    draft=DRAFT,
    task=Task.BANK,
    form=form(Task.BANK),
    options=(Option("b1", "云溪农村商业银行", "听雨巷支行"), Option("b2", "云溪银行", "望江支行")),
)
INSURANCE = apply.ApplyChoice(
    draft=DRAFT,
    task=Task.INSURANCE,
    form=form(Task.INSURANCE, insurance="d1"),
    options=(Option("d1", "云溪区", "和户口在同一个区"), Option("d2", "望江区", "父亲在这里参保")),
)
DISTRICTS = (Option("440196", "云江区"), Option("440197", "溪南区"))
ADDRESSES = (Option("a1", "云溪区听雨巷 7 号 2 栋 301", "林晓禾 · 上次用过"),)
DELIVERY = apply.ApplyDelivery(
    draft=DRAFT,
    saved=ADDRESSES,
    districts=DISTRICTS,
    form=form(Task.DELIVERY, address="a1", phone="13900000000"),
    phone_source=Source("联系方式", "您本人", at(2, 8, 0)),
)
DELIVERY_WRONG = apply.ApplyDelivery(
    draft=DRAFT,
    saved=ADDRESSES,
    districts=DISTRICTS,
    form=form(
        Task.DELIVERY,
        (Flaw("street", FlawCode.MISSING, {"what": "详细地址"}), Flaw("phone", FlawCode.PHONE, {"now": 10})),
        address="new",
        recipient="林晓禾",
        district="440196",
        phone="1390000000",
    ),
)


def parent(state: AgreementState, **more: object) -> apply.ApplyParent:
    view = apply.ApplyParent(
        draft=DRAFT,
        parent=Parent.FATHER,
        name="周时安",
        state=state,
        form=form(Task.PARENT),
        other_ways_at="/help/one-guardian",
    )
    return replace(view, **more)


ANSWERS = (
    Fact(label=FactName.CHILD_NAME, value="周予宁", change_at=f"{BASE}/name"),
    Fact(label=FactName.HOUSEHOLD, value="随母亲，云溪区听雨巷 7 号 2 栋 301", change_at=f"{BASE}/household"),
    Fact(label=FactName.CLINIC, value="听雨社区卫生服务中心", change_at=f"{BASE}/clinic"),
    Fact(label=FactName.BANK, value="云溪农村商业银行", change_at=f"{BASE}/bank"),
    Fact(label=FactName.INSURANCE, value="云溪区", change_at=f"{BASE}/insurance"),
    Fact(label=FactName.ADDRESS, value="云溪区听雨巷 7 号 2 栋 301", change_at=f"{BASE}/delivery"),
    Fact(label=FactName.PHONE, value="139 0000 0000", change_at=f"{BASE}/delivery"),
    Fact(label=FactName.AGREEMENT, value=AgreementState.AGREED),
)
GRANTS = (
    apply.Grant(
        department="云溪市公安局",
        what=("出生医学证明", "父母的婚姻状况"),
        purpose="给宝宝登记户口",
        until=date(2026, 6, 11),
    ),
    apply.Grant(department="云溪市疾病预防控制中心", what=("分娩记录",), purpose="建立预防接种证"),
    apply.Grant(department="云溪市医疗保障局", what=("宝宝的身份号码", "出生日期"), purpose="办理居民医保"),
    apply.Grant(department="云溪市人力资源和社会保障局", what=("宝宝的身份号码", "照片"), purpose="制作社会保障卡"),
)
CHECK = apply.ApplyCheck(
    draft=DRAFT,
    answers=ANSWERS,
    known=(*CHILD.facts, *PARENTS),
    grants=GRANTS,
    fee=None,
    fee_note="居民医保费每年 400 元，办到那一步再付",
    promised=Limit(unit=LimitUnit.WORKING_DAYS, amount=10, due=date(2026, 3, 25)),
    form=form(Task.CHECK),
    ready=True,
)
SUBMITTED = apply.ApplySubmitted(
    title="新生儿出生一件事",
    number="440199-2026-000123",
    case_at="/cases/440199-2026-000123",
    submitted_at=at(11, 9, 19),
    phone_tail="0000",
    promised=Limit(unit=LimitUnit.WORKING_DAYS, amount=10, due=date(2026, 3, 25)),
    nexts=(
        apply.Next("云溪市妇幼保健院", "签发出生医学证明", date(2026, 3, 12)),
        apply.Next("云溪市公安局", "登记户口，给宝宝身份号码", date(2026, 3, 17)),
        apply.Next("疾控中心", "同时建立预防接种证", date(2026, 3, 13)),
        apply.Next("快递员", "上门取户口簿，盖好新页再送回"),
    ),
)
AGREEMENT = agreements.Agreement(
    asker="林**",
    title="新生儿出生一件事",
    state=AgreementState.ASKED,
    grants=GRANTS[:1],
    form=Form("/agreements/9"),
    until=date(2026, 3, 25),
)
CORRECTION = mine.Correction(
    fact=HOUSEHOLDS[1],
    department="云溪市公安局",
    form=Form(f"{BASE}/wrong/fathers-household"),
    back_at=f"{BASE}/household",
)

START = apply.ApplyStart(
    title="新生儿出生一件事", minutes=6, form=Form("/apply/newborn"), guide_at="/life-events/newborn"
)
NOBODY = replace(CONFIRM_CHILD, children=(), parents=())

MOTHERS: dict[str, View] = {
    "apply-start": START,
    "apply-child-nobody": NOBODY,
    "apply-tasks": TASKS,
    "apply-child": CONFIRM_CHILD,
    "apply-child-twins": TWINS,
    "apply-name": NAME,
    "apply-name-wrong": NAME_WRONG,
    "apply-household": HOUSEHOLD,
    "apply-clinic": CLINIC,
    "apply-bank": BANK,
    "apply-insurance": INSURANCE,
    "apply-delivery": DELIVERY,
    "apply-delivery-wrong": DELIVERY_WRONG,
    "apply-parent": parent(AgreementState.NOT_ASKED),
    "apply-parent-agreed": parent(AgreementState.AGREED, answered_at=at(11, 9, 10)),
    "apply-parent-declined": parent(
        AgreementState.DECLINED, answered_at=at(11, 9, 10), why_declined="落户想再商量一下。"
    ),
    "apply-check": CHECK,
    "apply-check-not-ready": replace(CHECK, ready=False),
    "apply-submitted": SUBMITTED,
    "apply-submitted-no-phone": replace(SUBMITTED, phone_tail=None),
    "correction": CORRECTION,
}
PAGES = {name: (view, mother("/apply/newborn/7")) for name, view in MOTHERS.items()} | {
    "apply-parent-asked": (
        parent(AgreementState.ASKED, asked_at=at(11, 9, 18)),
        mother("/apply/newborn/7", Flash.ASKED),
    ),
    "agreement": (AGREEMENT, father("/agreements/9")),
    "agreement-agreed": (
        replace(AGREEMENT, state=AgreementState.AGREED, answered_at=at(11, 9, 18)),
        father("/agreements/9"),
    ),
    "agreement-expired": (replace(AGREEMENT, state=AgreementState.EXPIRED), father("/agreements/9")),
    "agreement-declined": (
        replace(AGREEMENT, state=AgreementState.DECLINED, answered_at=at(11, 9, 18)),
        father("/agreements/9"),
    ),
}
