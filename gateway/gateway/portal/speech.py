"""Dates, limits, money and codes in the words of one language, told from one moment in the city's zone."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from markupsafe import Markup, escape

from gateway.portal.catalogue import Texts
from gateway.portal.views.codes import Code
from gateway.portal.views.parts import Limit, LimitUnit, Money


class Speech:
    def __init__(self, texts: Texts, now: datetime) -> None:
        self.texts = texts
        self.now = now

    def t(self, key: str, **given: object) -> Markup:
        return self.texts(key, **{name: self.show(value) for name, value in given.items()})

    def word(self, word: Code | str, **given: object) -> Markup:
        """A code's text; a plain string is a name that came with the data and stays as it is."""
        return self.t(word.key, **given) if isinstance(word, Code) else escape(word)

    def show(self, value: object) -> Markup:
        match value:
            case None:
                return self.t("common.nothing")
            case Code():
                return self.word(value)
            case datetime():
                return self.moment(value)
            case date():
                return self.day(value)
            case Limit():
                return self.limit(value)
            case Money():
                return self.money(value)
            case _:
                return escape(value)

    def list(self, values: Iterable[object]) -> Markup:
        return self.t("common.list_separator").join(self.show(value) for value in values)

    def day(self, day: date) -> Markup:
        return self._time(day, self._date("day", day))

    def short(self, day: date) -> Markup:
        """Without the day of the week."""
        return self._time(day, self._date("short", day))

    def moment(self, at: datetime) -> Markup:
        local = at.astimezone(self.now.tzinfo)
        match (self.now.date() - local.date()).days:
            case 0:
                day = self.t("dates.today")
            case 1:
                day = self.t("dates.yesterday")
            case -1:
                day = self.t("dates.tomorrow")
            case _:
                day = self._date("short", local.date())
        return self._time(at, self.t("dates.moment", day=day, time=f"{local:%H:%M}"))

    def limit(self, limit: Limit) -> Markup:
        key = f"dates.one.{limit.unit.value}" if limit.amount == 1 else limit.unit.key
        amount = self.t(key, amount=limit.amount)
        if limit.due is None or limit.unit is LimitUnit.NONE:
            return amount
        due = self.moment(limit.due) if isinstance(limit.due, datetime) else self.short(limit.due)
        return self.t("dates.limit_by", limit=amount, due=due)

    def money(self, money: Money) -> Markup:
        units, cents = divmod(money.cents, 100)
        return self.t("common.money", amount=f"{units:,}" if not cents else f"{units:,}.{cents:02}")

    def greeting(self) -> Markup:
        """The part of the day, by the city's clock."""
        hour = self.now.hour
        part = "night" if hour < 5 else "morning" if hour < 12 else "afternoon" if hour < 18 else "evening"
        return self.t(f"dates.greeting.{part}")

    def days_left(self, day: date) -> int:
        return (day - self.now.date()) // timedelta(days=1)

    def _date(self, form: str, day: date) -> Markup:
        weekday = self.t("dates.weekdays").split()[day.weekday()]
        month = self.t("dates.months").split()[day.month - 1]
        text = self.t(f"dates.{form}", day=day.day, month=month, weekday=weekday)
        return text if day.year == self.now.year else self.t("dates.of_year", date=text, year=day.year)

    def _time(self, at: date | datetime, words: Markup) -> Markup:
        return Markup('<time datetime="{}">{}</time>').format(at.isoformat(), words)
