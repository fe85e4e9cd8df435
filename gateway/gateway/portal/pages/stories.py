"""A case as a story: departments side by side, what waits for whom, who looked at what."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from gateway.portal.pages.registers import moment
from gateway.portal.pages.words import limit_of, purpose_of, reason_of
from gateway.portal.views.cases import Action, Excluded, Lane, Look, Need, Note, NoteCode, Stage, StageName
from gateway.portal.views.codes import BranchState, CaseState
from gateway.portal.views.names import BillKind, DataField, Procedure, known
from gateway.portal.views.parts import Limit, Link

Entries = Sequence[Mapping[str, Any]]
Things = Sequence[Mapping[str, Any]]
STATES = {
    "waiting": BranchState.WAITING,
    "received": BranchState.RECEIVED,
    "supplement-asked": BranchState.SUPPLEMENT,
    "accepted": BranchState.ACCEPTED,
    "special-procedure": BranchState.SPECIAL_PROCEDURE,
    "granted": BranchState.DONE,
    "refused": BranchState.REFUSED,
    "not-accepted": BranchState.NOT_ACCEPTED,
    "prerequisite-refused": BranchState.CANNOT_GO_ON,
    "withdrawn": BranchState.WITHDRAWN,
    "ended": BranchState.WITHDRAWN,
}
OUTCOMES = {
    "granted": CaseState.CLOSED,
    "partly-granted": CaseState.PARTLY_GRANTED,
    "refused": CaseState.REFUSED,
    "withdrawn": CaseState.WITHDRAWN,
}


def case_state(case: Mapping[str, Any]) -> CaseState:
    if case["outcome"] in OUTCOMES:
        return OUTCOMES[case["outcome"]]
    if case["state"] == "silenced":
        return CaseState.WITHDRAWN
    return CaseState.NEEDS_YOU if any(one["open"] for one in case["supplements"]) else CaseState.UNDER_WAY


def stages_of(case: Mapping[str, Any], entries: Entries, parcels: Things, bills: Things) -> tuple[Stage, ...]:
    lanes = tuple(_lane(case, branch, entries, bills) for branch in case["branches"])
    together = Stage(
        name=StageName.TOGETHER,
        given={"departments": len({branch["department"] for branch in case["branches"]})},
        state=BranchState.DONE if case["closed_at"] else BranchState.ACCEPTED,
        lanes=lanes,
    )
    submitted = Stage(name=StageName.SUBMITTED, state=BranchState.DONE, at=moment(case["submitted_at"]))
    return (submitted, together, *map(_parcel, reversed(parcels)), *_end(case))


def _end(case: Mapping[str, Any]) -> tuple[Stage, ...]:
    if case["closed_at"]:
        return (Stage(name=StageName.CLOSED, state=BranchState.DONE, at=moment(case["closed_at"])),)
    return (Stage(name=StageName.RATING, state=BranchState.NOT_STARTED, notes=(Note(NoteCode.RATE_WHEN_CLOSED),)),)


def _parcel(parcel: Mapping[str, Any]) -> Stage:
    name = StageName.PARCEL_IN if parcel["direction"] == "in" else StageName.PARCEL_OUT
    done = parcel["arrived_at"] is not None
    return Stage(
        name=name,
        state=BranchState.DONE if done else BranchState.SENT,
        at=moment(parcel["state_at"]),
        link=Link(Action.SEE_PARCEL, f"/parcels/{parcel['id']}"),
    )


def _lane(case: Mapping[str, Any], branch: Mapping[str, Any], entries: Entries, bills: Things) -> Lane:
    mine = [entry for entry in entries if entry.get("branch") == branch["branch"]]
    state = _state(branch, mine)
    bill = (
        next((one for one in bills if one["state"] == "open"), None)
        if branch["branch"] == "medical-insurance"
        else None
    )
    if bill is not None and state in (BranchState.WAITING, BranchState.SENT):
        state = BranchState.PAYMENT
    at = branch["ended_at"] or branch["accepted_at"] or branch["received_at"]
    return Lane(
        name=branch["title"],
        department=branch["department_name"],
        state=state,
        at=moment(at) if at else None,
        limit=_limit(branch),
        excluded=tuple(_excluded(one) for one in branch["excluded"] if one["ended_at"]),
        notes=_notes(case, branch, mine, state),
        link=_link(case, branch, mine, bill),
    )


def _state(branch: Mapping[str, Any], mine: Entries) -> BranchState:
    state = STATES[branch["state"]]
    if state is not BranchState.WAITING:
        return state
    kinds = [entry["kind"] for entry in mine]
    if kinds and kinds[-1] == "incident-raised":
        return BranchState.DELAYED
    return BranchState.SENT if {"step-requested", "task-opened", "branch-opened"} & set(kinds) else BranchState.WAITING


def _limit(branch: Mapping[str, Any]) -> Limit | None:
    limit = branch["promised_limit"]
    return limit_of(limit, branch["promised_due"], late=branch["late"]) if limit else None


def _excluded(one: Mapping[str, Any]) -> Excluded:
    days = (moment(one["ended_at"]).date() - moment(one["started_at"]).date()).days
    return Excluded(known(Procedure, one["procedure"]), days)


def _notes(case: Mapping[str, Any], branch: Mapping[str, Any], mine: Entries, state: BranchState) -> tuple[Note, ...]:
    asked = next((one for one in case["supplements"] if one["branch"] == branch["branch"]), None)
    notes: list[Note] = []
    if asked is not None and asked["supplied_at"]:
        notes.append(Note(NoteCode.SUPPLIED, {"at": moment(asked["supplied_at"])}))
    match state:
        case BranchState.SUPPLEMENT if asked is not None:
            what = "；".join(item["note"].rstrip("。") for item in asked["items"])
            notes.append(Note(NoteCode.ASKED_FOR, {"what": what, "due": date.fromisoformat(asked["reply_by"])}))
            notes.append(Note(NoteCode.CLOCK_STARTS_WHEN_ACCEPTED))
        case BranchState.RECEIVED:
            notes.append(Note(NoteCode.CLOCK_STARTS_WHEN_ACCEPTED))
        case BranchState.DELAYED:
            notes.append(Note(NoteCode.DEPARTMENT_IS_BUSY, {"department": branch["department_name"]}))
        case BranchState.PAYMENT:
            notes.append(Note(NoteCode.PAY_FIRST))
        case BranchState.REFUSED | BranchState.NOT_ACCEPTED | BranchState.CANNOT_GO_ON if branch["reason"]:
            notes.append(Note(NoteCode.BECAUSE, {"reason": reason_of(branch["reason"], case)}))
        case BranchState.DONE if case["withdrawn_at"]:
            notes.append(Note(NoteCode.STANDS))
    return tuple(notes)


def _link(
    case: Mapping[str, Any], branch: Mapping[str, Any], mine: Entries, bill: Mapping[str, Any] | None
) -> Link | None:
    asked = next((one for one in case["supplements"] if one["branch"] == branch["branch"] and one["open"]), None)
    if asked is not None:
        return Link(Action.SUPPLY, f"/cases/{case['case_number']}/supplements/{asked['id']}")
    if bill is not None:
        return Link(Action.PAY, f"/bills/{bill['id']}")
    licence = next((entry["licence_id"] for entry in reversed(mine) if entry.get("licence_id")), None)
    return Link(Action.SEE_LICENCE, f"/licences/{licence}") if licence else None


def needs_of(case: Mapping[str, Any], bills: Things) -> tuple[Need, ...]:
    """What this case waits for from its applicant."""
    titles = {branch["branch"]: branch["title"] for branch in case["branches"]}
    asked = [
        Need(
            what=one["items"][0]["note"],
            why=one["department_name"],
            only_stops=titles[one["branch"]],
            href=f"/cases/{case['case_number']}/supplements/{one['id']}",
            due=date.fromisoformat(one["reply_by"]),
        )
        for one in case["supplements"]
        if one["open"]
    ]
    owed = [
        Need(
            what=known(BillKind, one["kind"]),
            why=None,
            only_stops=titles.get("medical-insurance", case["title"]),
            href=f"/bills/{one['id']}",
        )
        for one in bills
        if one["state"] == "open"
    ]
    return (*asked, *owed)


def looks_of(entries: Entries) -> tuple[Look, ...]:
    """Every use of data, newest first."""
    return tuple(
        Look(
            department=entry["reader_name"],
            what=tuple(known(DataField, field) for field in entry["fields"] or ()),
            purpose=purpose_of(entry["purpose"]),
            at=moment(entry["at"]),
        )
        for entry in reversed(entries)
        if entry["kind"] == "data-accessed"
    )


def results_of(entries: Entries) -> tuple[Link, ...]:
    licences = dict.fromkeys(
        (str(entry["branch"]), str(entry["licence_id"]))
        for entry in entries
        if entry.get("licence_id") and entry.get("branch")
    )
    return tuple(Link(purpose_of(f"/{branch}"), f"/licences/{licence}") for branch, licence in licences)
