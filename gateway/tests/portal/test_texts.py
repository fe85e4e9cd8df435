"""All words live in the catalogues, each in both languages, and no template carries words of its own."""

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from string import Formatter

import pytest
from jinja2 import nodes

from gateway.portal import views
from gateway.portal.catalogue import MissingText, catalogue
from gateway.portal.render import environment
from gateway.portal.views.codes import Code
from gateway.portal.views.confirm import Deed
from gateway.portal.views.errors import Trouble
from gateway.portal.views.parts import FlawCode

PORTAL = Path(views.__file__).parents[1]
TEMPLATES = PORTAL / "templates"
ROOMS = [import_module(f"{views.__name__}.{one.name}") for one in iter_modules(views.__path__)]
LANGUAGES = ("zh", "en")


def names() -> list[str]:
    return sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))


def source(name: str) -> str:
    return (TEMPLATES / name).read_text("utf-8")


def every_code() -> list[Code]:
    classes = {value for room in ROOMS for value in vars(room).values() if isinstance(value, type)}
    return [member for one in classes if issubclass(one, Code) for member in one]


def asked_keys(name: str) -> Iterator[tuple[str, bool]]:
    """Keys that a template asks for by `t(...)`; true where only the beginning is written there."""
    for call in environment().parse(source(name)).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "t":
            yield from keys_of(call.args[0])


def keys_of(key: nodes.Expr) -> Iterator[tuple[str, bool]]:
    match key:
        case nodes.Const():
            yield key.value, False
        case nodes.Concat():
            yield key.nodes[0].value, True
        case nodes.CondExpr():
            yield from keys_of(key.expr1)
            yield from keys_of(key.expr2)
        case _:
            raise AssertionError(f"a key that this test cannot read: {key}")


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def prose(template: str) -> str:
    """What is left of a template for people to read: no Jinja, no tags, no entities."""
    bare = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", template, flags=re.DOTALL)
    spoken = re.findall(r'(?:alt|title|placeholder|aria-label|content)="([^"]*)"', bare)
    technical = re.compile(r"width=device-width.*|#[0-9a-f]{6}")
    return re.sub(r"<[^>]*>|&\w+;|aria-[a-z]+=\"[^\"]*\"", "", bare) + " ".join(
        text for text in spoken if not technical.fullmatch(text)
    )


def test_both_catalogues_have_the_same_keys():
    chinese, english = (catalogue(language).texts.keys() for language in LANGUAGES)

    assert chinese - english == set()
    assert english - chinese == set()


def test_a_text_has_the_same_placeholders_in_both_languages():
    chinese, english = (catalogue(language).texts for language in LANGUAGES)

    assert [key for key in chinese if placeholders(chinese[key]) != placeholders(english[key])] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_a_word(language):
    texts = catalogue(language)

    assert [code.key for code in every_code() if code.key not in texts] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_trouble_says_what_happened_what_is_safe_and_what_to_do(language):
    texts = catalogue(language)
    wanted = [f"errors.{trouble}.{part}" for trouble in Trouble for part in ("title", "happened", "safe", "now")]
    wanted += [f"confirm.{what}.{part}" for what in Deed for part in ("title", "means", "yes", "no")]

    assert [key for key in wanted if key not in texts] == []


@pytest.mark.parametrize("name", names())
def test_a_template_asks_only_for_texts_that_exist(name):
    texts = catalogue("zh").texts

    for key, beginning in asked_keys(name):
        assert any(text.startswith(key) for text in texts) if beginning else key in texts, key


def test_no_text_is_left_that_nobody_asks_for():
    asked = [key for name in names() for key in asked_keys(name)]
    whole = {key for key, beginning in asked if not beginning} | {code.key for code in every_code()}
    beginnings = tuple(key for key, beginning in asked if beginning)
    spoken = ("dates.", "common.money", "common.nothing", "common.list_separator")  # asked for by Speech

    left = [key for key in catalogue("zh").texts if key not in whole and not key.startswith(beginnings + spoken)]

    assert left == []


def test_every_flaw_that_has_words_is_found_by_some_page():
    pages = "".join(path.read_text("utf-8") for path in (PORTAL / "pages").glob("*.py"))

    assert [code for code in FlawCode if f"FlawCode.{code.name}" not in pages] == []


def test_a_moment_is_said_so_that_it_may_be_today():
    """A preposition stands before dates only: `at` is a moment, and “on today, 09:18” is no English."""
    led = re.compile(r"在 ?\{at\}|\bon \{at\}", flags=re.IGNORECASE)

    assert [key for language in LANGUAGES for key, text in catalogue(language).texts.items() if led.search(text)] == []


@pytest.mark.parametrize("name", names())
def test_a_template_carries_no_words_of_its_own(name):
    template = source(name)

    assert re.search(r"[\u4e00-\u9fff]", template) is None
    assert re.search(r"[A-Za-z]{2,}", prose(template)) is None


def test_words_in_a_template_would_be_found():
    assert re.search(r"[A-Za-z]{2,}", prose("<p>{{ t('a') }} Hello</p>"))
    assert re.search(r"[A-Za-z]{2,}", prose('<input placeholder="Your name">'))


def test_a_missing_text_is_named():
    with pytest.raises(MissingText, match=r"no text 'home\.nothing_like_it' in zh"):
        catalogue("zh")("home.nothing_like_it")


def test_values_are_escaped_when_they_are_filled_in():
    text = catalogue("en")("home.hello", name="<b>", greeting="Hi")

    assert text == "Hi, &lt;b&gt;"
