from chassis.cli import main
from svc_sharing.main import service

main(service)
