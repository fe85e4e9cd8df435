"""The service with the newborn bundle on offer, and people who use it."""

import pytest_asyncio

from chassis.testing import service_fixture
from svc_workflow.main import service as workflow

from .city import City, Family

service = service_fixture(workflow)


@pytest_asyncio.fixture
async def city(service):
    return await City(service).open()


@pytest_asyncio.fixture
async def family(city):
    return Family(city)
