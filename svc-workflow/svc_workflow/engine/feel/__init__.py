"""FEEL (Friendly Enough Expression Language, DMN 1.5): texts compiled once to closures.

    compile_expression("decision = \"accept\"")({"decision": "accept"})  # → True

Layers of JSON variables go in, innermost first; a JSON value comes out (numbers as int or float, dates as text).
Wrong values give null, as the standard says; only a text that is no FEEL, or one that costs too much, raises.
"""

from svc_workflow.engine.feel.errors import FeelError, SyntaxFault, TooCostly
from svc_workflow.engine.feel.expression import Expression, compile_expression, compile_unary_tests

__all__ = ["Expression", "FeelError", "SyntaxFault", "TooCostly", "compile_expression", "compile_unary_tests"]
