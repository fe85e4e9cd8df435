"""What every service counts as it works. Labels are bounded: route templates, never paths. What stands is in `gauges`."""

from prometheus_client import Counter, Gauge, Histogram

requests = Counter("onedoor_http_requests_total", "Answered requests", ["route", "method", "status"])
request_seconds = Histogram(
    "onedoor_http_request_seconds",
    "Time to answer",
    ["route"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
short_cuts = Counter(
    "onedoor_http_short_cuts_total", "Requests on hot routes, by whether the short cut was taken", ["route", "result"]
)
events_published = Counter("onedoor_events_published_total", "Events the bus took over from the outbox", ["topic"])
topics_missing = Gauge(
    "onedoor_topics_missing", "Topics that the bus does not have and whose events therefore wait in the outbox"
)
events_handled = Counter("onedoor_events_handled_total", "Events handled, once each", ["type"])
dead_letters = Counter("onedoor_dead_letters_total", "Events given up on", ["topic", "reason"])
consumer_lag = Gauge("onedoor_consumer_lag", "Events not handled yet in the partitions that this process reads")
spans = Counter("onedoor_trace_spans_total", "Pieces of traces, by what became of them", ["result"])
jobs_finished = Counter("onedoor_jobs_total", "Calls to the outside by how they ended", ["kind", "result"])
