"""Who looks at the pages."""

from datetime import datetime, timezone, timedelta

from gateway.portal.views.frame import Flash, Frame, Identity, Language, Role, Who

CITY = timezone(timedelta(hours=8))
NOW = datetime(2026, 3, 11, 9, 20, tzinfo=CITY)

MOTHER = Identity("self", "林晓禾", Role.PERSON)
COMPANY = Identity("company-1", "林晓禾", Role.AGENT, "云溪市青麦食品有限公司")
CLERK = Identity("post-1", "王敏", Role.STAFF, "户政窗口")


def at(day: int, hour: int = 9, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=CITY)


def signed_out(path: str) -> Frame:
    return Frame(language=Language.ZH, now=NOW, path=path, csrf="csrf-of-the-session", once="once-1")


def mother(path: str, flash: Flash | None = None) -> Frame:
    return Frame(
        language=Language.ZH, now=NOW, path=path, csrf="csrf-of-the-session", once="once-1",
        who=Who(MOTHER, (COMPANY,)), unread=2, flash=flash,
    )


def clerk(path: str, flash: Flash | None = None) -> Frame:
    return Frame(
        language=Language.ZH, now=NOW, path=path, csrf="csrf-of-the-session", once="once-1",
        who=Who(CLERK), flash=flash,
    )
