"""Hears what the hospital reports to OneDoor, so that a test can hand it on to the service under test."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Thread
from typing import Any

PATIENCE = 20.0
Report = tuple[str, dict[str, Any]]


class Reports:
    def __init__(self) -> None:
        self.url = ""
        self._heard: list[Report] = []
        self._news = Condition()

    def keep(self, path: str, body: dict[str, Any]) -> None:
        with self._news:
            self._heard.append((path, body))
            self._news.notify_all()

    def wait(self, path: str, reference: str) -> dict[str, Any]:
        """The report to this path that carries the reference, as soon as it is there."""

        def found() -> dict[str, Any] | None:
            return next((body for heard, body in self._heard if heard == path and reference in str(body)), None)

        with self._news:
            body = self._news.wait_for(found, PATIENCE)
            assert body, f"nothing came to {path}"
            return body


@contextmanager
def listening() -> Iterator[Reports]:
    reports = Reports()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            token = {"access_token": "opaque", "expires_in": 300, "token_type": "Bearer"}
            answer = json.dumps(token if self.path == "/oauth2/token" else {}).encode()
            if self.path != "/oauth2/token":
                reports.keep(self.path, json.loads(body))
            self.send_response(200)
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *arguments: Any) -> None:
            """Silence: the test says what it heard."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    reports.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield reports
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
