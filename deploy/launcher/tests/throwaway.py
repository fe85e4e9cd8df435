"""A small program to supervise: `python -m throwaway serve|deaf|migrate|bootstrap FOLDER`. Its name is its port's place in the house."""

import json
import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

DIARY = Path(os.environ["DIARY"])


def note(event: str) -> None:
    with DIARY.open("a") as diary:
        diary.write(f"{event} {os.environ['PORT']}\n")


class Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        if self.path == "/environment":
            self.wfile.write(json.dumps(dict(os.environ)).encode())

    def log_message(self, *words: object) -> None:
        sys.stdout.write(f"asked for {self.path}\n")


def leave(*_: object) -> None:
    note("left")
    os._exit(0)


if __name__ == "__main__":
    if sys.argv[1] == "migrate":
        note("migrated")
    elif sys.argv[1] == "bootstrap":
        for key in sorted(Path(sys.argv[2]).glob("*.pub.json")):
            note(f"took-in:{key.name.removesuffix('.pub.json')}")
    else:
        signal.signal(signal.SIGTERM, signal.SIG_IGN if sys.argv[1] == "deaf" else leave)
        note("served")
        HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Answers).serve_forever()
