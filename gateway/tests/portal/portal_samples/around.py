"""Rating, help, the accessibility statement, and everything that can go wrong."""

from dataclasses import replace
from datetime import date

from gateway.portal.views import confirm, errors, feedback
from gateway.portal.views.errors import Trouble, WayOut
from gateway.portal.views.parts import Flaw, FlawCode, Form, Link, Option
from gateway.portal.views.proofing import ProofingPage, ProofingState
from gateway.portal.views.services import Hall
from portal_samples.people import at, mother, signed_out

REASONS = (
    Option("slow", "太慢了"),
    Option("again", "让我重复提交材料"),
    Option("unclear", "说不清楚要什么"),
    Option("manner", "态度不好"),
)


TOO_LONG = Flaw("words", FlawCode.TOO_LONG, {"what": "留言", "most": 500, "now": 620})


def rate(form: Form) -> feedback.RatePage:
    return feedback.RatePage(
        title="新生儿出生一件事",
        number="440199-2026-000123",
        departments=("云溪市公安局", "云溪市医疗保障局"),
        reasons=REASONS,
        form=form,
    )


ANSWERED = feedback.MyWorkOrder(
    title="新生儿出生一件事",
    level=feedback.Level.VERY_DISSATISFIED,
    words="照片要求没说清楚",
    answer="我们已经把照片要求写清楚了。",
    answered_at=at(10, 9, 0),
    closed_at=None,
    due=date(2026, 3, 18),
    form=Form("/work-orders/7"),
)


def proof(state: ProofingState) -> ProofingPage:
    face = "/elsewhere" if state is ProofingState.FACE else None
    return ProofingPage(state=state, back_at="/apply/newborn/7", form=Form("/security/proofing"), face_at=face)


HELP = feedback.Help(
    query="",
    asked_often=(
        feedback.AskedOften(
            question="手机号换了，收不到验证码怎么办？", answer="带身份证到任何一个政务服务大厅，两分钟就能换绑。"
        ),
        feedback.AskedOften(question="我能替父母办吗？", answer="可以。请父母在“我的”里给您一份授权，您就能替他们办。"),
    ),
    phone="12345",
    halls=(Hall(name="云江区政务服务中心", address="云溪市云江区望江路15号", hours="周一至周五 9:00-17:00"),),
)
HOME, SEARCH, AGAIN = Link(WayOut.HOME, "/"), Link(WayOut.SEARCH, "/search"), Link(WayOut.TRY_AGAIN, "/cases")
SIGN_IN, BACK = Link(WayOut.SIGN_IN, "/session/start?to=/cases"), Link(WayOut.BACK, "/apply/newborn/7")
REFERENCE = "01a21e52-95d6-7a5a-bc56-b6076ce1ae35"
WAYS = {
    Trouble.PROOFING_TOO_LOW: (Link(WayOut.PROVE, "/proofing"), Link(WayOut.BACK, "/apply/newborn/7")),
    Trouble.ALREADY_APPLIED: (Link(WayOut.SEE_CASE, "/cases/440199-2026-000123"), HOME),
    **dict.fromkeys((Trouble.SESSION_EXPIRED, Trouble.SIGN_IN_FAILED, Trouble.SIGN_IN_CANCELLED), (SIGN_IN, HOME)),
    **dict.fromkeys((Trouble.UNAVAILABLE, Trouble.SERVER, Trouble.TOO_MANY), (AGAIN, HOME)),
    **dict.fromkeys((Trouble.FORM_TOO_OLD, Trouble.CHANGED_MEANWHILE, Trouble.TOO_LARGE), (BACK, HOME)),
}


def trouble(kind: Trouble) -> errors.ErrorPage:
    return errors.ErrorPage(
        trouble=kind,
        reference=REFERENCE,
        ways=WAYS.get(kind, (HOME, SEARCH)),
        phone="12345",
    )


PAGES = {
    "confirm-draft": (
        confirm.Confirm(
            deed=confirm.Deed.DELETE_DRAFT,
            what="新生儿出生一件事 · 周予宁",
            form=Form("/apply/newborn/7/discard"),
            back_at="/apply/newborn/7",
        ),
        mother("/apply/newborn/7"),
    ),
    "rate": (rate(Form("/ratings/r7")), signed_out("/ratings/r7")),
    "rate-bad": (
        rate(Form("/ratings/r7", {"level": "4", "reason": "slow,again"}, (TOO_LONG,))),
        signed_out("/ratings/r7"),
    ),
    "thanks": (feedback.Thanks(), signed_out("/ratings/r7/thanks")),
    "thanks-bad": (feedback.Thanks(bad=True), signed_out("/ratings/r7/thanks")),
    "my-work-order": (ANSWERED, mother("/work-orders/7")),
    "my-work-order-closed": (replace(ANSWERED, form=None, closed_at=at(11, 9, 0)), mother("/work-orders/7")),
    "my-work-order-waiting": (replace(ANSWERED, form=None, answer=None, answered_at=None), mother("/work-orders/7")),
    **{f"proofing-{state}": (proof(state), mother("/security/proofing")) for state in ProofingState},
    "help": (HELP, signed_out("/help")),
    "help-nothing": (feedback.Help(query="飞船", asked_often=(), phone="12345", halls=()), mother("/help")),
    "accessibility": (feedback.Accessibility(checked_on=date(2026, 3, 1), phone="12345"), signed_out("/accessibility")),
} | {f"error-{kind.replace('_', '-')}": (trouble(kind), mother("/apply/newborn/7")) for kind in Trouble}
