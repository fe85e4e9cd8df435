"""What the city configures."""

import pytest

from .city import Caller, ok


def operator(service, city) -> Caller:
    return Caller(city, service.as_client("demo-operator", "workflow:calendar:write", "workflow:place:write"))


async def put(service, city, url, body):
    client = operator(service, city)
    return await city.call(client.client, "PUT", url, json=body)


async def test_a_years_calendar_is_put_again_and_again(service, city):
    for holidays in (["2028-10-01"], ["2028-10-02", "2028-10-01"]):
        answer = ok(await put(service, city, "/calendars/2028", {"holidays": holidays, "make_up_days": ["2028-10-07"]}))

    assert answer == {"year": 2028, "holidays": ["2028-10-01", "2028-10-02"], "make_up_days": ["2028-10-07"]}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"holidays": ["2027-10-01"], "make_up_days": []}, "#/holidays/0"),
        ({"holidays": [], "make_up_days": ["2028-10-03"]}, "#"),
        ({"holidays": ["2028-10-07"], "make_up_days": ["2028-10-07"]}, "#"),
        ({"holidays": ["2028-13-01"], "make_up_days": []}, "#/holidays/0"),
        ({"holidays": []}, "#/make_up_days"),
    ],
)
async def test_a_calendar_that_contradicts_itself_is_refused(service, city, body, pointer):
    refused = await put(service, city, "/calendars/2028", body)

    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, pointer)


async def test_places_say_when_insurance_begins(service, city):
    ok(await put(service, city, "/places/440197", {"name": "云湖区", "insurance_timing": "certificate"}))

    places = {place["division"]: place["insurance_timing"] for place in ok(await service.http.get("/places"))}
    assert places == {"440196": "registration", "440197": "certificate"}
    assert (await put(service, city, "/places/440197", {"name": "x", "insurance_timing": "never"})).status_code == 400


async def test_offices_are_told_to_everybody_closed_ones_too(service, city):
    ok(await put(service, city, "/offices/clinic/4401960101", {"name": "听雨社区卫生服务中心", "street": "听雨巷30号"}))
    ok(await put(service, city, "/offices/bank/YXB", {"name": "云溪银行"}))
    ok(await put(service, city, "/offices/bank/YXB", {"name": "云溪银行", "closed": True}))

    offices = ok(await service.http.get("/offices"))

    assert offices == [
        {"kind": "bank", "code": "YXB", "name": "云溪银行", "street": None, "closed": True},
        {
            "kind": "clinic",
            "code": "4401960101",
            "name": "听雨社区卫生服务中心",
            "street": "听雨巷30号",
            "closed": False,
        },
    ]
    assert (await put(service, city, "/offices/school/1", {"name": "x"})).status_code == 400


async def test_a_form_says_who_sees_which_answer(service):
    form = ok(await service.http.get("/forms/newborn"))

    seen = {one["branch"]: (set(one["answers"]), set(one["shares"])) for one in form["recipients"]}
    assert list(seen) == ["birth-certificate", "birth-registration", "vaccination", "medical-insurance", "social-card"]
    assert seen["vaccination"] == ({"child_name", "clinic", "phone"}, {"hospital-deliveries"})
    assert "bank" not in seen["medical-insurance"][0]
    assert [field["name"] for field in form["fields"]][:2] == ["child_name", "household"]
    assert (await service.http.get("/forms/marriage")).status_code == 404
