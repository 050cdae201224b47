"""A recording double of Grafana's HTTP API on loopback: answers what the real one is documented to, and what it is told.

It knows nothing that the product does not ask, and was written after Grafana's documentation and source, not beside a server.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from streams.grafana import files, rules
from streams.grafana.query import PLUGIN, PLUGIN_VERSION, SOURCE

SECRET = "glsa_0123456789abcdefghijABCDEFGHIJ_deadbeef"


class Asked(NamedTuple):
    method: str
    path: str
    token: str
    body: Any
    query: str = ""


class Answer(NamedTuple):
    status: int
    body: Any = None
    headers: tuple[tuple[str, str], ...] = ()
    raw: bytes | None = None
    delay: threading.Event | None = None
    """Nothing is answered before it is set."""


class Double:
    """One Grafana: `answers` go before what it would say, by (method, path)."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.answers: dict[tuple[str, str], Answer] = {}
        self.annotations: dict[int, dict[str, Any]] = {}
        self.url = ""
        self._number = 0

    def answer(self, asked: Asked) -> Answer:
        """What it says."""
        told = self.answers.get((asked.method, asked.path)) or self.answers.get((asked.method, "*"))
        if told:
            return told
        if asked.path == "/api/health":
            return Answer(200, {"database": "ok", "version": "11.6.2", "commit": "x"})
        if asked.token != f"Bearer {SECRET}":
            return Answer(401, {"message": "Invalid API key"})
        if asked.path.startswith("/api/annotations"):
            return self._annotation(asked)
        return self._known().get(asked.path, Answer(404, {"message": "Not found"}))

    def _known(self) -> dict[str, Answer]:
        boards = {
            f"/api/dashboards/uid/{board['uid']}": Answer(
                200, {"dashboard": board | {"id": 7, "version": 3}, "meta": {"provisioned": True}}
            )
            for board in files.boards()
        }
        return boards | {
            f"/api/plugins/{PLUGIN}/settings": Answer(200, {"id": PLUGIN, "info": {"version": PLUGIN_VERSION}}),
            f"/api/datasources/uid/{SOURCE}": Answer(200, {"id": 1, "uid": SOURCE, "type": PLUGIN, "name": "Groundswell"}),
            f"/api/datasources/uid/{SOURCE}/health": Answer(200, {"status": "OK", "message": "Data source is working"}),
            "/api/v1/provisioning/alert-rules": Answer(200, [rules.data(rule) for rule in rules.RULES]),
        }

    def _annotation(self, asked: Asked) -> Answer:
        if asked.method == "GET":
            tags = set(parse_qs(asked.query).get("tags", []))
            there = [one | {"id": number} for number, one in self.annotations.items() if tags <= set(one["tags"])]
            return Answer(200, there)
        if asked.method == "POST":
            self._number += 1
            self.annotations[self._number] = asked.body
            return Answer(200, {"message": "Annotation added", "id": self._number})
        number = int(asked.path.rpartition("/")[2])
        if self.annotations.pop(number, None) is None:
            return Answer(404, {"message": "Could not find annotation to delete"})
        return Answer(200, {"message": "Annotation deleted"})


@contextmanager
def serving() -> Iterator[Double]:
    """The double, on a free port of loopback."""
    double = Double()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            raw = self.rfile.read(length)
            body = json.loads(raw) if raw else None
            asked = Asked(
                self.command, urlsplit(self.path).path, self.headers.get("Authorization", ""), body, urlsplit(self.path).query
            )
            double.asked.append(asked)
            answer = double.answer(asked)
            if answer.delay:
                answer.delay.wait(20)
            content = answer.raw if answer.raw is not None else json.dumps(answer.body).encode()
            self.send_response(answer.status)
            for name, value in answer.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            with suppress(ConnectionError):  # who asked has gone
                self.wfile.write(content)

        do_POST = do_DELETE = do_PUT = do_PATCH = do_GET

        def log_message(self, format: str, *arguments: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    double.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield double
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
