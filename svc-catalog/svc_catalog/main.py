"""svc-catalog, wired together."""

from chassis.service import Service
from svc_catalog.checks import checks
from svc_catalog.handlers import handlers
from svc_catalog.imports.command import import_items
from svc_catalog.jobs import jobs
from svc_catalog.models import Base
from svc_catalog.routes import bundles, glossary, guides, imports, items, search
from svc_catalog.search import recall
from svc_catalog.settings import CatalogSettings

service = Service(
    name="catalog",
    title="OneDoor catalogue",
    summary="Service items (事项), guides, life-event bundles (一件事) and the search for them",
    metadata=Base.metadata,
    routers=[
        items.offered,
        items.router,
        bundles.offered,
        bundles.router,
        guides.router,
        search.router,
        glossary.router,
        imports.router,
    ],
    handlers=handlers,
    jobs=jobs,
    settings=CatalogSettings,
    checks=checks,
    commands={"import": import_items, "recall": recall.command},
    openapi_tags=[
        {"name": "items", "description": "Items on offer and their guides"},
        {"name": "guides", "description": "Guides (办事指南) with guiding questions"},
        {"name": "versions", "description": "Items being drafted, reviewed, published and withdrawn"},
        {"name": "bundles", "description": "Life-event bundles (一件事)"},
        {"name": "search", "description": "Search and the seven ways to browse"},
        {"name": "glossary", "description": "The city's words in English"},
        {"name": "imports", "description": "Items from other systems, by the file"},
    ],
)
