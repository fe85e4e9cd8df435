"""`python -m demo.population`."""

from demo.base.program import serve
from demo.base.settings import read_settings
from demo.population.app import make_app

if __name__ == "__main__":
    settings = read_settings(default_port=8112)
    serve(make_app(settings), settings)
