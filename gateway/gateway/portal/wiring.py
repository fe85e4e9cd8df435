"""The pages, wired together; the page for everything that has none comes last."""

from gateway.portal.pages import (
    agreements,
    answers,
    apply,
    around,
    cases,
    deliveries,
    guides,
    home,
    messages,
    mine,
    proofing,
    ratings,
    search,
    staff,
    supplements,
)

pages = [
    around.files,
    around.router,
    home.router,
    apply.router,
    answers.router,
    agreements.router,
    proofing.router,
    cases.router,
    supplements.router,
    staff.router,
    search.router,
    guides.router,
    mine.router,
    deliveries.router,
    messages.router,
    ratings.router,
    around.anywhere,
]
