"""Serves the sample views through the real renderer: `/page/my-home?language=en&letters=larger`.

Around them, just enough of a house to press every button: what is posted is kept, a stream tells of news."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from gateway.portal.glossary import Glossary
from gateway.portal.render import STATIC, render
from gateway.portal.views.frame import Language, Letters
from portal_samples import SAMPLES

GLOSSARY = Glossary(json.loads((Path(__file__).parents[4] / "deploy/demo/city/data/english.json").read_text("utf-8")))
"""The demo city's words, so that English pages look as they do there."""

POSTED: list[dict[str, str]] = []
"""Every form that was sent, oldest first."""

news = asyncio.Event()


async def show(request: Request) -> Response:
    asked = request.query_params
    sample = SAMPLES[request.path_params["name"]].seen(
        Language(asked.get("language", "zh")), Letters(asked.get("letters", "standard"))
    )
    return render(sample.page, frame=sample.frame, glossary=GLOSSARY)


async def take(request: Request) -> Response:
    if request.method == "GET":
        return PlainTextResponse("here")
    async with request.form() as form:
        POSTED.append(
            {name: value.filename or "" if isinstance(value, UploadFile) else value for name, value in form.items()}
        )
    back = request.url.path.partition("/supplements")[0]
    return RedirectResponse(back, status_code=303)


async def tell(request: Request) -> Response:
    news.set()
    return PlainTextResponse("told")


async def events(request: Request) -> Response:
    async def stream() -> AsyncIterator[str]:
        yield ": listening\n\n"
        await news.wait()
        yield "event: changed\ndata: -\n\nevent: finished\ndata: -\n\n"

    return StreamingResponse(stream(), media_type="text/event-stream")


app = Starlette(
    routes=[
        Route("/page/{name}", show),
        Mount("/static", StaticFiles(directory=STATIC)),
        Route("/cases/{number}/events", events),
        Route("/cases/{number}/news", tell, methods=["POST"]),
        Route("/{path:path}", take, methods=["GET", "POST"]),
    ]
)


@contextmanager
def served() -> Iterator[str]:
    """The address of a running server of all this."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        thread.join(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
