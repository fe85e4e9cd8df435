"""Who calls, and whether they may. Every route states what it needs: `requires(...)` or `public`."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from fastapi import Request, Security
from fastapi.openapi.models import OpenIdConnect as OpenIdConnectModel
from fastapi.security.base import SecurityBase

from chassis.jose import InvalidToken
from chassis.problems import AssuranceTooLow, Forbidden, Unauthenticated, Unavailable
from chassis.runtime import runtime_of
from chassis.tokens import KeysAway
from contracts.claims import PEOPLE, AccessClaims, Kind, Proofing, Strength


@dataclass(frozen=True, slots=True)
class Caller:
    """The verified bearer of the request's token."""

    claims: AccessClaims
    token: str = field(repr=False)

    @property
    def id(self) -> str:
        return self.claims.sub

    @property
    def person_id(self) -> UUID:
        return self.claims.person_id

    @property
    def department(self) -> str:
        """The credit code of the department the caller works for; Forbidden when there is none."""
        if self.claims.department is None:
            raise Forbidden("Only staff or systems of a department")
        return self.claims.department


class Requires(SecurityBase):
    """A dependency that answers the caller, or refuses: 401 without a valid token or with too little assurance, 403 otherwise."""

    def __init__(
        self,
        scopes: tuple[str, ...],
        kinds: frozenset[Kind],
        proofing: Proofing,
        strength: Strength,
    ) -> None:
        self.model = OpenIdConnectModel(openIdConnectUrl="/.well-known/openid-configuration")
        self.scheme_name = "OneDoor"
        self.scopes, self.kinds, self.proofing, self.strength = scopes, kinds, proofing, strength

    async def __call__(self, request: Request) -> Caller:
        caller = await identify(request)
        if caller is None:
            raise Unauthenticated()
        self.check(caller.claims)
        return caller

    def check(self, claims: AccessClaims) -> None:
        """Raises the problem that these claims are not enough."""
        if self.kinds and claims.kind not in self.kinds:
            raise Forbidden("Not for this kind of account")
        missing = [scope for scope in self.scopes if scope not in claims.scopes]
        if missing:
            raise Forbidden("A scope is missing", scope=" ".join(missing))
        if claims.kind is Kind.PERSON and claims.proofing < self.proofing:
            raise AssuranceTooLow(f"proofing-{self.proofing.name.lower()}")
        if claims.kind is not Kind.CLIENT and claims.strength < self.strength:
            raise AssuranceTooLow(f"strength-{self.strength.name.lower()}")


def requires(
    *scopes: str,
    kinds: tuple[Kind, ...] = (),
    proofing: Proofing = Proofing.NONE,
    strength: Strength = Strength.ONE_FACTOR,
) -> Any:
    """`Annotated[Caller, requires("workflow:case:submit", proofing=Proofing.HIGH)]`. All scopes are needed."""
    return Security(Requires(scopes, frozenset(kinds), proofing, strength), scopes=list(scopes))


async def _open_to_all() -> None:
    return None


public: Any = Security(_open_to_all)
"""`dependencies=[public]` on a route that anyone may call, said on purpose."""


async def identify(request: Request) -> Caller | None:
    """The caller of the request's bearer token, verified once a request; None without a token."""
    known = getattr(request.state, "caller", None)
    if known is not None:
        return known  # type: ignore[no-any-return]
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if not token:
        return None
    if scheme.lower() != "bearer":
        raise Unauthenticated()
    runtime = runtime_of(request)
    try:
        claims = await runtime.tokens.verify(token)
    except InvalidToken:
        raise Unauthenticated("The token is not valid here") from None
    except KeysAway:
        raise Unavailable("Tokens cannot be verified yet", headers={"Retry-After": "1"}) from None
    check_audience(claims, f"svc-{runtime.service}")
    caller = Caller(claims, token)
    request.state.caller = caller
    return caller


def check_audience(claims: AccessClaims, mine: str) -> None:
    """People's tokens are for all of OneDoor, a client's for the one service it calls."""
    wanted = mine if claims.kind is Kind.CLIENT else PEOPLE
    audiences = [claims.aud] if isinstance(claims.aud, str) else claims.aud
    if wanted not in audiences:
        raise Unauthenticated("The token is for another audience")
