from chassis.cli import main
from svc_workflow.main import service

main(service)
