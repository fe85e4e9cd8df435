"""Traces across HTTP, events and jobs: sampled where they begin, carried by hand, recorded only where sampled."""

from chassis.telemetry.sampling import Sampler, sampler
from chassis.telemetry.sink import tracing
from chassis.telemetry.spans import Value, at_job, attempting, handling, published, record, span
from chassis.telemetry.traceparent import begin, is_sampled, next_hop, wellformed
from chassis.telemetry.transport import TracedTransport, case_in

__all__ = [
    "Sampler",
    "TracedTransport",
    "Value",
    "at_job",
    "attempting",
    "begin",
    "case_in",
    "handling",
    "is_sampled",
    "next_hop",
    "published",
    "record",
    "sampler",
    "span",
    "tracing",
    "wellformed",
]
