"""`python -m demo.social_security`."""

from demo.base.program import serve
from demo.base.settings import read_settings
from demo.social_security.app import make_app

if __name__ == "__main__":
    settings = read_settings(default_port=8115)
    serve(make_app(settings), settings)
