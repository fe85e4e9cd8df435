"""What belongs to every page: static files, letters, language, help, the accessibility statement, and pages that are not there."""

from datetime import date
from mimetypes import guess_type

from fastapi import APIRouter
from fastapi.responses import FileResponse, Response

from chassis.access import public
from chassis.problems import NotFound
from gateway.portal.pages import offers
from gateway.portal.render import STATIC
from gateway.portal.routing import BrowserRoute, PageRoute
from gateway.portal.views.feedback import Accessibility, AskedOften, Help
from gateway.portal.views.frame import Language, Letters
from gateway.portal.visit import LANGUAGE, LETTERS, YEAR, Visiting

router = APIRouter(route_class=PageRoute, dependencies=[public], include_in_schema=False)
files = APIRouter(dependencies=[public], include_in_schema=False)
anywhere = APIRouter(route_class=BrowserRoute, dependencies=[public], include_in_schema=False)
NAMES = {path.name for path in STATIC.iterdir() if path.is_file()}
FOR_EVER = "public, max-age=31536000, immutable"
CHECKED_ON = date(2026, 11, 23)


@files.get("/static/{name}")
async def read_static(name: str, v: str = "") -> FileResponse:
    """The address changes with the content, so browsers keep it."""
    if name not in NAMES:
        raise NotFound()
    headers = {"cache-control": FOR_EVER if v else "max-age=300", "x-content-type-options": "nosniff"}
    return FileResponse(STATIC / name, media_type=guess_type(name)[0], headers=headers)


@router.post("/letters")
async def set_letters(visit: Visiting) -> Response:
    response = visit.go(_back(visit.given("back")))
    if visit.given("letters") in list(Letters):
        visit.keep(response, LETTERS, visit.given("letters"), life=YEAR)
    return response


@router.post("/language")
async def set_language(visit: Visiting) -> Response:
    response = visit.go(_back(visit.given("back")))
    if visit.given("language") in list(Language):
        visit.keep(response, LANGUAGE, visit.given("language"), life=YEAR)
    return response


def _back(to: str) -> str:
    """A path of ours, never another site's address."""
    return to if to.startswith("/") and not to.startswith("//") and "\\" not in to and to.isprintable() else "/"


@router.get("/help")
async def show_help(visit: Visiting, q: str = "") -> Response:
    """Questions that people ask of the life events; the words they look for may stand in either."""
    events = await offers.questions(visit.services)
    asked = tuple(AskedOften(question=one, answer=two) for one, two in events if q in one or q in two)
    halls = await offers.halls(visit.services)
    return await visit.show(Help(query=q, asked_often=asked, phone=visit.settings.helpline, halls=halls))


@router.get("/accessibility")
async def show_accessibility(visit: Visiting) -> Response:
    return await visit.show(Accessibility(checked_on=CHECKED_ON, phone=visit.settings.helpline))


@anywhere.get("/{path:path}")
async def show_nothing(path: str) -> Response:
    """Whatever has no page: people are told by one, programs by a problem."""
    raise NotFound()
