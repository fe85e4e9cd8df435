"""What is offered at present, items and bundles together, laid out for lists, facets and search."""

from datetime import date
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from svc_catalog.models.base import Base


class Offer(Base):
    """The published version of an item or a bundle. `grams` is the search index: see `search/README.md`."""

    __tablename__ = "offer"
    kind: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    slug: Mapped[str | None]
    version: Mapped[int]
    name: Mapped[str]
    short_name: Mapped[str]
    summary: Mapped[str]
    department: Mapped[str]
    department_name: Mapped[str]
    nature: Mapped[str | None]
    level: Mapped[str | None]
    jurisdiction: Mapped[str | None]
    served_group: Mapped[list[str]]
    theme: Mapped[list[str]]
    form: Mapped[list[str]]
    online: Mapped[bool]
    departments: Mapped[int]
    promised_limit: Mapped[dict[str, Any] | None]
    name_key: Mapped[str]
    words: Mapped[list[str]]
    words_key: Mapped[str]
    grams: Mapped[list[str]] = mapped_column(deferred=True)
    cases: Mapped[int] = mapped_column(default=0)
    english: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    __table_args__ = (
        Index("offer_grams", "grams", postgresql_using="gin"),
        Index("offer_code", "code"),
        Index("offer_body", "department"),
        Index("offer_theme", "theme", postgresql_using="gin"),
    )

    @property
    def name_en(self) -> str | None:
        return self.english.get(self.name)


class Volume(Base):
    """How many cases of an item or a bundle were handed in and ended on a day."""

    __tablename__ = "volume"
    kind: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    submitted: Mapped[int] = mapped_column(default=0)
    ended: Mapped[int] = mapped_column(default=0)
    __table_args__ = (Index("volume_day", "day"),)


class Synonym(Base):
    """People say `word`, the catalogue says `meaning`."""

    __tablename__ = "synonym"
    word: Mapped[str] = mapped_column(primary_key=True)
    meaning: Mapped[str] = mapped_column(primary_key=True)


class Term(Base):
    """English for one of the city's names that stands in no item: a bank, a clinic, an office."""

    __tablename__ = "term"
    chinese: Mapped[str] = mapped_column(primary_key=True)
    english: Mapped[str]
