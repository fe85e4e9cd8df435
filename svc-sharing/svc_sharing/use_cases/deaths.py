"""A department says that the person behind a record died."""

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import Caller
from chassis.outbox import emit
from chassis.problems import Forbidden, InvalidInput
from contracts.events.sharing import DeathReported
from svc_sharing import own_keys, rules
from svc_sharing.errors import ResourceUnknown
from svc_sharing.models import Resource
from svc_sharing.schemas.verifications import DeathIn
from svc_sharing.use_cases import issuers


async def report(session: AsyncSession, body: DeathIn, reporter: Caller) -> None:
    """Emits the record's key, as queries gave it: nobody learns who it is that did not know."""
    resource = await session.get(Resource, body.resource)
    if resource is None:
        raise ResourceUnknown()
    if not await issuers.speaks_as(session, reporter, resource.department):
        raise Forbidden("Only the department that holds the record reports on it")
    if not resource.record_key_fields or set(body.locator) != set(resource.record_key_fields):
        wanted = ", ".join(resource.record_key_fields)
        raise InvalidInput.at("#/locator", "not-a-locator", f"A record of this resource is named by: {wanted}")
    key = await own_keys.record_key(session, rules.key_text(resource.code, resource.record_key_fields, body.locator))
    emit(session, DeathReported(subject_key=key, source_name=resource.department_name))
