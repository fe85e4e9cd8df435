"""Home, search and guides."""

from dataclasses import replace
from datetime import date

from gateway.portal.views.codes import CaseState, ParcelState
from gateway.portal.views.home import (
    Browse,
    Home,
    LifeEvent,
    MyHome,
    Past,
    Reminder,
    Service,
    UnderWay,
    Waiting,
    WaitingFor,
    Way,
)
from gateway.portal.views.names import Channel
from gateway.portal.views.parts import CaseRef, Form, Limit, LimitUnit, Money, Option, Pages
from gateway.portal.views.services import (
    BundleGuide,
    BundlePart,
    Facet,
    FacetValue,
    Found,
    Guide,
    Hall,
    Material,
    MaterialFrom,
    Question,
    Saved,
    SearchResults,
)
from portal_samples.people import at, mother, signed_out

NEWBORN = CaseRef("440199-2026-000123", "新生儿出生一件事", "/cases/440199-2026-000123")
LIFE_EVENTS = (
    LifeEvent(name="新生儿出生", href="/life-events/newborn", departments=5, forms=1, visits=0),
    LifeEvent(name="上小学", href="/life-events/school", departments=3, forms=1, visits=0),
    LifeEvent(name="开餐馆", href="/life-events/restaurant", departments=4, forms=1, visits=1),
    LifeEvent(name="退休", href="/life-events/retirement", departments=4, forms=1, visits=0),
)
HOT = (
    Service(name="社会保障卡补领", department="云溪市人力资源和社会保障局", href="/services/social-card-replacement"),
    Service(name="居住证办理", department="云溪市公安局", href="/services/residence-permit"),
    Service(name="城乡居民基本医疗保险参保登记", department="云溪市医疗保障局", href="/services/medical-insurance"),
    Service(name="住房公积金提取", department="云溪市住房公积金管理中心", href="/services/housing-fund"),
)

HOME = Home(life_events=LIFE_EVENTS, hot=HOT, ways=tuple(Browse(way, f"/search?way={way}") for way in Way))

MY_HOME = MyHome(
    given_name="晓禾",
    waiting=(
        Waiting(
            kind=WaitingFor.SUPPLEMENT,
            what="社会保障卡制卡照片",
            case=NEWBORN,
            due=date(2026, 3, 18),
            href="/cases/440199-2026-000123/supplements/1",
            why="照片太暗，换一张就能继续。其他部门都没有停下来。",
        ),
        Waiting(
            kind=WaitingFor.PAY,
            what="城乡居民医保费",
            amount=Money(40000),
            href="/bills/2026-88",
            due=date(2026, 6, 3),
            why="缴费以后，从宝宝出生那天起的医疗费用都可以报销。",
        ),
    ),
    under_way=(
        UnderWay(
            title=NEWBORN.title,
            href=NEWBORN.href,
            number=NEWBORN.number,
            submitted_on=date(2026, 3, 5),
            state=CaseState.UNDER_WAY,
            departments=5,
            departments_done=3,
        ),
        UnderWay(title="户口簿寄回", href="/parcels/7", state=ParcelState.OUT_FOR_DELIVERY),
    ),
    past=(
        Past(
            title="居住证签注", href="/cases/440199-2025-118702", state=CaseState.CLOSED, closed_on=date(2025, 11, 20)
        ),
    ),
    reminders=(
        Reminder(
            what="乙肝疫苗第 2 针，从4月3日起可以接种。",
            on=date(2026, 4, 3),
            href="/appointments/new?for=vaccination",
        ),
    ),
    life_events=LIFE_EVENTS,
    last_look=("云溪市医疗保障局", "宝宝的身份号码", at(11, 8, 31)),
)

EMPTY_HOME = MyHome(given_name="晓禾", waiting=(), under_way=(), past=(), reminders=(), life_events=LIFE_EVENTS)

RESULTS = SearchResults(
    query="新生儿",
    total=14,
    results=(
        Found(
            name="新生儿出生一件事",
            href="/life-events/newborn",
            department="云溪市",
            bundle=True,
            departments=5,
            promised=Limit(unit=LimitUnit.WORKING_DAYS, amount=10),
            online=True,
        ),
        Found(
            name="出生医学证明首次签发",
            href="/services/birth-certificate",
            department="云溪市卫生健康委员会",
            promised=Limit(unit=LimitUnit.INSTANT),
        ),
        Found(
            name="出生登记（随父或者随母）",
            href="/services/birth-registration",
            department="云溪市公安局",
            promised=Limit(unit=LimitUnit.WORKING_DAYS, amount=3),
            online=True,
        ),
        Found(
            name="新生儿城乡居民医疗保险参保",
            href="/services/medical-insurance",
            department="云溪市医疗保障局",
            promised=Limit(unit=LimitUnit.WORKING_DAYS, amount=5),
            online=True,
        ),
    ),
    facets=(
        Facet(Way.SERVED_GROUP, (FacetValue("自然人", "/search?q=x", 12, True), FacetValue("企业", "/search?f=y", 2))),
        Facet(Way.FORM, (FacetValue(Channel.WEB, "/search?f=y", 11), FacetValue(Channel.WINDOW, "/search?f=y", 14))),
        Facet(
            Way.BODY,
            (
                FacetValue("云溪市公安局", "/search?f=y", 5),
                FacetValue("云溪市医疗保障局", "/search?f=y", 4),
                FacetValue("云溪市卫生健康委员会", "/search?f=y", 3),
            ),
        ),
    ),
    pages=Pages(next_at="/search?q=x&after=eyJ"),
)

NO_RESULTS = SearchResults(query="开飞船", total=0, results=(), suggestions=("开餐馆", "开公司"))

GUIDE = Guide(
    name="社会保障卡补领",
    department="云溪市人力资源和社会保障局",
    summary="社保卡丢了或者坏了，可以补一张新的。旧卡挂失以后立即停用，钱不会丢。",
    questions=(
        Question("lost", "旧卡是丢了还是坏了？", (Option("lost", "丢了"), Option("broken", "坏了，卡还在"))),
        Question("child", "给谁办？", (Option("self", "自己"), Option("child", "不满 16 岁的孩子"))),
    ),
    form=Form("/services/social-card-replacement", {"lost": "lost", "child": "self"}),
    answered=True,
    materials=(
        Material(name="身份信息", origin=MaterialFrom.SHARED, issuer="云溪市公安局"),
        Material(name="居民身份证", origin=MaterialFrom.LICENCE, issuer="云溪市公安局"),
        Material(
            name="一寸白底照片",
            origin=MaterialFrom.APPLICANT,
            note="用手机在白墙前拍一张就可以，不要美颜。",
            originals=2,
        ),
        Material(name="监护关系证明", origin=MaterialFrom.APPLICANT, originals=1, copies=1, perhaps=True),
        Material(name="旧卡", origin=MaterialFrom.APPLICANT, originals=1, optional=True),
        Material(name="没有领过补贴", origin=MaterialFrom.PROMISE),
        Material(name="参保记录", origin=MaterialFrom.SHARED, originals=1, copies=1),
    ),
    halls=(
        Hall(
            name="云溪市政务服务中心",
            address="云溪区望江路 100 号",
            hours="周一至周五 9:00–17:30",
            phone="000-1234567",
            book_at="/halls/1/book",
        ),
    ),
    channels=(Channel.WEB, Channel.MOBILE, Channel.WINDOW),
    fee=Money(1600),
    fee_basis="工本费，第一次申领免费",
    promised=Limit(unit=LimitUnit.WORKING_DAYS, amount=5),
    statutory=Limit(unit=LimitUnit.NATURAL_DAYS, amount=30),
    result="社会保障卡一张，可以寄到家",
    conditions=("在云溪市参加社会保险，或者户籍在云溪市。",),
    steps=("在网上填写，上传照片。", "核对信息，支付工本费。", "制卡 5 个工作日，快递到家或者自己取。"),
    legal_basis=("《社会保障卡管理办法》第十二条",),
    asked_often=(("旧卡里的钱会丢吗？", "不会。银行账户里的钱会转到新卡对应的账户。"),),
    phone="12333",
    complaints_phone="12345",
    apply_at="/apply/social-card-replacement",
    implementation_code="11440199MB2D04321X3442014001",
)

BUNDLE = BundleGuide(
    name="新生儿出生一件事",
    summary="宝宝出生以后要办的五件事，填一张表、在家等快递就能办好。",
    parts=(
        BundlePart(gives="出生医学证明", department="接生的医院", promised=Limit(unit=LimitUnit.INSTANT)),
        BundlePart(
            gives="户口登记和身份号码",
            department="云溪市公安局",
            after="出生医学证明",
            promised=Limit(unit=LimitUnit.WORKING_DAYS, amount=3),
        ),
        BundlePart(
            gives="预防接种证",
            department="云溪市疾病预防控制中心",
            after="出生医学证明",
            promised=Limit(unit=LimitUnit.WORKING_DAYS, amount=1),
        ),
        BundlePart(
            gives="城乡居民医疗保险",
            department="云溪市医疗保障局",
            after="户口登记",
            promised=Limit(unit=LimitUnit.WORKING_DAYS, amount=5),
        ),
        BundlePart(
            gives="社会保障卡",
            department="云溪市人力资源和社会保障局",
            after="户口登记",
            promised=Limit(unit=LimitUnit.WORKING_DAYS, amount=5),
        ),
    ),
    saved=Saved(days=(32, 10), visits=(6, 0), documents=(13, 1)),
    questions=(
        Question("married", "父母已经登记结婚了吗？", (Option("yes", "已登记"), Option("no", "没有登记"))),
        Question(
            "household",
            "宝宝准备落户在哪一方？",
            (Option("mother", "随母亲"), Option("father", "随父亲")),
            "还没想好也可以先办。",
        ),
    ),
    form=Form("/life-events/newborn"),
    answered=False,
    materials=(
        Material(name="出生医学证明", origin=MaterialFrom.SHARED, issuer="接生的医院"),
        Material(name="结婚登记信息", origin=MaterialFrom.SHARED, issuer="云溪市民政局"),
        Material(name="父母的身份信息", origin=MaterialFrom.SHARED, issuer="云溪市公安局"),
        Material(name="户口簿", origin=MaterialFrom.COURIER, note="民警盖好新页以后寄回，来回都不收费。", originals=1),
    ),
    fee=None,
    fee_note="医保费每年 400 元，由您在办理中缴纳",
    promised=Limit(unit=LimitUnit.WORKING_DAYS, amount=10),
    minutes=6,
    asked_often=(("两个人都要申请吗？", "一个人填写和提交，另一个人登录后同意即可。"),),
    halls=(Hall(name="云溪市政务服务大厅", address="云溪市云江区临江大道66号", hours="周一至周五 9:00-17:00"),),
    start_at="/apply/newborn",
    phone="12345",
)

PAGES = {
    "home": (HOME, signed_out("/")),
    "home-new": (replace(HOME, hot=()), signed_out("/")),
    "my-home": (MY_HOME, mother("/")),
    "my-home-empty": (EMPTY_HOME, mother("/")),
    "search": (RESULTS, signed_out("/search")),
    "search-nothing": (NO_RESULTS, mother("/search")),
    "guide": (GUIDE, mother("/services/social-card-replacement")),
    "bundle-stop": (
        replace(BUNDLE, stop="请到市政务服务大厅 3 号窗口。", start_at=None, saved=None),
        signed_out("/life-events/newborn"),
    ),
    "search-nearest": (replace(RESULTS, exact=False), signed_out("/search")),
    "bundle-not-here": (replace(BUNDLE, start_at=None), signed_out("/life-events/school")),
    "bundle": (BUNDLE, signed_out("/life-events/newborn")),
}
