"""The functions FEEL brings along, one module per kind of value."""

from svc_workflow.engine.feel.builtins import contexts, lists, maths, ranges, strings, temporal  # noqa: F401 - register
from svc_workflow.engine.feel.builtins.registry import functions

BUILTINS = functions()
