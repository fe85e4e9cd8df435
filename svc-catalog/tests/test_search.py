"""Finding things by what people type."""

import json

import pytest
from sqlalchemy import text
from sqlalchemy.dialects import postgresql

from svc_catalog.search.query import Filters, Query, containing
from svc_catalog.search.recall import measure

from .invented import HEALTH, bundle, item, operator, publish, publish_bundle


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


async def test_a_word_finds_what_the_catalogue_calls_otherwise(service):
    await offered(service)
    assert await found(service, q="蓝本本") == []

    written = await operator(service).put("/synonyms/蓝本本", json={"meanings": ["居住证"]})

    assert written.status_code == 204
    assert await found(service, q="办理 蓝本本") == ["residence-permit"]
    assert {"word": "蓝本本", "meaning": "居住证"} in (await service.http.get("/synonyms")).json()["items"]
    await operator(service).put("/synonyms/蓝本本", json={"meanings": []})
    assert await found(service, q="蓝本本") == []


async def test_what_nothing_contains_finds_the_nearest(service):
    await offered(service)

    answer = (await service.http.get("/search", params={"q": "办理居住证"})).json()

    assert answer["exact"] is False
    assert [entry["slug"] for entry in answer["items"]] == ["residence-permit"]


async def test_the_nearest_may_be_said_otherwise_too(service):
    await publish(service, item("licence", "机动车驾驶证遗失后的补发"))

    assert await found(service, q="丢驾照") == ["licence"]


async def test_facets_count_what_was_found_in_seven_ways(service):
    await offered(service)

    answer = (await service.http.get("/search", params={"q": "出生", "kind": "item"})).json()

    assert set(answer["facets"]) == {"nature", "served_group", "body", "theme", "level", "form", "jurisdiction"}
    assert answer["facets"]["theme"] == [{"value": "生育收养", "name": None, "count": 1}]
    assert [(one["name"], one["count"]) for one in answer["facets"]["body"]] == [
        ("云溪市公安局", 1),
        ("云溪市卫生健康委员会", 1),
    ]
    assert await found(service, q="出生", theme="生育收养") == ["birth-registration"]
    assert await found(service, served_group="2") == ["residence-permit"]
    everything = (await service.http.get("/facets/served_group")).json()
    assert [(one["value"], one["count"]) for one in everything["values"]] == [("1", 4), ("2", 1)]


async def test_pages_follow_each_other_without_gap_or_repeat(service):
    await offered(service)
    whole = await found(service, q="")

    first = (await service.http.get("/search", params={"limit": 3})).json()
    second = (await service.http.get("/search", params={"limit": 3, "cursor": first["next_cursor"]})).json()

    assert [entry["slug"] for entry in (*first["items"], *second["items"])] == whole
    assert (first["total"], second["next_cursor"]) == (4, None)


@pytest.mark.parametrize("cursor", ["x", "W10", "WzEsMiwzLDQsNV0", "bnVsbA", "WzQyOTQ5NjcyOTYsMCwwLDAsIiJd"])
async def test_a_made_up_cursor_is_refused(service, cursor):
    answer = await service.http.get("/search", params={"cursor": cursor})

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "#query/cursor")


@pytest.mark.parametrize("typed", ["%", "_", "\\", "'", "（", "  ", "a%_\\b", "😀😀"])
async def test_signs_with_a_meaning_elsewhere_have_none_here(service, typed):
    await publish(service, item("strange", f"奇怪的{typed}名称"))

    assert await found(service, q=typed) == ["strange"]


async def test_an_answer_that_did_not_change_is_not_sent_again(service):
    await offered(service)
    first = await service.http.get("/search", params={"q": "出生"})

    again = await service.http.get("/search", params={"q": "出生"}, headers={"if-none-match": first.headers["etag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert first.headers["cache-control"].startswith("public")


async def test_the_index_answers_and_every_part_of_every_name_is_found(service):
    kinds = ("许可", "登记", "备案", "补贴申领", "证明开具", "年度报告", "变更", "注销")
    things = (
        "养犬",
        "渡口",
        "竹筏",
        "茶园",
        "桥梁观测",
        "云海摄影点",
        "古树名木",
        "水车（老式）",
        "Wi-Fi 热点",
        "夜市",
    )
    lines = [
        json.dumps(item(f"i-{n}", f"{thing}{kind}", serial=n))
        for n, (thing, kind) in enumerate(((thing, kind) for thing in things for kind in kinds), 1)
    ]
    report = await operator(service).post("/imports", content="\n".join(lines))
    assert report.json()["created"] == 80, report.text

    async with service.session() as session:
        recall = await measure(session, 40)
        await session.execute(text("SET LOCAL enable_seqscan = off"))
        asked = containing(Query("古树", ("古树",)), Filters()).compile(
            dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True}
        )
        plan = "\n".join((await session.execute(text(f"EXPLAIN {asked}".replace(":", "\\:")))).scalars())

    assert recall.overall >= 0.95
    assert min(recall.of_parts.values()) >= 0.95
    assert recall.of_names == 1
    assert "offer_grams" in plan
