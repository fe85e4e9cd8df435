"""What must agree within a bundle. Pure."""

from graphlib import CycleError, TopologicalSorter

from contracts.problems import FieldProblem
from svc_catalog.rules.english import strangers
from svc_catalog.schemas.bundles import BundleIn


def faults(bundle: BundleIn) -> list[FieldProblem]:
    """Branches named twice or not at all, needs that go in a circle."""
    codes = [branch.branch for branch in bundle.branches]
    found = [
        _fault(f"branches/{place}/branch", "duplicate", "Another branch has this code")
        for place, code in enumerate(codes)
        if code in codes[:place]
    ]
    for place, branch in enumerate(bundle.branches):
        found += [
            _fault(f"branches/{place}/needs/{at}", "unknown-branch", "No branch has this code")
            for at, need in enumerate(branch.needs)
            if need not in codes
        ]
    for place, question in enumerate(bundle.questions):
        for at, option in enumerate(question.options):
            if any(branch not in codes for branch in option.drops):
                path = f"questions/{place}/options/{at}/drops"
                found.append(_fault(path, "unknown-branch", "No branch has this code"))
    if _circular(bundle):
        found.append(_fault("branches", "circular-needs", "These branches wait for each other"))
    return [*found, *strangers(bundle)]


def _circular(bundle: BundleIn) -> bool:
    try:
        TopologicalSorter({branch.branch: branch.needs for branch in bundle.branches}).prepare()
    except CycleError:
        return True
    return False


def _fault(path: str, code: str, detail: str) -> FieldProblem:
    return FieldProblem(pointer=f"#/{path}", code=code, detail=detail)
