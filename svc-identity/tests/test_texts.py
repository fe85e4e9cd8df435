"""Every text exists in both languages, and no page carries one of its own."""

import re

from contracts.scopes import PERSON
from svc_identity.pages.render import HERE, LANGUAGES, texts


def test_both_languages_say_the_same_things():
    chinese, english = (texts(language) for language in LANGUAGES)

    assert chinese.keys() == english.keys()
    holes = re.compile(r"{\w+}")
    assert [key for key in chinese if holes.findall(chinese[key]) != holes.findall(english[key])] == []


def test_every_scope_of_people_can_be_explained():
    assert {f"scope {scope}" for scope in [*PERSON, "openid"]} <= texts("zh").keys()


def test_no_template_carries_words():
    for template in (HERE / "templates").glob("*.html"):
        words = re.sub(r"{[{%].*?[%}]}|<[^>]*>", "", template.read_text())
        assert not re.search(r"[^\W\d_]", words.replace("·", "")), template.name
