"""Serves the sample views through the real renderer: `/page/my-home?language=en&letters=larger`."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from gateway.portal.render import STATIC, render
from gateway.portal.views.frame import Language, Letters
from portal_samples import SAMPLES


async def show(request: Request) -> Response:
    asked = request.query_params
    sample = SAMPLES[request.path_params["name"]].seen(
        Language(asked.get("language", "zh")), Letters(asked.get("letters", "standard"))
    )
    return render(sample.page, frame=sample.frame)


app = Starlette(routes=[Route("/page/{name}", show), Mount("/static", StaticFiles(directory=STATIC))])
