"""The city's words in English, and finding things by them."""

from svc_catalog.imports.mapping import Mapping

from .invented import HEALTH, bundle, editor, item, operator, publish, publish_bundle

ENGLISH = {"出生登记": "Birth registration", "出生医学证明": "Birth certificate", "上户口": "household registration"}
REGISTRATION = item(
    "birth-registration",
    "出生登记",
    keywords=["上户口"],
    materials=[{"code": "certificate", "name": "出生医学证明"}],
    english=ENGLISH,
)
PARTS = ({"branch": "birth-registration", "item": "birth-registration"},)


async def glossary(service):
    return (await service.http.get("/glossary")).json()["terms"]


async def test_what_is_on_offer_is_in_the_glossary(service):
    await publish(service, REGISTRATION)
    await publish_bundle(service, "newborn", bundle(*PARTS, english={"新生儿出生一件事": "Having a baby"}))

    assert await glossary(service) == ENGLISH | {"新生儿出生一件事": "Having a baby"}


async def test_what_is_withdrawn_leaves_the_glossary(service):
    await publish(service, REGISTRATION)

    await operator(service).post("/items/birth-registration/versions/1/withdrawal")

    assert await glossary(service) == {}


async def test_an_offer_tells_its_english_name(service):
    await publish(service, REGISTRATION)
    await publish(service, item("loss", "挂失", HEALTH, 2))

    found = (await service.http.get("/search")).json()["items"]

    assert {one["name"]: one["name_en"] for one in found} == {"出生登记": "Birth registration", "挂失": None}


async def test_english_words_find_it_too(service):
    await publish(service, REGISTRATION)
    await publish(service, item("loss", "挂失", HEALTH, 2))

    for words in ("birth registration", "Registration birth", "household"):
        found = (await service.http.get("/search", params={"q": words})).json()
        assert [one["slug"] for one in found["items"]] == ["birth-registration"], words
        assert found["exact"], words


async def test_the_citys_other_names_are_written_as_a_whole(service):
    assert (await editor(service).put("/glossary", json={"terms": {"云溪银行": "Bank of Yunxi"}})).status_code == 204
    terms = {"临江银行": "Linjiang Bank", "出生登记": "Registering a birth"}
    await editor(service).put("/glossary", json={"terms": terms})
    await editor(service).put("/glossary", json={"terms": terms})
    await publish(service, REGISTRATION)

    assert await glossary(service) == ENGLISH | terms


async def test_only_editors_write_the_glossary(service):
    refused = await service.as_person().put("/glossary", json={"terms": {}})

    assert refused.status_code == 403


async def test_english_for_what_does_not_stand_there_is_refused(service):
    english = {"出生登记": "Birth registration", "死亡/登记": "Death registration"}

    item_refused = await operator(service).post("/items", json=REGISTRATION | {"english": english})
    bundle_refused = await operator(service).put("/bundles/newborn", json=bundle(*PARTS, english=english))

    wrong = [
        {"pointer": "#/english/出生登记", "code": "no-such-text"},
        {"pointer": "#/english/死亡~1登记", "code": "no-such-text"},
    ]
    for refused, expected in ((item_refused, wrong[1:]), (bundle_refused, wrong)):
        assert refused.status_code == 400
        found = [{"pointer": one["pointer"], "code": one["code"]} for one in refused.json()["errors"]]
        assert found == expected


def test_a_mapping_names_the_fields_that_hold_english():
    mapping = Mapping(
        name="bilingual",
        recognised_by=["NAME"],
        nothing=["-"],
        fields={"name": {"from": "NAME"}, "department_name": {"from": "BODY"}},
        english={"name": "NAME_EN", "department_name": "BODY_EN"},
    )
    line = {"NAME": "出生登记", "NAME_EN": "Birth registration", "BODY": "公安局", "BODY_EN": "-"}

    assert mapping.elements(line)["english"] == {"出生登记": "Birth registration"}
    assert mapping.elements({"NAME_EN": "Birth registration"})["english"] == {}
