"""What every receiver is: an HTTP server on 127.0.0.1 that keeps what it accepted, and can be told to misbehave."""

import json
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from tests.rig.receivers.markup import Shown


class Request(NamedTuple):
    """What came in."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class Reply(NamedTuple):
    """What goes back."""

    status: int = 200
    body: bytes | dict[str, Any] = b""
    headers: Mapping[str, str] = {}
    stall_s: float = 0.0
    """Wait so long before answering."""
    missing: int = 0
    """Bytes of the body that are promised and not sent."""


class Message(NamedTuple):
    """What was accepted."""

    payload: Any
    """The JSON of it."""
    shown: Shown
    """What a person sees, and what of it acts."""
    at: float
    """By the receiver's clock."""
    size: int
    """Bytes of the body."""


class Receiver:
    """One address that takes messages. Each kind says in `take` what the real one does."""

    path = "/"

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.messages: list[Message] = []
        self.requests: list[Request] = []
        self.answers: deque[Reply] = deque()
        """The next answers, whatever comes; then it behaves again."""
        self.always: Reply | None = None
        self._clock = clock
        self._lock = threading.Lock()
        self._server: ThreadingHTTPServer | None = None
        self._stopping = threading.Event()
        self.url = ""

    def take(self, request: Request) -> Reply:
        """As the real one."""
        raise NotImplementedError

    def accept(self, payload: Any, shown: Shown, size: int) -> None:
        """Keep it."""
        self.messages.append(Message(payload, shown, self._clock(), size))

    def start(self, tls: ssl.SSLContext | None = None) -> None:
        """Listen."""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer._answer(self)

            def do_GET(self) -> None:
                outer._answer(self)

            def log_message(self, format: str, *args: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: object, client_address: object) -> None:
                pass

        self._server = Server(("127.0.0.1", 0), Handler)
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self._server.server_port}{self.path}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def stop(self) -> None:
        """No longer listen."""
        self._stopping.set()
        if self._server:
            self._server.shutdown()
            self._server.server_close()

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        length = int(handler.headers.get("Content-Length") or 0)
        request = Request(handler.command, handler.path, dict(handler.headers.items()), handler.rfile.read(length))
        with self._lock:
            self.requests.append(request)
            if self.answers:
                reply = self.answers.popleft()
            elif self.always:
                reply = self.always
            elif request.method == "GET" and not self.takes_get:
                reply = Reply(404)
            else:
                reply = self.take(request)
        if reply.stall_s:
            self._stopping.wait(reply.stall_s)
        body = json.dumps(reply.body).encode() if isinstance(reply.body, dict) else reply.body
        handler.send_response(reply.status)
        for name, value in {"Content-Length": str(len(body) + reply.missing), **reply.headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    takes_get = False


class Rate:
    """So many in a minute and in a second, and how long nothing is taken once there were more."""

    def __init__(self, clock: Callable[[], float], *, per_minute: int = 0, per_second: float = 0, blocked_s: float = 0.0) -> None:
        self._clock, self._minute, self._second, self._blocked_s = clock, per_minute, per_second, blocked_s
        self._times: list[float] = []
        self._blocked_until = float("-inf")

    def allows(self) -> bool:
        """One more now?"""
        now = self._clock()
        if now < self._blocked_until:
            return False
        self._times = [at for at in self._times if now - at < 60]
        over = self._minute and len(self._times) >= self._minute
        over = over or (self._second and sum(now - at < 1 for at in self._times) >= self._second)
        if over:
            self._blocked_until = now + self._blocked_s
            return False
        self._times.append(now)
        return True


def parsed(body: bytes) -> Any:
    """The JSON of a body; None if it is none (NaN is not JSON)."""

    def refused(text: str) -> None:
        raise ValueError(text)

    try:
        return json.loads(body.decode("utf-8"), parse_constant=refused)
    except ValueError:
        return None
