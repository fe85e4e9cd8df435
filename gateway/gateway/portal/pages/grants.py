"""Who will see what of an application, and why: each department of a bundle, as the form hands it on."""

from collections.abc import Mapping
from typing import Any

from gateway.portal.services import Services
from gateway.portal.views.apply import Grant
from gateway.portal.views.names import DataField, Register, known


async def grants_of(services: Services, bundle: Mapping[str, Any]) -> tuple[Grant, ...]:
    """One sentence for each branch: the form's answers that it receives, and what registers show it besides."""
    form = await services.get("workflow", f"/forms/{bundle['code']}")
    seen = {one["branch"]: (*one["answers"], *one["shares"]) for one in form["recipients"]}
    return tuple(
        Grant(
            department=branch["department_name"],
            what=tuple(_word(code) for code in seen[branch["branch"]]),
            purpose=branch["short_name"] or branch["name"],
        )
        for branch in bundle["branches"]
        if branch["branch"] in seen
    )


def _word(code: str) -> str:
    register = known(Register, code)
    return register if isinstance(register, Register) else known(DataField, code)
