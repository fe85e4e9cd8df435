"""The thinnest whole thing: sign-in, submit, one approval, closed."""

from .family import clerk, family_of


async def test_walk(house):
    family = await family_of(house, "FM2026000001")
    await family.apply()
    print(family.case_number)
    await family.until_branch("birth-certificate", "granted")
    police = await clerk(house, "police.clerk")
    await police.do(family, "receive", "receive")
    await police.do(family, "accept", "accept")
    await police.do(family, "decide", "approve")
    await family.until_branch("birth-registration", "granted")
    await family.pay()
    cards = await clerk(house, "hr.clerk")
    await cards.do(family, "receive", "receive")
    await cards.do(family, "decide", "approve")
    closed = await family.until_closed()
    assert closed["outcome"] == "granted"
