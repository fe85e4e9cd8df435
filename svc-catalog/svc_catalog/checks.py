"""What svc-catalog proves: what is on offer is the one published version, and nothing else is."""

from sqlalchemy import exists, select

from chassis.verification import counted, doubled, never
from svc_catalog.models import Bundle, BundleVersion, Item, ItemVersion, Offer

_ITEM = (
    (ItemVersion.item_code == Item.code) & (ItemVersion.version == Item.current) & (ItemVersion.state == "published")
)
_BUNDLE = (
    (BundleVersion.bundle_code == Bundle.code)
    & (BundleVersion.version == Bundle.current)
    & (BundleVersion.state == "published")
)
_ITEM_OFFER = exists().where(Offer.kind == "item", Offer.code == Item.code, Offer.version == Item.current)
_BUNDLE_OFFER = exists().where(Offer.kind == "bundle", Offer.code == Bundle.code, Offer.version == Bundle.current)

checks = [
    counted("items on offer", select(Item.code).where(Item.current.is_not(None))),
    counted("bundles on offer", select(Bundle.code).where(Bundle.current.is_not(None))),
    doubled("items published in two versions", ItemVersion.item_code, where=ItemVersion.state == "published"),
    doubled("bundles published in two versions", BundleVersion.bundle_code, where=BundleVersion.state == "published"),
    never(
        "items whose present version is not published",
        select(Item.code).where(Item.current.is_not(None), ~exists().where(_ITEM)),
    ),
    never(
        "bundles whose present version is not published",
        select(Bundle.code).where(Bundle.current.is_not(None), ~exists().where(_BUNDLE)),
    ),
    never("items that cannot be found", select(Item.code).where(Item.current.is_not(None), ~_ITEM_OFFER)),
    never("bundles that cannot be found", select(Bundle.code).where(Bundle.current.is_not(None), ~_BUNDLE_OFFER)),
    never(
        "withdrawn items and bundles that are still found",
        select(Offer.code).where(
            ~exists().where(Item.code == Offer.code, Item.current.is_not(None)),
            ~exists().where(Bundle.code == Offer.code, Bundle.current.is_not(None)),
        ),
    ),
]
