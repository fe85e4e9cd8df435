"""URLs of forms: what an application asks, and who sees the answers."""

from typing import Annotated

from fastapi import APIRouter, Path

from chassis.access import public
from chassis.problems import NotFound, problems
from svc_workflow.forms import form_of
from svc_workflow.schemas.forms import BundleFormOut

router = APIRouter(prefix="/forms", tags=["applications"])
BundleCode = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,60}$", examples=["newborn"])]


@router.get("/{bundle_code}", dependencies=[public], summary="The form of a bundle", responses=problems(NotFound))
async def read_bundle_form(bundle_code: BundleCode) -> BundleFormOut:
    """What is asked and in which order; for each department of the bundle what it will see, and nothing else."""
    form = form_of(bundle_code)
    if form is None:
        raise NotFound()
    return BundleFormOut.of(form)
