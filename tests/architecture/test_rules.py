"""The whole tree keeps the rules."""

import pytest

from .rules import (
    PACKAGES,
    ROOT,
    SERVICES,
    SHARED,
    bad_names,
    calls_in_transaction,
    deaf_to_cancelling,
    environment_read,
    foreign_imports,
    jose_outside_its_wrapper,
    more_than_pydantic,
    own_transactions,
    printed,
    sources,
    swallowed,
    too_long,
)

EVERYTHING = [*PACKAGES.values(), *SHARED.values()]


@pytest.mark.parametrize("name", PACKAGES)
def test_no_service_imports_another(name):
    assert [fault for source in sources([PACKAGES[name]]) for fault in foreign_imports(source, name)] == []


def test_contracts_import_pydantic_and_nothing_else():
    assert [fault for source in sources([SHARED["contracts"]]) for fault in more_than_pydantic(source)] == []


def test_chassis_imports_no_service():
    assert [fault for source in sources([SHARED["chassis"]]) for fault in foreign_imports(source, "chassis")] == []


def test_jose_has_one_importer():
    assert [fault for source in sources(EVERYTHING) for fault in jose_outside_its_wrapper(source)] == []


def test_transactions_are_the_chassis_business():
    assert [fault for source in sources(PACKAGES.values()) for fault in own_transactions(source)] == []


def test_nobody_else_is_waited_for_in_a_transaction():
    services = [PACKAGES[name] for name in SERVICES]
    assert [fault for source in sources(services) for fault in calls_in_transaction(source)] == []


def test_the_environment_is_read_by_settings_only():
    everywhere = [source for source in sources(EVERYTHING) if source.path.name != "testing.py"]
    assert [fault for source in everywhere for fault in environment_read(source)] == []


def test_no_error_is_swallowed():
    assert [fault for source in sources(EVERYTHING) for fault in swallowed(source)] == []


def test_whoever_is_cancelled_hears_it():
    everything = [*EVERYTHING, ROOT / "deploy", ROOT / "tests"]
    assert [fault for source in sources(everything) for fault in deaf_to_cancelling(source)] == []


def test_nothing_is_printed():
    everything = [*EVERYTHING, ROOT / "deploy" / "launcher", ROOT / "deploy" / "demo"]
    assert [fault for source in sources(everything) for fault in printed(source)] == []


def test_rooms_are_named_by_noun():
    assert [fault for source in sources(EVERYTHING) for fault in bad_names(source.path)] == []


def test_files_and_functions_fit_a_reader():
    read = [source for source in sources([*EVERYTHING, ROOT / "deploy"]) if "tests" not in source.path.parts]

    assert [fault for source in read for fault in too_long(source)] == []
