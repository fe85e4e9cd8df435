"""The hot path: requests to services are authorised and streamed through, without passing the web framework."""

from gateway.proxy.authorise import Authorise, Forward, Reject, Verdict, allow_all
from gateway.proxy.counters import AccessRecord
from gateway.proxy.limits import Limits, PoolLimits, Timeouts
from gateway.proxy.problems import Problem
from gateway.proxy.proxy import Proxy
from gateway.proxy.request import SAFE, Request
from gateway.proxy.routes import ProxyTable, Route

__all__ = [
    "SAFE",
    "AccessRecord",
    "Authorise",
    "Forward",
    "Limits",
    "PoolLimits",
    "Problem",
    "Proxy",
    "ProxyTable",
    "Reject",
    "Request",
    "Route",
    "Timeouts",
    "Verdict",
    "allow_all",
]
