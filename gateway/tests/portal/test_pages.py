"""Every page, rendered: complete, safe without scripts, each form guarded."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from importlib import import_module
from pkgutil import iter_modules

import pytest
from portal_samples import SAMPLES
from portal_samples.find import MY_HOME
from portal_samples.people import mother

from gateway.portal import render as renderer
from gateway.portal import views
from gateway.portal.render import asset, html, render
from gateway.portal.views.addresses import At
from gateway.portal.views.frame import Language
from gateway.portal.views.parts import View

ROOMS = [import_module(f"{views.__name__}.{one.name}") for one in iter_modules(views.__path__)]
VOID = ("br", "hr", "img", "input", "link", "meta", "circle", "path", "rect")
pages = pytest.mark.parametrize("name", SAMPLES)


class Outline(HTMLParser):
    """The tags of a page, with their attributes, in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, *names: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag in names]


def seen(name: str, language: Language = Language.ZH) -> str:
    sample = SAMPLES[name].seen(language)
    return html(sample.page, sample.frame)


def forms(text: str) -> list[str]:
    return re.findall(r'<form method="post".*?</form>', text, flags=re.DOTALL)


def test_every_view_has_a_sample():
    every = {one for room in ROOMS for one in vars(room).values() if isinstance(one, type) and issubclass(one, View)}

    assert {one.__name__ for one in every - {View}} - {
        type(sample.page).__name__ for sample in SAMPLES.values()
    } == set()


@pages
def test_a_page_has_one_heading_a_title_and_its_language(name):
    text = seen(name)

    assert text.lstrip().startswith("<!doctype html>")
    assert len(Outline(text).all("h1")) == 1
    assert re.search(r"<title>[^<>]+ · 一门</title>", text)
    assert Outline(text).all("html")[0]["lang"] == "zh-CN"


@pages
def test_an_english_page_speaks_english_around_the_data(name):
    footer = re.search(r"<footer.*</footer>", seen(name, Language.EN), flags=re.DOTALL)

    assert Outline(seen(name, Language.EN)).all("html")[0]["lang"] == "en"
    assert re.findall(r"[\u4e00-\u9fff]+", footer[0]) == []


class Voices(HTMLParser):
    """The Chinese texts of a page that a screen reader would read in another language's voice."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.spoken: list[tuple[str, str | None]] = []
        self.unmarked: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.spoken.append((tag, dict(attrs).get("lang") or (self.spoken[-1][1] if self.spoken else None)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.spoken.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        tag, language = self.spoken[-1] if self.spoken else ("", None)
        if re.search(r"[\u4e00-\u9fff]", data) and language != "zh-CN" and tag not in ("title", "textarea"):
            self.unmarked.append(data)


@pages
def test_chinese_names_on_an_english_page_are_marked_as_chinese(name):
    assert Voices(seen(name, Language.EN)).unmarked == []


@pages
def test_every_page_offers_the_other_language_in_that_language(name):
    for language, other, word in ((Language.ZH, "en", "English"), (Language.EN, "zh-CN", "中文")):
        header = re.search(r"<header.*</header>", seen(name, language), flags=re.DOTALL)
        assert f'lang="{other}">{word}</button>' in header[0]


@pages
def test_a_page_needs_no_inline_script_or_style(name):
    outline = Outline(seen(name))

    assert all(script.get("src") for script in outline.all("script"))
    assert outline.all("style") == []
    assert [attributes for _, attributes in outline.tags if "style" in attributes] == []
    assert [key for _, attributes in outline.tags for key in attributes if key.startswith("on")] == []


@pages
def test_every_form_that_posts_carries_the_token_and_the_key(name):
    for form in forms(seen(name)):
        hidden = {
            field["name"]: field["value"] for field in Outline(form).all("input") if field.get("type") == "hidden"
        }
        again_and_again = Outline(form).all("form")[0]["action"] in {At.LETTERS, At.LANGUAGE, At.IDENTITY, At.SIGN_OUT}
        assert hidden["csrf"] == "csrf-of-the-session"
        assert hidden.get("once") == (None if again_and_again else "once-1")


@pages
def test_forms_post_to_this_site_only(name):
    assert all(form["action"].startswith("/") for form in Outline(seen(name)).all("form"))


@pages
@pytest.mark.parametrize("language", Language)
def test_no_list_is_shown_that_has_nothing_in_it(name, language):
    """Where there is nothing, a page says why, or keeps the heading back as well."""
    assert re.findall(r"<(ul|ol|dl|tbody)\b[^>]*>\s*</\1>", seen(name, language)) == []


@pages
def test_no_id_is_used_twice(name):
    ids = [attributes["id"] for _, attributes in Outline(seen(name)).tags if "id" in attributes]

    assert sorted(ids) == sorted(set(ids))


@pages
def test_what_a_field_is_described_by_is_there(name):
    outline = Outline(seen(name))
    ids = {attributes["id"] for _, attributes in outline.tags if "id" in attributes}
    described = [attributes["aria-describedby"] for _, attributes in outline.tags if "aria-describedby" in attributes]
    jumps = [link["href"][1:] for link in outline.all("a") if link["href"].startswith("#")]

    assert {one for value in described for one in value.split()} | set(jumps) <= ids


def test_the_answer_forbids_what_the_page_does_not_need():
    sample = SAMPLES["my-home"]

    answer = render(sample.page, frame=sample.frame)

    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-language"] == "zh"


def test_an_error_page_answers_with_its_status():
    statuses = {name: render(one.page, frame=one.frame).status_code for name, one in SAMPLES.items() if "error" in name}

    assert statuses["error-not-found"] == 404
    assert statuses["error-server"] == 500
    assert min(statuses.values()) >= 400


def test_names_cannot_bring_markup_along():
    page = replace(MY_HOME, given_name="<script>alert(1)</script>")

    text = html(page, mother("/"))

    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text


def test_a_static_files_address_changes_with_its_content():
    assert re.fullmatch(r"/static/onedoor\.css\?v=[0-9a-f]{12}", asset("onedoor.css"))
    assert asset("copy.js") != asset("keys.js")
    assert (renderer.STATIC / "door.svg").is_file()


def test_an_operator_sees_first_what_needs_somebody():
    places = [re.search(rf'href="/operations/{name}"', seen("operations")).start() for name in NIGHT_ORDER]

    assert places == sorted(places)


NIGHT_ORDER = ("identity", "feedback", "sharing", "logistics", "profile", "gateway", "catalog", "workflow")
"""Not ready, silent; given-up calls, a silent bus, no word of itself; the quiet ones."""


def test_a_guide_that_leads_to_no_application_says_where_to_go_instead():
    assert "请到下面的大厅办理" in seen("bundle-not-here")
    assert "请到下面的大厅办理" not in seen("bundle") + seen("bundle-stop")


def test_who_has_done_nothing_yet_is_not_told_that_nothing_waits():
    assert "还没有办过的件" in seen("inbox-done-empty")
    assert "没有待办" in seen("inbox-empty")
