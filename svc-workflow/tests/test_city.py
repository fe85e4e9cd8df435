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
