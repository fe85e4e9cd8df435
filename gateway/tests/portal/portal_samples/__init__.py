"""One view for each page and each state worth seeing, told on one morning in an invented city."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from gateway.portal.views.frame import Frame, Language, Letters
from gateway.portal.views.parts import View
from portal_samples import apply, around, cases, find, mine, operations, staff
from portal_samples.people import signed_out


@dataclass(frozen=True)
class Sample:
    page: View
    frame: Frame

    def seen(self, language: Language = Language.ZH, letters: Letters = Letters.STANDARD) -> "Sample":
        return replace(self, frame=replace(self.frame, language=language, letters=letters))


SAMPLES: Mapping[str, Sample] = {
    name: Sample(page, frame)
    for room in (find, apply, cases, mine, around, staff, operations)
    for name, (page, frame) in room.PAGES.items()
}

ONE_OF_EACH = tuple({type(sample.page): name for name, sample in reversed(SAMPLES.items())}.values())
"""One sample of each view, where more would prove the same."""

__all__ = ["ONE_OF_EACH", "SAMPLES", "Sample", "signed_out"]
