import pytest_asyncio

from chassis.testing import open_service, service_fixture
from svc_profile.main import service as profile

from .servers import MailServer, SmsGateway

service = service_fixture(profile)


@pytest_asyncio.fixture
async def mail():
    async with MailServer() as server:
        yield server


@pytest_asyncio.fixture
async def sms():
    async with SmsGateway() as server:
        yield server


@pytest_asyncio.fixture
async def connected(database_server, mail, sms):
    """The service with a mail server and an SMS gateway."""
    settings = {"smtp_host": "127.0.0.1", "smtp_port": mail.port, "sms_url": sms.url, "sms_secret": "sms-secret"}
    async with open_service(profile, database_server, **settings) as opened:
        yield opened
