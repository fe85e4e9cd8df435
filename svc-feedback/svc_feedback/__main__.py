from chassis.cli import main
from svc_feedback.main import service

main(service)
