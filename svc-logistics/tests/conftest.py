from chassis.testing import service_fixture
from svc_logistics.main import service as logistics

CARRIER_SECRET, PAYMENT_SECRET = "carrier-secret", "payment-secret"
service = service_fixture(logistics, carrier_secret=CARRIER_SECRET, payment_secret=PAYMENT_SECRET)
