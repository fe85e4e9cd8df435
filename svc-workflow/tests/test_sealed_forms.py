"""One code for each recipient: it opens one part, for one step, until the step is answered."""

from chassis.identifiers import new_id

from .city import Caller, ok


def sharing(city) -> Caller:
    return Caller(city, city.service.as_client("svc-sharing", "workflow:sealed-form:open"))


async def test_a_step_that_needs_the_form_comes_with_its_code(city, family):
    case_id = await family.apply()
    step = await city.asked(case_id, "birth-certificate-request")
    body = {"code": step.form_code, "request_id": str(step.request_id)}

    opened = [ok(await sharing(city).post("/sealed-forms/open", json=body)) for _ in range(2)]

    assert opened == [{"fields": {"child_name": "云小溪"}}] * 2


async def test_a_code_opens_only_its_own_departments_part(city, family):
    case_id = await family.certified()
    step = await city.asked(case_id, "vaccination-record")

    body = {"code": step.form_code, "request_id": str(step.request_id)}
    fields = ok(await sharing(city).post("/sealed-forms/open", json=body))["fields"]

    assert fields == {"child_name": "云小溪", "clinic": "clinic-1", "phone": "13800138000"}


async def test_a_code_is_of_no_use_to_another_request_or_after_the_answer(city, family):
    case_id = await family.apply()
    step = await city.asked(case_id, "birth-certificate-request")
    stolen = {"code": step.form_code, "request_id": str(new_id())}
    assert (await sharing(city).post("/sealed-forms/open", json=stolen)).status_code == 409
    guessed = {"code": "x" * 43, "request_id": str(step.request_id)}
    assert (await sharing(city).post("/sealed-forms/open", json=guessed)).status_code == 409

    await city.exchange(case_id, "birth-certificate-request")

    late = {"code": step.form_code, "request_id": str(step.request_id)}
    assert (await sharing(city).post("/sealed-forms/open", json=late)).json()["type"].endswith("/form-closed")


async def test_steps_without_a_field_of_the_form_have_no_code(city, family):
    case_id = await family.accepted()
    await city.decide("birth-registration", "approve")

    assert (await city.asked(case_id, "in:household-book")).form_code is None
