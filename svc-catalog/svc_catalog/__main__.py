from chassis.cli import main
from svc_catalog.main import service

main(service)
