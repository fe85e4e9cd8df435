"""The process engine: BPMN in, pure advances out. README.md says how to use it.

graph = compile_process(xml)
state, events, effects = advance(graph, State(), Start({"case_id": "…"}), env)
"""

from svc_workflow.engine.advance import Advance, advance
from svc_workflow.engine.commands import (
    AnswerStep,
    CancelScope,
    Command,
    CompleteTask,
    Message,
    RetryStep,
    SetVariables,
    Start,
    TimerFired,
    Withdraw,
)
from svc_workflow.engine.env import Env
from svc_workflow.engine.errors import CommandRefused, EngineError, Fault, ModelRefused, RunawayProcess
from svc_workflow.engine.graph import Graph
from svc_workflow.engine.history import pack_events, replay, unpack_events
from svc_workflow.engine.reader import compile_process
from svc_workflow.engine.state import State, pack, unpack

__all__ = [
    "Advance",
    "AnswerStep",
    "CancelScope",
    "Command",
    "CommandRefused",
    "CompleteTask",
    "EngineError",
    "Env",
    "Fault",
    "Graph",
    "Message",
    "ModelRefused",
    "RetryStep",
    "RunawayProcess",
    "SetVariables",
    "Start",
    "State",
    "TimerFired",
    "Withdraw",
    "advance",
    "compile_process",
    "pack",
    "pack_events",
    "replay",
    "unpack",
    "unpack_events",
]
