"""Tables of svc-catalog."""

from svc_catalog.models.base import Base
from svc_catalog.models.bundles import Bundle, BundleVersion
from svc_catalog.models.imports import ImportRun
from svc_catalog.models.items import Item, ItemVersion
from svc_catalog.models.offers import Offer, Synonym, Term, Volume

__all__ = ["Base", "Bundle", "BundleVersion", "ImportRun", "Item", "ItemVersion", "Offer", "Synonym", "Term", "Volume"]
