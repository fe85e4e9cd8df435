"""`python -m demo.hospital`."""

from demo.base.program import serve
from demo.base.settings import read_settings
from demo.hospital.app import make_app

if __name__ == "__main__":
    settings = read_settings(default_port=8111)
    serve(make_app(settings), settings)
