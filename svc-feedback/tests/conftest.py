from chassis.testing import service_fixture
from svc_feedback.main import service as feedback

service = service_fixture(feedback)
