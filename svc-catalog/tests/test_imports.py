"""Items from other systems: named and translated, each bad line told, the good ones on offer."""

import json
from typing import Any

import httpx

from chassis.testing import ServiceUnderTest
from contracts.events.catalog import ItemPublished, Limit, LimitUnit
from svc_catalog.imports.command import import_items

from .invented import POLICE, item, operator, publish

OTHER_BODY = f"{POLICE[:17]}{'0' if POLICE[17] != '0' else '1'}"


def matter(serial: int, name: str = "养犬登记", body: str = POLICE, **fields: Any) -> dict[str, Any]:
    """A line as the province's system writes them, of an invented matter."""
    return {
        "TASK_CODE": f"{body}3449907{serial:03}000",
        "TASK_NAME": name,
        "TASK_TYPE": "21",
        "DEPT_NAME": "云溪市公安局",
        "AREACODE": "440199",
        "matter_level": "市级",
        "handle_time": "30(自然日)",
        "handle_time_limit": "3(工作日)",
        "accept_standard": "无",
        "visit_number": "1",
        "co_department": "市级公安（受理、审核）、市级农业农村（审核）",
        "handle_location": "办理地点：望江路9号",
        "ONLINECHECK": "1",
        "online_book": "否",
        "courier_service": "是",
        "matter_daily": "办狗证，上狗牌",
        "matter_short": "无",
        "theme_category": ["其他"],
        "service_object_name": ["自然人", "企业法人", "非法人企业"],
        "material_intro": ["居民身份证", "犬只免疫证"],
        **fields,
    }


async def send(service: ServiceUnderTest, *lines: dict[str, Any] | str, **query: str) -> httpx.Response:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    return await operator(service).post("/imports", content=text, params=query)


async def elements_of(service: ServiceUnderTest, code: str) -> dict[str, Any]:
    return (await service.http.get(f"/items/{code}")).json()["elements"]


async def test_fields_are_named_and_values_translated(service):
    line = matter(1)

    report = (await send(service, line)).json()

    assert (report["mapping"], report["created"], report["refused"], report["warned"]) == ("guangdong", 1, [], [])
    made = await elements_of(service, line["TASK_CODE"])
    assert made["kind"] == "20"
    assert made["served"] == ["1", "2"]
    assert made["channels"] == ["1", "2", "4"]
    assert (made["conditions"], made["keywords"], made["visits"]) == ([], ["办狗证", "上狗牌"], 1)
    assert made["co_departments"] == ["市级公安（受理、审核）", "市级农业农村（审核）"]
    assert [material["name"] for material in made["materials"]] == ["居民身份证", "犬只免疫证"]
    assert [place["address"] for place in made["places"]] == ["望江路9号"]
    [event] = await service.published(ItemPublished)
    assert event.statutory_limit == Limit(amount=30, unit=LimitUnit.NATURAL_DAYS)
    assert event.promised_limit == Limit(amount=3, unit=LimitUnit.WORKING_DAYS)


async def test_no_limit_is_not_a_limit_of_nothing(service):
    await send(service, matter(1, handle_time_limit="无"))

    [event] = await service.published(ItemPublished)
    assert event.promised_limit is None


async def test_bad_lines_are_told_and_good_ones_imported(service):
    lines = [
        matter(1),
        "not json",
        matter(2, handle_time="三十日"),
        matter(3, service_object_name=["居民"]),
        matter(4, TASK_NAME=""),
        matter(5) | {"TASK_CODE": "440199"},
        matter(1, name="养犬登记变更"),
        "[]",
        matter(6),
    ]

    report = (await send(service, *lines)).json()

    assert (report["lines"], report["created"]) == (9, 2)
    assert {one["line"]: one["reasons"] for one in report["refused"]} == {
        2: ["not JSON"],
        3: ["statutory_limit: not a limit with a unit that the mapping knows"],
        4: ["served: the mapping has no translation for this value"],
        5: ["name: Field required"],
        6: [
            "implementation_code: An implementation code has 31 or 33 characters",
            "department: String should match pattern '^[0-9A-Z]{18}$'",
        ],
        7: ["implementation_code: the same as on line 1"],
        8: ["not a JSON object"],
    }
    assert len(await service.published(ItemPublished)) == 2


async def test_the_same_file_again_changes_nothing(service):
    await send(service, matter(1), matter(2))

    again = (await send(service, matter(1), matter(2, name="养犬登记注销"))).json()

    assert (again["created"], again["changed"], again["unchanged"]) == (0, 1, 1)
    assert len(await service.published(ItemPublished)) == 3
    versions = (await operator(service).get(f"/items/{matter(2)['TASK_CODE']}/versions")).json()["items"]
    assert [(one["version"], one["state"]) for one in versions] == [(2, "published"), (1, "superseded")]
    assert (await service.http.get("/search", params={"q": "注销"})).json()["total"] == 1


async def test_a_wrong_check_digit_is_flagged_on_import_and_refused_when_edited(service):
    line = matter(1, body=OTHER_BODY)

    report = (await send(service, line)).json()

    assert report["warned"] == [{"line": 1, "code": line["TASK_CODE"], "warnings": ["credit-code-check-digit"]}]
    shown = (await service.http.get(f"/items/{line['TASK_CODE']}")).json()
    assert shown["warnings"] == ["credit-code-check-digit"]
    refused = await operator(service).post("/items", json=shown["elements"])
    assert refused.status_code == 400
    assert [(error["pointer"], error["code"]) for error in refused.json()["errors"]] == [
        ("#/implementation_code", "implementation-code-check-digit"),
        ("#/department", "credit-code-check-digit"),
    ]


async def test_what_was_withdrawn_stays_so_until_the_file_says_something_new(service):
    await send(service, matter(1))
    code = matter(1)["TASK_CODE"]
    await operator(service).post(f"/items/{code}/versions/1/withdrawal", json={})

    assert (await send(service, matter(1))).json()["unchanged"] == 1
    assert (await service.http.get(f"/items/{code}")).status_code == 404
    assert (await send(service, matter(1, visit_number="0"))).json()["changed"] == 1
    assert (await service.http.get(f"/items/{code}")).status_code == 200


async def test_our_own_shape_needs_no_mapping(service):
    await publish(service, item("dog", "养犬登记"))

    report = (await send(service, item("dog", "犬只免疫登记", serial=2), item("cat", "养猫登记", serial=3))).json()

    assert (report["mapping"], report["created"]) == ("onedoor", 1)
    assert report["refused"] == [{"line": 1, "reasons": ["slug: another item has this short code"]}]


async def test_an_unknown_mapping_is_pointed_at(service):
    answer = await send(service, matter(1), mapping="atlantis")

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "#query/mapping")


async def test_the_command_reports_and_says_by_its_code_whether_all_went_in(service, tmp_path, capsys):
    file = tmp_path / "matters.jsonl"
    file.write_text(f"{json.dumps(matter(1))}\nnot json\n")

    assert await import_items(service.runtime, [str(file), "--mapping", "guangdong"]) == 1

    assert capsys.readouterr().out.splitlines() == [
        "2 lines by mapping guangdong: 1 new, 0 changed, 0 as before, 1 refused, 0 with a warning",
        "line 2 refused: not JSON",
    ]
    [report] = (await operator(service).get("/imports")).json()["items"]
    assert (report["created"], report["imported_by"]) == (1, "command-line")
