"""Counts for Prometheus: requests by route and status, seconds, questions under way."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """The measures of one server; another one in the same process has its own."""

    def __init__(self, *, waiting: Callable[[], float]) -> None:
        """`waiting` tells how many questions are under way."""
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "strategy_qa_requests", "Requests answered.", ["route", "status"],
            registry=self._registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "strategy_qa_request_seconds", "Time from a request to its response.", ["route"],
            buckets=_SECONDS, registry=self._registry,
        )  # fmt: skip
        self._silent = Counter(
            "strategy_qa_abstentions", "Answers that were silence.", registry=self._registry
        )
        under_way = Gauge(
            "strategy_qa_questions_under_way", "Questions taken on.", registry=self._registry
        )
        under_way.set_function(waiting)

    def request(self, route: str, status: int, seconds: float) -> None:
        """Count a request; `route` is the pattern of its path, so their number is bounded."""
        self._requests.labels(route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def silence(self) -> None:
        """Count an abstention."""
        self._silent.inc()

    def text(self) -> bytes:
        """All of them in Prometheus' text format."""
        return generate_latest(self._registry)
