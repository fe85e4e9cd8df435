"""The API reference: one document for every service, and a page that needs nothing from elsewhere."""

from functools import cache
from pathlib import Path

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse
from swagger_ui_bundle import swagger_ui_path

from chassis.access import public
from chassis.documents import ROOT
from chassis.problems import NotFound, problems

router = APIRouter(dependencies=[public], include_in_schema=False)
FILES = {"swagger-ui.css": "text/css", "swagger-ui-bundle.js": "text/javascript", "favicon-32x32.png": "image/png"}
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>OneDoor API</title><link rel="stylesheet" href="/docs/swagger-ui.css"><link rel="icon" href="/docs/favicon-32x32.png"></head>
<body><div id="reference"></div><script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body></html>
"""
START = """SwaggerUIBundle({ url: "/openapi.json", dom_id: "#reference", deepLinking: true, validatorUrl: null });
"""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@cache
def _document() -> bytes:
    return (ROOT / "openapi" / "public.json").read_bytes()


@router.get("/openapi.json")
async def read_openapi() -> Response:
    return Response(_document(), media_type="application/json", headers={"cache-control": "max-age=300"})


@router.get("/docs")
async def show_reference() -> HTMLResponse:
    return HTMLResponse(PAGE, headers={"content-security-policy": POLICY})


@router.get("/api")
async def find_reference() -> RedirectResponse:
    return RedirectResponse("/docs")


@router.api_route("/api/{path:path}", methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
async def find_no_service(path: str) -> None:
    """The proxy knows every service's address; what comes here has none. Programs get a problem, never a page."""
    raise NotFound()


@router.get("/docs/start.js")
async def start_reference() -> Response:
    return Response(START, media_type="text/javascript")


@router.get("/docs/{name}", responses=problems(NotFound))
async def read_reference_file(name: str) -> FileResponse:
    if name not in FILES:
        raise NotFound()
    return FileResponse(
        Path(str(swagger_ui_path)) / name, media_type=FILES[name], headers={"cache-control": "max-age=86400"}
    )
