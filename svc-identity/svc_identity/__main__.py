from chassis.cli import main
from svc_identity.main import service

main(service)
