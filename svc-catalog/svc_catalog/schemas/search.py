"""Lists, search and facets, as answered."""

from pydantic import Field

from chassis.schemas import Answer, Body, example
from svc_catalog.schemas.items import OfferOut
from svc_catalog.schemas.words import Line
from svc_catalog.search.query import Way
from svc_catalog.search.results import Found


class FacetValueOut(Answer):
    value: str
    name: str | None = Field(description="Of departments; other values are codes of the standard, or their own words")
    count: int


class SearchOut(Answer):
    items: list[OfferOut]
    next_cursor: str | None
    total: int
    exact: bool = Field(description="False: nothing contains what was asked; these are the nearest names")
    facets: dict[Way, list[FacetValueOut]] = Field(description="The seven ways to browse, within what was found")

    @staticmethod
    def of(found: Found) -> "SearchOut":
        return SearchOut(
            items=[OfferOut.of(offer) for offer in found.offers],
            next_cursor=found.next_cursor,
            total=found.total,
            exact=found.exact,
            facets={
                way: [FacetValueOut.model_validate(count) for count in counts] for way, counts in found.counts.items()
            },
        )


class FacetOut(Answer):
    way: Way
    values: list[FacetValueOut]


class HotOut(Answer):
    offer: OfferOut
    submitted: int = Field(description="Cases handed in, in these days")
    ended: int = Field(description="Cases that ended, in these days")


class HotListOut(Answer):
    days: int
    items: list[HotOut]


class SynonymIn(Body):
    model_config = example({"meanings": ["社会保障卡"]})
    meanings: list[Line] = Field(max_length=10, description="The catalogue's words; none forgets the word")


class SynonymOut(Answer):
    word: str
    meaning: str


class SynonymsOut(Answer):
    items: list[SynonymOut]
