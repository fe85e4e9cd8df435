from .crowd import crowd

OTHERS = 100_000
"""From here on families that no other test needs."""


async def test_cases_walk_side_by_side_to_their_end(house):
    async with crowd(house, 3, OTHERS) as cases:
        walked = await cases.drive()

    assert [one.outcome for one in walked] == ["granted"] * 3
    assert len({one.case_number for one in walked}) == 3
    assert all(one.started < one.submitted < one.closed for one in walked)
    assert cases.seen == {}
