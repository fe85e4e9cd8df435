"""The route that is found at once is the one that FastAPI would have found."""

import httpx
import pytest
from fastapi import APIRouter, FastAPI, Request

from chassis import finding

ID = "0192f2a4-7d1c-7c3e-8f00-000000000001"


def routes(app: FastAPI, *paths: str, methods: tuple[str, ...] = ("GET",)) -> None:
    """Each of a router of its own; it answers with its own path, and with what stood in the place of its parameters."""
    for path in paths:
        router = APIRouter()

        async def tell(request: Request, path: str = path) -> dict[str, object]:
            return {"path": path, "given": request.path_params, "route": request.scope["route"].path}

        router.add_api_route(path, tell, methods=list(methods))
        app.include_router(router)


def house(*paths: str, found: bool = True, **how: tuple[str, ...]) -> FastAPI:
    app = FastAPI(openapi_url=None, redirect_slashes=False)
    routes(app, *paths, **how)
    if found:
        finding.install(app)
    return app


async def ask(app: FastAPI, method: str, path: str) -> tuple[int, object, object]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here") as http:
        answer = await http.request(method, path)
    return answer.status_code, answer.json(), answer.headers.get("allow")


PATHS = (
    "/cases/mine",
    "/cases/{case_id}",
    "/cases/{case_id}/tasks/{task_id}",
    "/cases/{number:int}/steps",
    "/cases/{name}/steps",
    "/{anything}/steps",
    "/files/{path:path}",
    "/files/list",
    "/cases",
)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
@pytest.mark.parametrize(
    "path",
    ["/cases/mine", "/cases/x", "/cases/%2F", "/cases/x/tasks/y", "/cases/12/steps", "/cases/x/steps", "/files/steps",
     "/files/list", "/files/a/b", "/cases", "/cases/", "/nowhere", "/", "/cases//steps", "/cases/a%20b", "//cases"],
)  # fmt: skip
async def test_what_is_found_is_what_fastapi_finds(method, path):
    with_it, without = house(*PATHS, methods=("GET", "PUT")), house(*PATHS, methods=("GET", "PUT"), found=False)

    assert await ask(with_it, method, path) == await ask(without, method, path)


async def test_routes_of_one_path_are_told_apart_by_method():
    app = FastAPI(openapi_url=None, redirect_slashes=False)
    for method in ("GET", "POST"):
        routes(app, "/cases", methods=(method,))
    finding.install(app)

    assert [(await ask(app, method, "/cases"))[0] for method in ("GET", "POST", "DELETE")] == [200, 200, 405]


async def test_fastapi_is_not_asked_where_the_route_is_plain(monkeypatch):
    app = house("/cases/{case_id}", "/cases")

    async def asked(scope, receive, send) -> None:
        raise AssertionError("asked")

    monkeypatch.setattr(app.router.middleware_stack, "_otherwise", asked)

    assert (await ask(app, "GET", f"/cases/{ID}"))[1] == {
        "path": "/cases/{case_id}", "given": {"case_id": ID}, "route": "/cases/{case_id}"
    }  # fmt: skip


async def test_a_route_that_came_later_is_fastapis_to_find():
    app = house("/cases")
    await ask(app, "GET", "/cases")
    routes(app, "/later")

    assert (await ask(app, "GET", "/later"))[0] == 200
