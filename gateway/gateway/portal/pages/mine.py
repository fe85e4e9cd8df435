"""What a person has: licences, and who used their data; what is wrong in it."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from chassis.access import public
from gateway.portal.pages.registers import moment, said, spoken
from gateway.portal.pages.words import purpose_of
from gateway.portal.routing import PageRoute
from gateway.portal.services import Refusal
from gateway.portal.views.cases import Look
from gateway.portal.views.codes import CorrectionState, LicenceState
from gateway.portal.views.frame import Flash
from gateway.portal.views.mine import (
    Correction,
    DataTab,
    DataUse,
    LicenceLine,
    LicencePage,
    MyCorrection,
    MyData,
    MyLicences,
    ShowCode,
    Verified,
    VerifyLicence,
)
from gateway.portal.views.names import DataField, Register, known
from gateway.portal.views.parts import Fact, Flaw, FlawCode, Form, Pages, Tab
from gateway.portal.visit import Visit, Visiting

router = APIRouter(route_class=PageRoute, dependencies=[public], include_in_schema=False)
CODE = re.compile(r"[A-Za-z0-9_-]{10,64}")
CORRECTIONS = {"open": CorrectionState.SENT, "corrected": CorrectionState.CORRECTED, "rejected": CorrectionState.KEPT}


# ---------------------------------------------------------------------- licences


@router.get("/licences")
async def show_licences(visit: Visiting, cursor: str | None = None) -> Response:
    visit.person()
    page = await visit.services.get("sharing", "/licences", cursor=cursor)
    lines = tuple(
        LicenceLine(
            name=one["title"],
            issuer=one["issuer_name"],
            state=LicenceState(one["status"]),
            issued_on=moment(one["registered_at"]).date(),
            href=f"/licences/{one['id']}",
        )
        for one in page["items"]
    )
    return await visit.show(MyLicences(licences=lines, pages=_next("/licences?", page)))


def _next(at: str, page: Mapping[str, Any]) -> Pages:
    return Pages(next_at=f"{at}cursor={quote(page['next_cursor'])}" if page["next_cursor"] else None)


@router.get("/licences/{licence_id:uuid}")
async def show_licence(visit: Visiting, licence_id: UUID) -> Response:
    return await _licence(visit, licence_id)


@router.post("/licences/{licence_id:uuid}/code")
async def make_code(visit: Visiting, licence_id: UUID) -> Response:
    """Good once and for minutes; the same form sent again shows the same code."""
    visit.person()
    shown = await visit.services.post("sharing", f"/licences/{licence_id}/presentations", once=visit.once)
    return await _licence(visit, licence_id, ShowCode(code=shown["code"], until=moment(shown["expires_at"])))


@router.get("/licences/{licence_id:uuid}/signed")
async def download_licence(visit: Visiting, licence_id: UUID) -> Response:
    visit.person()
    licence = await visit.services.get("sharing", f"/licences/{licence_id}")
    headers = {"content-disposition": f'attachment; filename="licence-{licence_id}.jws"', "cache-control": "no-store"}
    return Response(licence["jws"], media_type="application/jose", headers=headers)


async def _licence(visit: Visit, licence_id: UUID, show: ShowCode | None = None) -> Response:
    visit.person()
    licence = await visit.services.get("sharing", f"/licences/{licence_id}")
    payload = licence["payload"]
    fields = tuple(
        Fact(label=known(DataField, name), value=spoken(name, value))
        for name, value in payload.get("fields", {}).items()
    )
    until = payload.get("valid_until")
    return await visit.show(
        LicencePage(
            name=licence["title"],
            number=payload.get("licence_no", ""),
            holder=payload["holder"].get("name", ""),
            issuer=licence["issuer_name"],
            state=LicenceState(licence["status"]),
            fields=fields,
            issued_on=date.fromisoformat(payload.get("issued_on") or licence["registered_at"][:10]),
            valid_until=date.fromisoformat(until) if until else None,
            form=Form(f"/licences/{licence_id}/code"),
            download_at=f"/licences/{licence_id}/signed",
            show=show,
        )
    )


@router.get("/verify")
async def show_verification(visit: Visiting) -> Response:
    return await visit.show(VerifyLicence(form=Form("/verify")))


@router.post("/verify")
async def verify(visit: Visiting) -> Response:
    code = visit.given("code").replace(" ", "")
    try:
        if not CODE.fullmatch(code):
            raise Refusal(404, {})
        found = await visit.services.post("sharing", f"/presentations/{code}/verification", once=visit.once)
    except Refusal as refusal:
        if refusal.status != 404:
            raise
        flaw = Flaw("code", FlawCode.CODE_NOT_VALID)
        return await visit.show(VerifyLicence(form=Form("/verify", {"code": code}, (flaw,))))
    facts = ((DataField.NAME, found["holder"]), (DataField.VALID_UNTIL, spoken("valid_on", found["valid_until"])))
    verified = Verified(
        name=found["title"],
        issuer=found["issuer_name"],
        state=LicenceState(found["status"]),
        fields=tuple(Fact(label=label, value=value) for label, value in facts if value),
        checked_at=visit.now,
    )
    return await visit.show(VerifyLicence(form=Form("/verify"), verified=verified))


# ---------------------------------------------------------------------- data


@router.get("/data")
async def show_data(visit: Visiting, tab: str = "uses", cursor: str | None = None) -> Response:
    visit.person()
    if tab == DataTab.CORRECTIONS:
        page = await visit.services.get("sharing", "/corrections", cursor=cursor)
        corrections = tuple(_correction(one) for one in page["items"])
        pages = _next("/data?tab=corrections&", page)
        return await visit.show(
            MyData(tab=DataTab.CORRECTIONS, tabs=_tabs(DataTab.CORRECTIONS), corrections=corrections, pages=pages)
        )
    page = await visit.services.get("sharing", "/accesses", cursor=cursor)
    uses = tuple(_use(one) for one in page["items"])
    return await visit.show(MyData(tab=DataTab.USES, tabs=_tabs(DataTab.USES), uses=uses, pages=_next("/data?", page)))


def _tabs(current: DataTab) -> tuple[Tab, ...]:
    return tuple(Tab(tab, f"/data?tab={tab.value}", None, tab is current) for tab in DataTab)


def _use(one: Mapping[str, Any]) -> DataUse:
    look = Look(
        department=one["reader_name"],
        what=tuple(known(DataField, field) for field in one["fields"]),
        purpose=purpose_of(one["purpose"]),
        at=moment(one["at"]),
    )
    grant = one["grant_id"]
    return DataUse(
        department=look.department,
        what=look.what,
        purpose=look.purpose,
        at=look.at,
        source=one["source_name"],
        grant=grant[-12:].upper() if grant else None,
    )


def _correction(one: Mapping[str, Any]) -> MyCorrection:
    return MyCorrection(
        fact=known(DataField, one["field"]),
        register=known(Register, one["resource"]),
        statement=one["statement"],
        sent_on=moment(one["asked_at"]).date(),
        state=CORRECTIONS[one["state"]],
        due=moment(one["due_at"]).date(),
        answer=one["answer"],
    )


@router.get("/corrections/new")
async def ask_what_is_wrong(visit: Visiting, exchange: UUID, field: str, record: int = 0) -> Response:
    return await _ask(visit, exchange, field, record)


@router.post("/corrections/new")
async def send_correction(visit: Visiting, exchange: UUID, field: str, record: int = 0) -> Response:
    visit.person()
    right = visit.given("right")
    if len(right) < 2:
        flaw = Flaw("right", FlawCode.MISSING, {"what": DataField.RIGHT})
        return await _ask(visit, exchange, field, record, (flaw,))
    statement = "\n".join(filter(None, (right, visit.given("note"))))[:1000]
    body = {"exchange_id": str(exchange), "field": field, "statement": statement}
    await visit.services.post("sharing", "/corrections", body, once=visit.once)
    return visit.go("/data?tab=corrections", Flash.CORRECTION_SENT)


async def _ask(visit: Visit, exchange: UUID, field: str, record: int, flaws: tuple[Flaw, ...] = ()) -> Response:
    visit.person()
    answer = said(await visit.services.get("sharing", f"/exchanges/{exchange}"))
    if answer.value(field, record) is None:
        raise Refusal(404, {})
    fact = Fact(label=known(DataField, field), value=spoken(field, answer.value(field, record)), source=answer.source)
    given = {name: visit.given(name) for name in ("right", "note")}
    return await visit.show(
        Correction(
            fact=fact,
            department=answer.source.department,
            form=Form(f"/corrections/new?exchange={exchange}&field={field}&record={record}", given, flaws),
            back_at="/data" if flaws else visit.page_of_form(),
        )
    )
