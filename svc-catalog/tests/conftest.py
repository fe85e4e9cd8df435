from chassis.testing import service_fixture
from svc_catalog.main import service as catalog

service = service_fixture(catalog)
