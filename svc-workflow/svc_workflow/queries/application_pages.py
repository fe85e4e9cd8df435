"""An application as its applicant sees it."""

from datetime import timedelta
from typing import Any

from svc_workflow import clock
from svc_workflow.queries.drafts import Asked, Draft


def etag(version: int) -> str:
    return f'"{version}"'


def shown(draft: Draft) -> dict[str, Any]:
    """The fields of `ApplicationOut`."""
    application, standing = draft.application, draft.standing
    prefills = [(resource, draft.prefill(resource)) for resource in draft.form.prefills]
    return {
        "id": application.id,
        "bundle_code": application.bundle_code,
        "title": application.title,
        "state": application.state,
        "started_at": application.started_at,
        "changed_at": application.changed_at,
        "kept_until": clock.day_of(application.changed_at + timedelta(days=draft.form.kept_days)),
        "child": application.child,
        "answers": draft.answers,
        "prefills": [_prefill(resource, step) for resource, step in prefills if step is not None],
        "agreement": _agreement(draft),
        "tasks": [{"code": code, "state": state} for code, state in standing.tasks().items()],
        "missing": standing.missing,
    }


def _prefill(resource: str, step: Asked) -> dict[str, Any]:
    result = step.result or {}
    return {
        "resource": resource,
        "state": "waiting" if step.state == "waiting" else "done" if step.state == "done" else "failed",
        "exchange_id": result.get("exchange_id"),
        "records": result.get("records"),
        "record_keys": result.get("record_keys", []),
        "source_name": result.get("source_name"),
        "reason": step.reason,
    }


def _agreement(draft: Draft) -> dict[str, Any]:
    consent = draft.consent
    return {
        "needed": draft.agreement_needed,
        "state": draft.agreement,
        "person_id": None if consent is None else (consent.result or {}).get("person_id"),
        "asked_at": None if consent is None else consent.asked_at,
        "answered_at": None if consent is None else consent.answered_at,
    }
