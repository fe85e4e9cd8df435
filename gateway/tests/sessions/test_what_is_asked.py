"""What pages say that a person must bring, choose or wait for, from what the services answered."""

import re

from contracts.claims import Kind

CASE = "01920000-0000-7000-8000-0000000000c1"
SUPPLEMENT = "01920000-0000-7000-8000-0000000000e1"
ADDRESS = f"/cases/{CASE}/supplements/{SUPPLEMENT}"


def material(name, source, *, need="yes", given_by=None, **more):
    one = {"name": name, "source": source, "issuer": "公安机关", "note": "", "originals": 1, "copies": 0}
    return {"need": need, "given_by": given_by, "material": one | {"promise": False, "required": True} | more}


def guide(*materials):
    return {
        "name": "居住证办理", "department_name": "云溪市公安局", "summary": "", "questions": [], "answered": False, "stop": None,
        "notes": [], "materials": list(materials), "places": [], "channels": [], "total_fee": 0, "fees": [],
        "promised_limit": None, "statutory_limit": None, "result": {"name": ""}, "conditions": [], "procedure": [],
        "legal_basis": "", "faqs": [], "consult_phone": "", "complaint_phone": "",
    }  # fmt: skip


async def listed(browser, issuer, *materials, language="zh"):
    """The list of materials as it is read, one line each."""
    issuer.answers["/items/residence-permit/guide"] = guide(*materials)
    issuer.answers["/items/residence-permit"] = {"code": "11440100", "bundles": []}
    issuer.answers["/glossary"] = {"terms": {}}
    page = await browser.get("/services/residence-permit", **{"accept-language": language})
    lines = re.search(r'id="materials".*?<ul class="rows">(.*?)</ul>', page.text, flags=re.DOTALL)[1]
    return [" ".join(re.sub("<[^>]*>", " ", line).split()) for line in lines.split("</li>")[:-1]]


async def test_what_departments_supply_is_not_counted_in_originals_and_copies(browser, issuer):
    spared = [material(source, source, need="perhaps") for source in ("shared", "licence", "form")]

    assert await listed(browser, issuer, *spared) == [
        "shared 向公安机关查询，不用您交 不用交",
        "licence 您的电子证照，公安机关签发，不用您交 不用交",
        "form 在网上填写，不用另交 不用交",
    ]


async def test_what_is_handed_in_is_counted_as_far_as_there_is_something_to_count(browser, issuer):
    brought = [
        material("照片", "applicant", originals=2),
        material("租赁合同", "applicant", copies=1, required=False),
        material("情况说明", "applicant", originals=0, need="perhaps"),
        material("无房证明", "applicant", promise=True),
    ]

    assert await listed(browser, issuer, *brought) == [
        "照片 由您提供 · 原件 2 份 由您提供",
        "租赁合同 由您提供 · 原件 1 份 · 复印件 1 份 没有可以不交 由您提供",
        "情况说明 由您提供 要不要，看您对上面问题的回答 由您提供",
        "无房证明 您签一份承诺就可以 您来承诺",
    ]


async def test_who_supplies_a_material_is_said_even_where_the_item_does_not_name_them(browser, issuer):
    assert await listed(browser, issuer, material("户口信息", "shared", issuer="")) == [
        "户口信息 向主管部门查询，不用您交 不用交"
    ]
    assert await listed(browser, issuer, material("Household", "shared", issuer=""), language="en") == [
        "Household We ask the department in charge; you hand in nothing Nothing to hand in"
    ]


async def test_a_choice_that_was_not_made_is_to_be_chosen_and_words_are_to_be_written(browser, issuer):
    asked = [{"code": code, "note": "请再确认一次"} for code in ("household", "other_1")]
    issuer.answers[f"/cases/{CASE}"] = {
        "id": CASE, "case_number": "440199-2026-000123", "title": "新生儿出生一件事",
        "branches": [{"branch": "social-security-card", "title": "社会保障卡"}],
        "supplements": [{
            "id": SUPPLEMENT, "branch": "social-security-card", "department_name": "云溪市人社局", "open": True, "items": asked,
            "asked_at": "2026-03-10T15:12:00+08:00", "reply_by": "2026-03-18", "supplied_at": None,
        }],
    }  # fmt: skip
    await browser.sign_in()
    page = await browser.get(ADDRESS)

    answer = await browser.send(ADDRESS, page, household="", other_1="")

    flaws = re.findall(r'<li><a href="#([a-z_0-9]+)">([^<]*)</a>', answer.text)
    assert flaws == [("household", "请选择随谁落户"), ("other_1", "请填写说明")]


async def test_who_had_a_task_in_hand_is_said_of_each(browser, issuer):
    me = str(issuer.person)
    task = {
        "branch": "birth-registration", "action": "receive", "state": "done", "decisions": [], "due": None, "late": False,
        "case_number": "440199-2026-000123",
    }  # fmt: skip
    holders = {me: "您", "01920000-0000-7000-8000-0000000000f1": "同事", None: "无人认领"}
    lines = [
        task | {"id": f"01920000-0000-7000-8000-0000000000f{at}", "claimed_by": one} for at, one in enumerate(holders)
    ]
    issuer.answers["/tasks"] = {"items": lines, "next_cursor": None}
    issuer.kind, issuer.roles = Kind.STAFF, ("clerk",)
    await browser.sign_in()

    page = await browser.get("/staff/inbox?tab=done")

    assert re.findall(r'<td data-label="经办"><span>([^<]*)</span>', page.text) == list(holders.values())
