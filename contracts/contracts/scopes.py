"""Scopes `<service>:<noun>:<verb>`: who gets which. svc-identity grants them, every service checks them."""

PERSON = [
    "identity:account:read",
    "identity:account:write",
    "identity:proofing:start",
    "identity:consent:decide",
    "workflow:application:write",
    "workflow:case:submit",
    "workflow:case:read",
    "workflow:case:withdraw",
    "workflow:supplement:write",
    "sharing:exchange:read",
    "sharing:access:read",
    "sharing:licence:read",
    "sharing:licence:show",
    "sharing:correction:read",
    "sharing:correction:write",
    "logistics:address:write",
    "logistics:parcel:read",
    "logistics:bill:read",
    "logistics:bill:pay",
    "profile:home:read",
    "profile:message:read",
    "profile:message:write",
    "profile:reminder:write",
    "profile:contact:write",
    "feedback:rating:write",
    "feedback:work-order:read",
]
"""A natural person for themselves."""

STAFF: dict[str, list[str]] = {
    "clerk": [
        "identity:account:read",
        "workflow:task:read",
        "workflow:task:work",
        "workflow:case:handle",
        "workflow:incident:retry",
        "sharing:exchange:read",
        "sharing:licence:verify",
        "logistics:parcel:receive",
        "feedback:work-order:read",
        "feedback:work-order:answer",
        "profile:message:read",
    ],
    "counter": ["identity:account:read", "identity:proofing:witness"],
    "catalog-editor": ["catalog:item:write", "catalog:bundle:write"],
    "catalog-reviewer": ["catalog:item:review"],
    "data-officer": [
        "sharing:resource:write",
        "sharing:connector:write",
        "sharing:grant:apply",
        "sharing:grant:approve",
        "sharing:correction:read",
        "sharing:correction:answer",
    ],
    "supervisor": ["feedback:figures:read", "workflow:supervision:read"],
    "operator": [
        f"{service}:operations:{verb}"
        for service in ("gateway", "identity", "catalog", "workflow", "sharing", "logistics", "profile", "feedback")
        for verb in ("read", "write")
    ],
}
"""What a staff member's roles allow, within their department."""

CLIENTS: dict[str, dict[str, list[str]]] = {
    "gateway": {},
    "svc-identity": {"svc-sharing": ["sharing:verification:ask", "sharing:exchange:resolve"]},
    "svc-catalog": {},
    "svc-workflow": {},
    "svc-sharing": {"svc-identity": ["identity:identifier:read"], "svc-workflow": ["workflow:sealed-form:open"]},
    "svc-logistics": {},
    "svc-profile": {"svc-sharing": ["sharing:exchange:resolve"]},
    "svc-feedback": {},
    "hospital": {"svc-sharing": ["sharing:licence:register", "sharing:death:report"]},
    "population": {"svc-sharing": ["sharing:licence:register", "sharing:death:report"]},
    "demo-operator": {
        "svc-identity": [
            "identity:department:write", "identity:staff:write", "identity:person:write", "identity:company:write",
            "identity:client:write",
        ],
        "svc-catalog": ["catalog:item:write", "catalog:item:review", "catalog:bundle:write"],
        "svc-sharing": ["sharing:resource:write", "sharing:connector:write", "sharing:grant:apply", "sharing:grant:approve"],
        "svc-workflow": ["workflow:calendar:write", "workflow:place:write"],
        "svc-logistics": ["logistics:place:write"],
        "svc-feedback": ["feedback:calendar:write"],
    },
}  # fmt: skip
"""Clients by id: for each audience what they may. A client's key and department are registered with svc-identity."""
