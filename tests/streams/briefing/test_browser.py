"""The page in a real browser: nothing sticks out on a phone, nothing is asked of anybody, nothing is complained of."""

import html
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest

from processors.wording import Language
from streams.briefing.page import page
from tests.streams.briefing import made

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no Chromium is installed")
MEASURE = """<!doctype html><link rel="icon" href="data:,"><body style="margin:0">
<iframe src="/page" style="width:{width}px;height:800px;border:0" onload="
  const d = this.contentDocument, w = this.contentWindow, body = w.getComputedStyle(d.body);
  document.title = JSON.stringify({{width: d.documentElement.scrollWidth, background: body.backgroundColor,
    widest: Math.max(...[...d.querySelectorAll('body *')].filter(e => !e.closest('thead'))
      .map(e => e.getBoundingClientRect().right)),
    charts: [...d.querySelectorAll('.plot > svg')].map(e => e.getBoundingClientRect().height)}})
"></iframe>"""


class Seen(msgspec.Struct):
    """What a browser measured, asked for and complained of."""

    width: int
    widest: float
    background: str
    charts: list[float]
    asked: list[str] = []
    complaints: list[str] = []


class Browser:
    """Shows a page in a frame so wide; every name resolves to the server, so whatever is asked for is noticed."""

    def __init__(self, profile: Path) -> None:
        self._profile, self._body, self._asked = profile, "", list[str]()
        browser = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                browser._asked.append(f"{self.headers['Host']}{self.path}")
                own = self.path in ("/", "/page")
                body = (MEASURE.format(width=browser._width) if self.path == "/" else browser._body if own else "").encode()
                self.send_response(200 if own else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def show(self, body: str, *, width: int = 360, dark: bool = False) -> Seen:
        """The page as it is seen there."""
        self._body, self._width, port = body, width, self.server.server_port
        self._asked.clear()
        done = subprocess.run(
            [
                str(CHROMIUM),
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-features=NetworkTimeServiceQuerying",
                "--disable-extensions",
                "--disable-sync",
                f"--user-data-dir={self._profile}",
                f"--host-resolver-rules=MAP * 127.0.0.1:{port}",
                "--enable-logging=stderr",
                "--v=0",
                f"--blink-settings=preferredColorScheme={0 if dark else 1}",
                "--virtual-time-budget=5000",
                "--window-size=1200,900",
                "--dump-dom",
                f"http://127.0.0.1:{port}/",
            ],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert "<title>" in done.stdout, done.stderr[-2000:]
        seen = msgspec.json.decode(html.unescape(done.stdout.split("<title>")[1].split("</title>")[0]), type=Seen)
        seen.asked = [asked for asked in self._asked if asked not in (f"127.0.0.1:{port}/", f"127.0.0.1:{port}/page")]
        seen.complaints = [line for line in done.stderr.splitlines() if ":CONSOLE" in line]
        return seen


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One for all tests."""
    made_ = Browser(tmp_path_factory.mktemp("chromium"))
    yield made_
    made_.server.shutdown()
    made_.server.server_close()


def written(text: str, language: Language) -> str:
    cards = [made.card(1, text=text), made.card(2, text=text, closed=True, kind="emergent", band=False)]
    topics = [made.moved("a", 200, 100, label=text), made.moved("b", 100, 200, label=text)]
    body = made.briefing(
        open_=cards[:1], closed=cards[1:], topics=topics, text=text, more=[made.spike(9, text)], tenants=[text, "zeta"]
    )
    return page(body, language=language, zone=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize("text", ["请问这个手表怎么调时间", "W" * 60 + " ".join(made.HOSTILE)], ids=["plain", "hostile"])
def test_on_a_phone_nothing_sticks_out_nothing_is_asked_and_nothing_is_complained_of(browser: Browser, text: str) -> None:
    seen = browser.show(written(text, "zh"), width=360, dark=True)
    assert seen.width <= 360
    assert seen.widest <= 360
    assert seen.asked == []
    assert seen.complaints == []
    assert seen.background == "rgb(20, 23, 26)"
    assert len(seen.charts) == 3 and min(seen.charts) >= 120


def test_on_a_desk_it_is_light_for_who_has_it_so(browser: Browser) -> None:
    seen = browser.show(written("label", "en"), width=1000)
    assert seen.background == "rgb(255, 255, 255)"
    assert seen.widest <= 1000


def test_the_browser_would_notice(browser: Browser) -> None:
    seen = browser.show(
        '<!doctype html><body style="margin:0"><p style="width:900px">wide<script>console.error("no")</script>'
        '<img src="http://elsewhere.example/x.png">'
    )
    assert seen.width >= 900 and seen.widest >= 900
    assert seen.asked == ["elsewhere.example/x.png"]
    assert seen.complaints
