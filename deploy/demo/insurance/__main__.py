"""`python -m demo.insurance`."""

from demo.base.program import serve
from demo.base.settings import read_settings
from demo.insurance.app import make_app

if __name__ == "__main__":
    settings = read_settings(default_port=8114)
    serve(make_app(settings), settings)
