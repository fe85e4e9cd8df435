"""Who looks at the pages."""

from datetime import datetime, timedelta, timezone

from gateway.portal.views.frame import Flash, Frame, Identity, Language, Role, Who

CITY = timezone(timedelta(hours=8))
NOW = datetime(2026, 3, 11, 9, 20, tzinfo=CITY)

MOTHER = Identity("self", "林晓禾", Role.PERSON)
COMPANY = Identity("company-1", "林晓禾", Role.AGENT, "云溪市青麦食品有限公司")
FATHER = Identity("self", "周时安", Role.PERSON)
OPERATOR = Identity("post-2", "季长安", Role.STAFF, "运行值守岗")
OFFICER = Identity("post-3", "江映川", Role.STAFF, "数据管理岗")
CLERK = Identity("post-1", "王敏", Role.STAFF, "户政窗口")


def at(day: int, hour: int = 9, minute: int = 0) -> datetime:
    """A moment in March."""
    return datetime(2026, 3, day, hour, minute, tzinfo=CITY)


def frame(path: str, who: Who | None = None, flash: Flash | None = None, unread: int = 0) -> Frame:
    return Frame(
        language=Language.ZH,
        now=NOW,
        path=path,
        csrf="csrf-of-the-session",
        once="once-1",
        who=who,
        flash=flash,
        unread=unread,
    )


def signed_out(path: str) -> Frame:
    return frame(path)


def mother(path: str, flash: Flash | None = None) -> Frame:
    return frame(path, Who(MOTHER, (COMPANY,)), flash, unread=2)


def father(path: str) -> Frame:
    return frame(path, Who(FATHER))


def agent(path: str) -> Frame:
    return frame(path, Who(COMPANY, (MOTHER,)))


def clerk(path: str, flash: Flash | None = None) -> Frame:
    return frame(path, Who(CLERK), flash)


def data_officer(path: str) -> Frame:
    return frame(path, Who(OFFICER, at_desk=False))


def operator(path: str, flash: Flash | None = None) -> Frame:
    return frame(path, Who(OPERATOR, at_desk=False, operates=True), flash)
