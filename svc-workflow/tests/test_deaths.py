"""The child died: every open step falls silent, at once."""

from contracts.events.sharing import DeathReported
from contracts.events.workflow import ApplicationDiscarded, CaseClosed, CaseSilenced, StepCancelled

from .city import ok


async def test_every_open_task_and_step_falls_silent(service, city, family):
    case_id = await family.accepted()

    await city.receive(DeathReported(subject_key=family.children[0], source_name="云溪市妇幼保健院"))

    case = await family.case(case_id)
    assert (case["state"], case["outcome"], case["may_withdraw"]) == ("silenced", "ended", False)
    assert (await family.states(case_id))["birth-certificate"] == "granted"
    assert set((await family.states(case_id)).values()) == {"granted", "ended"}
    assert await city.tasks("birth-registration") == []
    cancelled = {event.request_id for event in await service.published(StepCancelled)}
    assert cancelled == {(await city.asked(case_id, "vaccination-record")).request_id}
    assert len(await service.published(CaseSilenced)) == 1
    assert await service.published(CaseClosed) == []


async def test_what_was_decided_but_still_on_its_way_falls_silent_too(service, city, family):
    case_id = await family.registered()

    await city.receive(DeathReported(subject_key=family.children[0], source_name="云溪市妇幼保健院"))

    assert (await family.case(case_id))["state"] == "silenced"
    parcel = await city.asked(case_id, "out:household-book")
    assert parcel.request_id in {event.request_id for event in await service.published(StepCancelled)}


async def test_told_twice_it_is_silent_once(service, city, family):
    await family.apply()
    for _ in range(2):
        await city.receive(DeathReported(subject_key=family.children[0], source_name="云溪市妇幼保健院"))

    assert len(await service.published(CaseSilenced)) == 1


async def test_a_draft_for_the_child_is_thrown_away(service, city, family):
    application_id = await family.ready()

    await city.receive(DeathReported(subject_key=family.children[0], source_name="云溪市妇幼保健院"))

    assert ok(await family.mother.get(f"/applications/{application_id}"))["state"] == "discarded"
    assert len(await service.published(ApplicationDiscarded)) == 1


async def test_the_other_twin_goes_on(service, city, family):
    family.children = ["twin-1", "twin-2"]
    first, second = await family.apply(record=0), await family.apply(record=1)

    await city.receive(DeathReported(subject_key="twin-1", source_name="云溪市妇幼保健院"))

    assert (await family.case(first))["state"] == "silenced"
    assert (await family.case(second))["state"] == "open"
