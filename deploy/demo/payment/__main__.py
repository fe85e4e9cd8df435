"""`python -m demo.payment`."""

from demo.base.program import serve
from demo.base.settings import read_settings
from demo.payment.app import make_app

if __name__ == "__main__":
    settings = read_settings(default_port=8117)
    serve(make_app(settings), settings)
