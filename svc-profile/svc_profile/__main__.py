from chassis.cli import main
from svc_profile.main import service

main(service)
