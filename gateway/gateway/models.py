"""Tables of the gateway."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import DateTime, LargeBinary, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis.sealing import SealedText


class Base(DeclarativeBase):
    type_annotation_map: ClassVar = {datetime: DateTime(timezone=True), str: Text, bytes: LargeBinary}


class BrowserSession(Base):
    """A signed-in browser. The cookie's value is kept as a hash only, tokens are sealed."""

    __tablename__ = "browser_session"
    id_hash: Mapped[bytes] = mapped_column(primary_key=True)
    subject: Mapped[str]
    kind: Mapped[str]
    sign_in: Mapped[str] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(SealedText("browser_session.name"))
    csrf: Mapped[str]
    access_token: Mapped[str] = mapped_column(SealedText("browser_session.access_token"))
    refresh_token: Mapped[str | None] = mapped_column(SealedText("browser_session.refresh_token"))
    id_token: Mapped[str] = mapped_column(SealedText("browser_session.id_token"))
    access_until: Mapped[datetime]
    refreshing_until: Mapped[datetime | None]
    refresh_name: Mapped[str | None]
    """Of the refresh that was begun: asked again by this name, it is the same one, whoever died meanwhile."""
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class PendingSignIn(Base):
    """A browser that was sent to sign in; `browser_hash` is of a cookie, so that nobody can finish another's sign-in."""

    __tablename__ = "pending_sign_in"
    state_hash: Mapped[bytes] = mapped_column(primary_key=True)
    browser_hash: Mapped[bytes]
    verifier: Mapped[str] = mapped_column(SealedText("pending_sign_in.verifier"))
    nonce: Mapped[str]
    to: Mapped[str]
    expires_at: Mapped[datetime]
