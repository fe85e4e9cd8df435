"""What a caller of svc-catalog can be told."""

from chassis.problems import Conflict, Problem


class VersionNotInState(Conflict):
    """The version is not in a state that allows this."""

    slug = "version-not-in-state"
    title = "This version does not allow this now"


class DraftOpen(Conflict):
    """The item has a version that is being written or reviewed; change that one."""

    slug = "draft-open"
    title = "A version of this is being worked on already"


class FourEyes(Conflict):
    """A version is reviewed by another person than the one who wrote it."""

    slug = "four-eyes"
    title = "Somebody else must review this version"


class SlugTaken(Conflict):
    """Another item has this short code."""

    slug = "short-code-taken"
    title = "Another item has this short code"


class ItemsNotOffered(Conflict):
    """A bundle is published when all its items are; `items` names those that are not."""

    slug = "items-not-offered"
    title = "Some items of this bundle are not published"


class IfMatchMissing(Problem):
    """Say with `If-Match` which revision you read."""

    status = 428
    slug = "if-match-missing"
    title = "Say with If-Match which revision you changed"
