"""What it takes, and what it takes for me."""

from typing import Any

import pytest

from .invented import HEALTH, bundle, item, publish, publish_bundle

CERTIFICATE = item(
    "birth-certificate",
    "出生医学证明（首次签发）",
    HEALTH,
    result={"name": "出生医学证明", "kind": "licence", "licence": "birth-certificate"},
    materials=[
        {"code": "record", "name": "分娩记录", "source": "shared", "resource": "hospital-deliveries"},
        {"code": "mother", "name": "母亲身份证", "originals": 1, "copies": 1},
        {"code": "father", "name": "父亲身份证", "originals": 1, "when": {"father": "named"}},
    ],
)
REGISTRATION = item(
    "birth-registration",
    "出生登记（国内出生）",
    materials=[
        {"code": "certificate", "name": "出生医学证明", "source": "licence", "licence": "birth-certificate"},
        {"code": "mother", "name": "母亲身份证", "originals": 1, "copies": 2},
        {"code": "statement", "name": "非婚生育说明", "when": {"parents": "unmarried"}},
    ],
    fee={"charged": True, "amount": 1000, "basis": "工本费"},
)
PHOTO = item("photo", "新生儿照片采集", serial=2)
QUESTIONS: list[dict[str, Any]] = [
    {
        "code": "parents",
        "text": "父母结婚了吗？",
        "options": [{"value": "married", "text": "结了"}, {"value": "unmarried", "text": "没有"}],
    },
    {
        "code": "father",
        "text": "写父亲的信息吗？",
        "only_if": {"parents": "unmarried"},
        "options": [{"value": "named", "text": "写"}, {"value": "not-named", "text": "不写"}],
    },
    {
        "code": "photo",
        "text": "要照片吗？",
        "options": [{"value": "yes", "text": "要"}, {"value": "no", "text": "不要", "drops": ["photo"]}],
    },
    {
        "code": "birthplace",
        "text": "在哪里出生？",
        "options": [{"value": "here", "text": "本市"}, {"value": "away", "text": "外地", "stop": "请到窗口办理"}],
    },
]


async def offered(service) -> None:
    for body in (CERTIFICATE, REGISTRATION, PHOTO):
        await publish(service, body)
    branches = [{"branch": body["slug"], "item": body["slug"]} for body in (CERTIFICATE, REGISTRATION, PHOTO)]
    implied = [{"given": {"parents": "married"}, "then": {"father": "named"}}]
    await publish_bundle(service, "newborn", bundle(*branches, questions=QUESTIONS, implied=implied))


async def guide(service, address: str = "/bundles/newborn/guide", **answers: str) -> dict[str, Any]:
    answer = await service.http.post(address, json={"answers": answers})
    assert answer.status_code == 200, answer.text
    return answer.json()


def needs(shown: dict[str, Any]) -> dict[str, str]:
    return {one["material"]["name"]: one["need"] for one in shown["materials"]}


def asked(shown: dict[str, Any]) -> list[str]:
    return [question["code"] for question in shown["questions"]]


async def test_before_any_answer_what_depends_on_one_is_marked(service):
    await offered(service)

    shown = (await service.http.get("/bundles/newborn/guide")).json()

    assert (asked(shown), shown["answered"]) == (["parents", "photo", "birthplace"], False)
    assert needs(shown) == {
        "母亲身份证": "yes",
        "父亲身份证": "perhaps",
        "非婚生育说明": "perhaps",
        "分娩记录": "yes",
        "出生医学证明": "yes",
    }


async def test_answers_make_the_guide_mine(service):
    await offered(service)

    shown = await guide(service, parents="married", photo="no", birthplace="here")

    assert (asked(shown), shown["answered"]) == (["parents", "photo", "birthplace"], True)
    assert needs(shown) == {"母亲身份证": "yes", "父亲身份证": "yes", "分娩记录": "yes", "出生医学证明": "yes"}
    assert [branch["branch"] for branch in shown["branches"]] == ["birth-certificate", "birth-registration"]
    assert (shown["total_fee"], shown["stop"]) == (1000, None)


async def test_one_answer_asks_the_next_question(service):
    await offered(service)

    shown = await guide(service, parents="unmarried", photo="no", birthplace="here")

    assert (asked(shown), shown["answered"]) == (["parents", "father", "photo", "birthplace"], False)
    assert needs(shown)["非婚生育说明"] == "yes"


async def test_what_two_branches_want_is_brought_once_and_what_one_makes_not_at_all(service):
    await offered(service)

    by_name = {one["material"]["name"]: one for one in (await guide(service))["materials"]}

    mother = by_name["母亲身份证"]
    assert mother["branches"] == ["birth-certificate", "birth-registration"]
    assert (mother["material"]["originals"], mother["material"]["copies"]) == (1, 3)
    assert by_name["出生医学证明"]["given_by"] == "birth-certificate"


async def test_the_wrong_way_is_said_with_the_right_one(service):
    await offered(service)

    assert (await guide(service, birthplace="away"))["stop"] == "请到窗口办理"


@pytest.mark.parametrize(
    ("answers", "pointer", "code"),
    [
        ({"colour": "red"}, "#/answers/colour", "unknown-question"),
        ({"parents": "perhaps"}, "#/answers/parents", "not-an-option"),
    ],
)
async def test_an_answer_that_is_not_offered_is_pointed_at(service, answers, pointer, code):
    await offered(service)

    refused = await service.http.post("/bundles/newborn/guide", json={"answers": answers})

    assert refused.status_code == 400
    assert [(error["pointer"], error["code"]) for error in refused.json()["errors"]] == [(pointer, code)]


async def test_an_item_borrows_the_questions_that_decide_about_it(service):
    await offered(service)

    shown = await guide(service, "/items/birth-certificate/guide", parents="unmarried", father="not-named")

    assert (asked(shown), shown["answered"]) == (["parents", "father"], True)
    assert "父亲身份证" not in needs(shown)
    assert shown["department_name"] == "云溪市卫生健康委员会"


async def test_there_is_no_guide_to_what_is_not_offered(service):
    assert (await service.http.get("/items/nothing/guide")).status_code == 404
    assert (await service.http.post("/bundles/nothing/guide", json={"answers": {}})).status_code == 404
