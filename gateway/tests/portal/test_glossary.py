"""Names on English pages: English where there is a word for them, else marked as Chinese."""

import re

import httpx
import pytest

from gateway.portal.glossary import PATIENCE, Glossaries, Glossary
from gateway.portal.services import Services
from gateway.portal.voices import spoken
from gateway.settings import GatewaySettings

TERMS = {
    "出生登记": "Birth registration",
    "登记": "Registration",
    "云溪市公安局": "Yunxi Police",
    "姓名<全>": "Name <full>",
    "A群流脑多糖疫苗": "Meningococcal A vaccine",
    "户口簿要寄来；办好寄回。": "Send the household book; it comes back.",
}
GLOSSARY = Glossary(TERMS)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("出生登记", "Birth registration"),
        ("“出生登记” is done.", "“Birth registration” is done."),
        ("出生登记、登记", "Birth registration, Registration"),
        ("登记（云溪市公安局）", "Registration (Yunxi Police)"),
        ("户口簿要寄来；办好寄回。", "Send the household book; it comes back."),
        ("A群流脑多糖疫苗, dose 2", "Meningococcal A vaccine, dose 2"),
        ("姓名&lt;全&gt;", "Name &lt;full&gt;"),
    ],
)
def test_a_term_that_stands_by_itself_is_said_in_english(text, said):
    assert GLOSSARY.said(text) == said


@pytest.mark.parametrize(
    "text",
    [
        "出生登记处",
        "补登记",
        "3登记",
        "登记3号",
        "黄予宁",
        "BA群流脑多糖疫苗",
        "登记，给宝宝上户口",
        "去登记。",
        "“予”登记“给予”",
    ],
)
def test_a_part_of_another_word_is_left_alone(text):
    assert GLOSSARY.said(text) == text


def test_what_has_no_english_is_marked_beside_what_has():
    assert spoken("<p>云溪市公安局：黄予宁</p>", GLOSSARY) == ('<p>Yunxi Police: <span lang="zh-CN">黄予宁</span></p>')


def test_options_titles_and_labels_are_said_too():
    page = '<title>登记 · OneDoor</title><nav aria-label="登记"><option value="登记">登记</option><option>黄</option>'

    assert spoken(page, GLOSSARY) == (
        '<title>Registration · OneDoor</title><nav aria-label="Registration"><option value="登记">Registration</option>'
        '<option lang="zh-CN">黄</option>'
    )


def test_what_a_person_typed_is_left_alone():
    page = '<textarea name="登记">登记</textarea><input value="登记">'

    assert spoken(page, GLOSSARY) == page
    assert spoken('Results for “<span translate="no">登记</span>”', GLOSSARY) == (
        'Results for “<span translate="no"><span lang="zh-CN">登记</span></span>”'
    )


def test_a_page_without_a_glossary_marks_every_name():
    assert re.sub("<[^>]*>", "", spoken("<p>登记</p>")) == "登记"


class Catalogue:
    """What stands at svc-catalog's address."""

    def __init__(self) -> None:
        self.asked, self.away = 0, False

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        return httpx.Response(503) if self.away else httpx.Response(200, json={"terms": TERMS})


@pytest.fixture
def catalogue():
    return Catalogue()


@pytest.fixture
async def services(catalogue):
    async with httpx.AsyncClient(transport=httpx.MockTransport(catalogue)) as http:
        yield Services(http, GatewaySettings(), None)


async def test_the_glossary_is_asked_for_once_a_while(services, catalogue):
    glossaries = Glossaries()

    assert [(await glossaries.now(services)).said("登记") for _ in range(3)] == ["Registration"] * 3
    assert catalogue.asked == 1


async def test_an_old_glossary_is_better_than_none(services, catalogue, monkeypatch):
    glossaries = Glossaries()
    await glossaries.now(services)
    catalogue.away = True
    later = glossaries._until + PATIENCE
    monkeypatch.setattr("gateway.portal.glossary.time.monotonic", lambda: later)

    assert (await glossaries.now(services)).said("登记") == "Registration"
    assert catalogue.asked == 2


async def test_without_a_catalogue_pages_go_on_in_chinese(services, catalogue):
    catalogue.away = True

    assert (await Glossaries().now(services)).said("登记") == "登记"
