"""What the gateway proves: no session outlives its limits, and none hangs while its tokens are fetched."""

from sqlalchemy import func, select

from chassis.verification import PATIENCE, counted, never
from gateway.models import BrowserSession

checks = [
    counted("sessions", select(BrowserSession.id_hash)),
    never(
        "sessions that hang in a refresh",
        select(BrowserSession.id_hash).where(BrowserSession.refreshing_until > func.now() + 4 * PATIENCE),
    ),
    never(
        "sessions from the future",
        select(BrowserSession.id_hash).where(BrowserSession.created_at > func.now() + PATIENCE),
    ),
    never(
        "sessions seen before they began",
        select(BrowserSession.id_hash).where(BrowserSession.seen_at < BrowserSession.created_at),
    ),
]
