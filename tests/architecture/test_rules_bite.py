"""A rule that cannot fail is no rule."""

from pathlib import Path

import pytest

from . import rules
from .rules import ROOT, Source


def source(text: str, path: str = "svc-catalog/svc_catalog/use_cases.py") -> Source:
    return Source(ROOT / path, text)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (lambda s: rules.foreign_imports(s, "svc-catalog"), "from svc_sharing.rules import x\n"),
        (lambda s: rules.foreign_imports(s, "svc-catalog"), "import gateway.proxy\n"),
        (rules.more_than_pydantic, "import sqlalchemy\n"),
        (rules.jose_outside_its_wrapper, "from jose import jwt\n"),
        (rules.own_transactions, "await session.commit()\n"),
        (rules.own_transactions, "async with engine.begin() as c:\n    pass\n"),
        (rules.calls_in_transaction, "await runtime.peers['sharing'].get('/x')\n"),
        (rules.calls_in_transaction, "async with httpx.AsyncClient() as client:\n    pass\n"),
        (rules.environment_read, "import os\nx = os.environ['A']\n"),
        (rules.environment_read, "import os\nx = os.getenv('A')\n"),
        (rules.swallowed, "try:\n    x()\nexcept Exception:\n    pass\n"),
        (rules.swallowed, "try:\n    x()\nexcept:\n    pass\n"),
        (rules.deaf_to_cancelling, "async def f():\n    await asyncio.wait_for(g(), 1)\n"),
        (rules.printed, "def f():\n    print(1)\n"),
        (rules.too_long, "x = 1\n" * 331),
        (rules.too_long, "def f():\n" + "    x = 1\n" * 49),
    ],
)
def test_the_rule_finds_the_fault(rule, text):
    assert rule(source(text)) != []


def test_a_job_calls_in_its_call_only():
    job = "class A(Job):\n    async def {}(self, runtime):\n        await runtime.http.get('/x')\n"
    path = "svc-catalog/svc_catalog/jobs/asking.py"

    assert rules.calls_in_transaction(source(job.format("call"), path)) == []
    assert rules.calls_in_transaction(source(job.format("finish"), path)) != []


def test_innocent_code_passes():
    text = "import asyncio\n\nfrom contracts.event import Event\n\n\ndef f() -> int:\n    return 1\n"
    rest = [
        rules.jose_outside_its_wrapper,
        rules.own_transactions,
        rules.environment_read,
        rules.swallowed,
        rules.deaf_to_cancelling,
        rules.printed,
        rules.too_long,
    ]

    assert rules.foreign_imports(source(text), "svc-catalog") == []
    assert [fault for rule in rest for fault in rule(source(text))] == []


def test_the_wrapper_itself_may_import_jose():
    assert rules.jose_outside_its_wrapper(source("import jose\n", "contracts/chassis/jose/keys.py")) == []


def test_a_drawer_for_everything_is_found():
    assert rules.bad_names(Path("svc_catalog/utils.py")) != []
