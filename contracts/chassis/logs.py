"""JSON logs on standard output, one object a line, with the ids of the work at hand. Never personal values."""

import logging
import sys
from datetime import UTC, datetime
from typing import Any

import orjson

from chassis import context

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message", "taskName"}


class JsonFormatter(logging.Formatter):
    def __init__(self, service: str) -> None:
        super().__init__()
        self.service = service

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "service": self.service,
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": context.request_id.get(),
            "trace_id": context.trace_id(),
            "span_id": context.span_id(),
            "event_id": context.event_id.get(),
            "job_id": context.job_id.get(),
            "case_id": context.case_id.get(),
        }
        line |= {name: value for name, value in vars(record).items() if name not in _STANDARD}
        if record.exc_info:
            line["exception"] = describe(record.exc_info[1])
        return orjson.dumps({name: value for name, value in line.items() if value is not None}, default=str).decode()


def describe(error: BaseException | None) -> str:
    """Where an exception came from, without its text: database drivers and parsers put values into theirs."""
    if error is None:
        return "unknown"
    places = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    own = f"{type(error).__name__} at {' < '.join(reversed(places[-8:]))}"
    return f"{own}; caused by {describe(cause)}" if cause is not None else own


def configure(service: str, level: str) -> None:
    # Nothing of this is in a line; so the module's documentation says that it is not looked up for each.
    unwanted = ("logThreads", "logProcesses", "logMultiprocessing", "logAsyncioTasks")
    vars(logging).update(dict.fromkeys(unwanted, False), _srcfile=None)
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter(service))
    logging.root.handlers[:] = [handler]
    logging.root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers[:] = []
        logging.getLogger(name).propagate = True
    logging.getLogger("httpx").setLevel("WARNING")
    logging.getLogger("httpcore").setLevel("WARNING")
    logging.getLogger("alembic").setLevel("WARNING")
    logging.getLogger("aiokafka").setLevel(
        "CRITICAL"
    )  # ten errors a second while a broker is away; we say so ourselves
