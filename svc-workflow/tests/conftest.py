"""The service with the newborn bundle on offer, and people who use it."""

from chassis.testing import service_fixture
from svc_workflow.main import service as workflow

service = service_fixture(workflow)
