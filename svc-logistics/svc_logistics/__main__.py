from chassis.cli import main
from svc_logistics.main import service

main(service)
