"""Timers of a process, fired by the clock; a process of another bundle than the packaged one."""

import pytest
from sqlalchemy import select

from contracts.events.catalog import BundlePublished
from svc_workflow.host import definitions
from svc_workflow.jobs import FireTimers
from svc_workflow.models import Definition, Timer

from .city import Family, bundle, ok

PATIENT = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:onedoor="https://onedoor.example/bpmn/1">
  <process id="patient" isExecutable="true">
    <startEvent id="start"/>
    <intermediateCatchEvent id="wait">
      <extensionElements><onedoor:timer amount="{amount}" unit="working-days"/></extensionElements>
      <timerEventDefinition/>
    </intermediateCatchEvent>
    <endEvent id="end">
      <extensionElements><onedoor:outcome value="granted" branch="social-card"/></extensionElements>
    </endEvent>
    <sequenceFlow id="a" sourceRef="start" targetRef="wait"/>
    <sequenceFlow id="b" sourceRef="wait" targetRef="end"/>
  </process>
</definitions>"""


@pytest.fixture
async def patient_city(service, city):
    async with service.session() as session:
        await definitions.deploy(session, PATIENT.format(amount=3).encode())
    branches = [branch for branch in bundle().branches if branch.branch == "social-card"]
    await city.receive(
        BundlePublished(bundle_code="newborn", version=2, name="等候", process="patient", branches=branches)
    )
    return city


async def test_a_timer_fires_when_it_is_late_and_not_before(service, patient_city):
    family = Family(patient_city)
    case_id = await family.apply()
    patient_city.later(days=3, hours=14, minutes=59)
    await patient_city.run(FireTimers())
    assert (await family.case(case_id))["state"] == "open"

    patient_city.later(minutes=2)
    await patient_city.run(FireTimers())

    assert (await family.case(case_id))["outcome"] == "granted"
    async with service.session() as session:
        assert (await session.execute(select(Timer))).all() == []


async def test_an_instance_keeps_the_version_it_began_with(service, patient_city):
    family = Family(patient_city)
    case_id = await family.apply()
    async with service.session() as session:
        await definitions.deploy(session, PATIENT.format(amount=9).encode())
        await definitions.deploy(session, PATIENT.format(amount=9).encode())

    patient_city.later(days=3, hours=15)
    await patient_city.run(FireTimers())

    assert (await family.case(case_id))["outcome"] == "granted"
    async with service.session() as session:
        versions = select(Definition.version).where(Definition.code == "patient").order_by(Definition.version)
        assert list((await session.execute(versions)).scalars()) == [1, 2]


async def test_an_older_offer_that_comes_late_changes_nothing(service, patient_city):
    await patient_city.receive(bundle())

    application = await Family(patient_city).mother.post("/applications", json={"bundle_code": "newborn"})

    assert application.json()["title"] == "等候"


async def test_a_process_that_asks_for_what_nobody_can_do_does_not_start(service, city):
    wait, end = PATIENT.index("<intermediateCatchEvent"), PATIENT.index("<endEvent")
    step = '<onedoor:step capability="moon.landing"/>'
    unable = f'<serviceTask id="wait"><extensionElements>{step}</extensionElements></serviceTask>'
    async with service.session() as session:
        await definitions.deploy(session, (PATIENT[:wait] + unable + PATIENT[end:]).encode())
    await city.receive(bundle().model_copy(update={"version": 2, "process": "patient"}))
    family = Family(city)

    refused = await family.submit(await family.ready())

    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (503, "unavailable")
    assert ok(await family.mother.get("/cases"))["items"] == []
