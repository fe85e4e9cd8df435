"""What is asked so often that bare statements answer it; the ordinary routes declare it and say every no."""

from datetime import UTC, datetime
from typing import Any

import orjson

from chassis.sealing import SealedText
from chassis.short_reads import ShortRead
from chassis.short_writes import Change, ShortWrite
from chassis.shortcuts import Row
from contracts.events.sharing import LicenceStatus
from svc_sharing import documents
from svc_sharing.routes.licences import Holder, Registrar
from svc_sharing.schemas.licences import LicenceRegisteredOut, StatusIn
from svc_sharing.use_cases.licences import status_changed

_FACTS = ("id", "kind", "title", "issuer", "issuer_name", "status", "case_id", "registered_at")
_SEALED = SealedText("licence.jws")


def _shown(row: Row) -> dict[str, Any]:
    jws = _SEALED.opened(row["jws"])
    return {**{name: row[name] for name in _FACTS}, "payload": documents.payload_of(jws), "jws": jws}


def _changed(row: Row, body: StatusIn) -> Change | None:
    if row["status"] in (body.status, LicenceStatus.REVOKED):
        return None
    holders = orjson.loads(row["holders"])
    return Change(
        values=[row["status"], body.status, datetime.now(UTC)],
        answer=LicenceRegisteredOut(id=row["id"], kind=row["kind"], status=body.status),
        events=[status_changed(row["id"], row["kind"], holders, body.status)],
    )


LICENCE = ShortRead(
    "/licences/{licence_id}",
    Holder,
    """
    select l.id, l.kind, l.title, l.issuer, i.name as issuer_name, l.status, l.case_id, l.registered_at, l.jws
    from licence l join issuer i on i.code = l.issuer
    where l.id = $1 and l.holders ? $2
    """,
    _shown,
)
LICENCE_STATUS = ShortWrite(
    "/licences/{licence_id}/status",
    Registrar,
    StatusIn,
    """
    select l.id, l.kind, l.status, l.holders
    from licence l join issuer i on i.code = l.issuer
    where l.id = $1 and (i.client_id = $2 or i.code = $3)
    """,
    _changed,
    "update licence set status = $3, changed_at = $4 where id = $1 and status = $2 returning id",
)
