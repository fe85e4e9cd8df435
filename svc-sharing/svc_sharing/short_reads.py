"""What is read so often that one statement answers it; the ordinary routes declare it and say every no."""

from typing import Any

from chassis.sealing import SealedText
from chassis.shortcuts import Row, ShortRead
from svc_sharing import documents
from svc_sharing.routes.licences import Holder

_FACTS = ("id", "kind", "title", "issuer", "issuer_name", "status", "case_id", "registered_at")
_SEALED = SealedText("licence.jws")


def _shown(row: Row) -> dict[str, Any]:
    jws = _SEALED.opened(row["jws"])
    return {**{name: row[name] for name in _FACTS}, "payload": documents.payload_of(jws), "jws": jws}


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
