"""No server error, no undocumented status, no answer that breaks its schema, whoever asks and whatever is sent.

`FUZZ=1000` tries as many requests of each operation and role beside what the document leads to (8 by default);
`FUZZ_SEED=2` tries others.
"""

from collections.abc import Iterator
from importlib import import_module

import pytest

from chassis.documents import APIS, program
from chassis.service import Service
from contracts.claims import Kind

from .excusing import excepted, left
from .fuzzing import Outcome, fuzz
from .roles import Role, operations, roles
from .seeds import ground
from .serving import Served, served

pytestmark = pytest.mark.filterwarnings("default")
"""schemathesis's own warnings are not ours."""

NOTHING = {
    ("catalog", "person"), ("profile", "official"), ("profile", "system"), ("gateway", "official"), ("gateway", "system"),
}  # fmt: skip
"""Where nothing is for this role that is not for anyone."""


@pytest.fixture(scope="module", params=APIS)
def furnished(request: pytest.FixtureRequest, database_server: str) -> Iterator[tuple[Service, Served]]:
    service = import_module(f"{program(request.param).replace('-', '_')}.main").service
    with served(service, database_server, ground) as opened:
        yield service, opened


@pytest.mark.parametrize("role", ["anonymous", "person", "official", "operator", "system"])
def test_what_the_document_says_is_what_the_service_does(furnished, role):
    service, opened = furnished
    who = next(each for each in roles(service.name) if each.name == role)
    mine = operations(service, who)
    if (service.name, role) in NOTHING:
        assert mine == set()
        return

    outcome = run(service, opened, who, mine)

    if remaining := left(outcome.disagreements, excepted()):
        pytest.fail("\n\n".join(map(str, remaining)), pytrace=False)
    if role == "person" and outcome.has_links:
        assert outcome.followed, "what the person has leads nowhere"
    assert any(status < 400 for statuses in outcome.statuses.values() for status in statuses)


def run(service: Service, opened: Served, who: Role, mine: set[str]) -> Outcome:
    town = opened.town
    bearer = who.bearer(service.name, town.department, town.post, town.person)
    session = town.session if who.kind is Kind.PERSON else None
    return fuzz(
        opened.document,
        opened.url,
        bearer=None if session else bearer,
        session=session,
        known=town.known,
        operations=mine,
    )
