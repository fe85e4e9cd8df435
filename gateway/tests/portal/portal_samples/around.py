"""Rating, help, the accessibility statement, and everything that can go wrong."""

from datetime import date

from gateway.portal.views import confirm, errors, feedback
from gateway.portal.views.errors import Trouble, WayOut
from gateway.portal.views.parts import Flaw, FlawCode, Form, Link, Option
from portal_samples.people import mother, signed_out

REASONS = (
    Option("slow", "太慢了"), Option("again", "让我重复提交材料"), Option("unclear", "说不清楚要什么"), Option("manner", "态度不好"),
)


TOO_LONG = Flaw("words", FlawCode.TOO_LONG, {"what": "留言", "most": 500, "now": 620})


def rate(form: Form) -> feedback.RatePage:
    return feedback.RatePage(
        title="新生儿出生一件事", departments=("云溪市公安局", "云溪市医疗保障局"), closed_on=date(2026, 3, 11), reasons=REASONS,
        form=form,
    )


HELP = feedback.Help(
    query="",
    asked_often=(
        feedback.AskedOften(question="手机号换了，收不到验证码怎么办？", answer="带身份证到任何一个政务服务大厅，两分钟就能换绑。"),
        feedback.AskedOften(question="我能替父母办吗？", answer="可以。请父母在“我的”里给您一份授权，您就能替他们办。"),
    ),
    phone="12345",
    halls_at="/halls",
)
WAYS = {
    Trouble.NOT_FOUND: (Link(WayOut.HOME, "/"), Link(WayOut.SEARCH, "/search")),
    Trouble.SESSION_EXPIRED: (Link(WayOut.SIGN_IN, "/sign-in?back=%2Fapply%2Fnewborn%2F7"),),
    Trouble.SIGN_IN_FAILED: (Link(WayOut.SIGN_IN, "/sign-in"), Link(WayOut.HOME, "/")),
    Trouble.PROOFING_TOO_LOW: (Link(WayOut.PROVE, "/proofing"), Link(WayOut.BACK, "/apply/newborn/7")),
    Trouble.ALREADY_APPLIED: (Link(WayOut.SEE_CASE, "/cases/440199-2026-000123"),),
    Trouble.UNAVAILABLE: (Link(WayOut.TRY_AGAIN, "/cases"), Link(WayOut.HOME, "/")),
}


def trouble(kind: Trouble) -> errors.ErrorPage:
    return errors.ErrorPage(
        trouble=kind, reference="req-7F3K-22QD", ways=WAYS.get(kind, (Link(WayOut.HOME, "/"),)), phone="12345"
    )


PAGES = {
    "confirm-draft": (
        confirm.Confirm(
            giving_up=confirm.GivingUp.DRAFT, what="新生儿出生一件事 · 周予宁", form=Form("/apply/newborn/7/discard"),
            back_at="/apply/newborn/7",
        ),
        mother("/apply/newborn/7"),
    ),
    "confirm-grant": (
        confirm.Confirm(
            giving_up=confirm.GivingUp.GRANT, what="云溪市公安局 · 婚姻状况", form=Form("/data/grants/1/end"),
            back_at="/data?tab=grants",
        ),
        mother("/data"),
    ),
    "rate": (rate(Form("/ratings/r7")), signed_out("/ratings/r7")),
    "rate-bad": (rate(Form("/ratings/r7", {"level": "4", "reason": "slow,again"}, (TOO_LONG,))), signed_out("/ratings/r7")),
    "thanks": (feedback.Thanks(), signed_out("/ratings/r7/thanks")),
    "thanks-bad": (
        feedback.Thanks(answer_by=date(2026, 3, 18), department="云溪市医疗保障局"), signed_out("/ratings/r7/thanks")
    ),
    "help": (HELP, signed_out("/help")),
    "help-nothing": (
        feedback.Help(query="飞船", asked_often=(), phone="12345", halls_at="/halls"), mother("/help")
    ),
    "accessibility": (feedback.Accessibility(checked_on=date(2026, 3, 1), phone="12345"), signed_out("/accessibility")),
} | {f"error-{kind.replace('_', '-')}": (trouble(kind), mother("/apply/newborn/7")) for kind in Trouble}
