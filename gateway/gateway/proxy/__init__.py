"""The hot path: requests to services are authorised and streamed through, without passing the web framework."""

from gateway.proxy.authorise import Authorise, Forward, Reject, Verdict, allow_all
from gateway.proxy.callers import IDENTIFIED, SESSION, Callers
from gateway.proxy.counters import AccessRecord
from gateway.proxy.limits import Limits, PoolLimits, Quota, Timeouts
from gateway.proxy.problems import Page, Problem
from gateway.proxy.proxy import Proxy
from gateway.proxy.request import SAFE, Request
from gateway.proxy.routes import ProxyTable, Route

__all__ = [
    "IDENTIFIED",
    "SAFE",
    "SESSION",
    "AccessRecord",
    "Authorise",
    "Callers",
    "Forward",
    "Limits",
    "Page",
    "PoolLimits",
    "Problem",
    "Proxy",
    "ProxyTable",
    "Quota",
    "Reject",
    "Request",
    "Route",
    "Timeouts",
    "Verdict",
    "allow_all",
]
