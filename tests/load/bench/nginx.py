"""nginx as the upstream that everybody stands before, and as the bare proxy that ours is compared with."""

import os
from pathlib import Path

from launcher.ports import free_port

from .programs import Program
from .tools import path_of

FRAME = """\
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr warn;
{user}
events {{ worker_connections 4096; }}
http {{
  access_log off;
  keepalive_requests 1000000000;
  default_type application/json;
  {temporary}
  {content}
}}
"""
KINDS = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


class Nginx:
    """One worker, started when made. `content`: of its `http` block, listening at `{port}`."""

    def __init__(self, folder: Path, content: str, cores: list[int]) -> None:
        folder.mkdir(parents=True)
        self.port = free_port()
        config = folder / "nginx.conf"
        config.write_text(
            FRAME.format(
                folder=folder,
                user="user root;" if os.geteuid() == 0 else "",
                temporary="\n  ".join(f"{kind}_temp_path {folder}/{kind};" for kind in KINDS),
                content=content.replace("{port}", f"127.0.0.1:{self.port}"),
            )
        )
        command = [path_of("nginx"), "-e", "stderr", "-p", str(folder), "-c", str(config)]
        self.program = Program(command, cores, folder.with_suffix(".log"))
        self.program.listens(self.port)


def answering(answers: dict[str, str]) -> str:
    """Answers these JSON texts by path; `""` is every other path."""
    places = [f"location {path or '/'} {{ return 200 '{body}'; }}" for path, body in answers.items()]
    return f"server {{ listen {{port}} backlog=4096; {' '.join(places)} }}"


def proxying(upstream: int) -> str:
    """As nginx is usually set up as a proxy: connections to the upstream are kept."""
    return (
        f"upstream service {{ server 127.0.0.1:{upstream}; keepalive 128; keepalive_requests 1000000000; }}\n  "
        "server { listen {port} backlog=4096; location / { proxy_pass http://service; "
        'proxy_http_version 1.1; proxy_set_header Connection ""; } }'
    )
