"""Finding things by what people type."""

from .invented import HEALTH, bundle, item, publish, publish_bundle


async def offered(service) -> None:
    await publish(service, item("birth-certificate", "出生医学证明（首次签发）", HEALTH, keywords=["出生证"]))
    await publish(service, item("birth-registration", "出生登记（国内出生）", themes_person=["生育收养"]))
    await publish(service, item("residence-permit", "居住证办理", serial=2, served=["1", "2"]))
    branch = {"branch": "birth-certificate", "item": "birth-certificate"}
    await publish_bundle(service, "newborn", bundle(branch, keywords=["生孩子"]))


async def found(service, **params: object) -> list[str]:
    answer = await service.http.get("/search", params=params)
    assert answer.status_code == 200, answer.text
    return [entry["slug"] for entry in answer.json()["items"]]


async def test_any_part_of_a_name_finds_it_bundles_first(service):
    await offered(service)

    assert await found(service, q="出生") == ["newborn", "birth-registration", "birth-certificate"]
    assert await found(service, q="医学证") == ["birth-certificate"]
    assert await found(service, q="(首") == ["birth-certificate"]
    assert await found(service, q="居") == ["residence-permit"]


async def test_words_that_people_use_find_what_they_mean(service):
    await offered(service)

    assert await found(service, q="生孩子") == ["newborn"]
    assert await found(service, q="国内 登记") == ["birth-registration"]


async def test_what_nothing_contains_finds_the_nearest(service):
    await offered(service)

    answer = (await service.http.get("/search", params={"q": "办理居住证"})).json()

    assert answer["exact"] is False
    assert [entry["slug"] for entry in answer["items"]] == ["residence-permit"]
