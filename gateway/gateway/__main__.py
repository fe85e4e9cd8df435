from chassis.cli import main
from gateway.main import service

main(service)
