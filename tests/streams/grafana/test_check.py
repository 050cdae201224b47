"""`voc grafana check` against a double over real HTTP: what is right, what is not, what to do, and never a token."""

import copy
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import trustme
from click.testing import CliRunner, Result

from streams.cli.grafana import grafana
from streams.failures import UserError
from streams.grafana import files, rules
from streams.grafana.check import look
from streams.grafana.query import PLUGIN, SOURCE
from streams.grafana.server import Grafana, Unanswered
from tests.rig.grafana.server import SECRET, Answer, Double, serving

BOARD = "/api/dashboards/uid/voc-today"
SETTINGS = f"/api/plugins/{PLUGIN}/settings"
DATA_SOURCE = f"/api/datasources/uid/{SOURCE}"
RULES = "/api/v1/provisioning/alert-rules"


@pytest.fixture
def double() -> Iterator[Double]:
    with serving() as double:
        yield double


@pytest.fixture(autouse=True)
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOC_GRAFANA_TOKEN", SECRET)


def voc_grafana(*arguments: str) -> Result:
    result = CliRunner().invoke(grafana, arguments)
    assert SECRET not in result.output and SECRET not in str(result.exception)
    return result


def found(double: Double) -> dict[str, tuple[str, str, str]]:
    return {each.what: (each.state, each.says, each.do) for each in look(Grafana(double.url, SECRET))}


def test_where_everything_is_there_it_says_so(double: Double) -> None:
    findings = found(double)
    assert {state for state, _, _ in findings.values()} == {"ok"}
    assert set(findings) == {
        "server", "plugin", "data source", "warehouse", "dashboard voc-today", "dashboard voc-spike", "dashboard voc-topics",
        "dashboard voc-instrument", *(f"alert rule {rule.uid}" for rule in rules.RULES),
    }  # fmt: skip
    assert {asked.method for asked in double.asked} == {"GET"}, "it changes nothing"
    result = voc_grafana("check", "--url", double.url + "/")
    assert (result.exit_code, result.exception) == (0, None)
    assert "Grafana 11.6.2" in result.output
    listed = json.loads(voc_grafana("check", "--url", double.url, "--json").output)
    assert [entry["state"] for entry in listed] == ["ok"] * len(findings)


def test_the_address_may_be_a_setting_and_the_token_is_none(double: Double, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "name Grafana's address" in voc_grafana("check").output
    monkeypatch.setenv("VOC_GRAFANA_URL", double.url)
    assert voc_grafana("check").exit_code == 0


def test_it_asks_below_a_path(double: Double) -> None:
    double.answers[("GET", "*")] = Answer(404, {"message": "Not found"})
    look(Grafana(f"{double.url}/grafana/", SECRET))
    assert double.asked[0].path == "/grafana/api/health"


def old(board: dict[str, Any]) -> dict[str, Any]:
    return board | {"description": "Somebody's. Build 0123456789"}


def other_rules(**change: object) -> Answer:
    listed = copy.deepcopy([rules.data(rule) for rule in rules.RULES])
    listed[0].update(change)
    return Answer(200, listed)


def other_question() -> Answer:
    listed = copy.deepcopy([rules.data(rule) for rule in rules.RULES])
    listed[0]["data"][1]["model"]["conditions"][0]["evaluator"]["params"] = [5]
    return Answer(200, listed)


@pytest.mark.parametrize(
    ("path", "answer", "what", "state", "says"),
    [
        ("/api/health", Answer(200, {"database": "failing", "version": "11.6.2"}), "server", "wrong", "own database"),
        ("/api/health", Answer(200, {"database": "ok", "version": "10.4.1"}), "server", "wrong", "Grafana 10.4.1"),
        ("/api/health", Answer(200, {"database": "ok", "version": "12.0.0+security-01"}), "server", "ok", "12.0.0"),
        ("/api/health", Answer(200, []), "server", "warning", "does not say its version"),
        (SETTINGS, Answer(200, {"info": {"version": "4.14.1"}}), "plugin", "warning", "4.14.1, made for 4.20.0"),
        (SETTINGS, Answer(200, {"info": {"version": "<b>\x1b[31m"}}), "plugin", "warning", "%3Cb%3E%1B"),
        (SETTINGS, Answer(404, {"message": "Plugin not found"}), "plugin", "wrong", "does not have it"),
        (DATA_SOURCE, Answer(404, {"message": "Data source not found"}), "data source", "wrong", "does not have it"),
        (DATA_SOURCE, Answer(403, {"message": "Access denied"}), "data source", "wrong", "may not do this"),
        (DATA_SOURCE, Answer(200, {"type": "postgres"}), "data source", "wrong", "another type"),
        (
            DATA_SOURCE + "/health",
            Answer(400, {"status": "ERROR", "message": "secret-host:9000"}),
            "warehouse",
            "wrong",
            "does not reach",
        ),
        (DATA_SOURCE + "/health", Answer(200, {"status": "ERROR"}), "warehouse", "wrong", "does not reach"),
        (BOARD, Answer(404, {"message": "Dashboard not found"}), "dashboard voc-today", "wrong", "does not have it"),
        (BOARD, Answer(200, {"dashboard": old(files.boards()[0])}), "dashboard voc-today", "wrong", "other files (0123456789)"),
        (BOARD, Answer(200, {"dashboard": {}}), "dashboard voc-today", "wrong", "no build"),
        (BOARD, Answer(503, raw=b"<html>message"), "dashboards", "wrong", "trouble itself (503)"),
        (BOARD, Answer(500, {"message": "broken"}), "dashboards", "wrong", "trouble itself (500)"),
        (RULES, Answer(200, []), "alert rule voc-spikes-open", "wrong", "is not there"),
        (RULES, other_rules(noDataState="Alerting"), "alert rule voc-spikes-open", "wrong", "something else"),
        (RULES, other_question(), "alert rule voc-spikes-open", "wrong", "something else"),
        (RULES, other_rules(isPaused=True), "alert rule voc-spikes-open", "warning", "paused"),
        (RULES, other_rules(id=4, updated="2026-01-01", provenance="file"), "alert rule voc-spikes-open", "ok", "as in our file"),
    ],
)
def test_what_is_wrong_is_found_and_said(double: Double, path: str, answer: Answer, what: str, state: str, says: str) -> None:
    double.answers[("GET", path)] = answer
    findings = found(double)
    assert findings[what][0] == state and says in findings[what][1]
    assert (state == "ok") == (findings[what][2] == "")
    result = voc_grafana("check", "--url", double.url)
    assert isinstance(result.exception, UserError) == (state == "wrong")
    assert "secret-host" not in result.output


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (Answer(401, {"message": f"Invalid {SECRET}"}), "does not accept the token"),
        (
            Answer(302, None, (("Location", "https://user:pw@login.example.com/x?y=1"),)),
            "sends elsewhere, to https://login.example.com;",
        ),
        (Answer(301, None, (("Location", "/login"),)), "sends elsewhere;"),
        (Answer(429, {"message": "slow down"}), "too often"),
        (Answer(502, raw=b"Bad Gateway"), "trouble itself (502)"),
        (Answer(200, raw=b"<html>a captive portal</html>"), "does not answer as Grafana does"),
        (Answer(400, raw=b'["message"]'), "refuses the request (400)"),
        (Answer(418, {"message": "teapot"}), "refuses the request (418)"),
    ],
)
def test_a_server_that_does_not_answer_rightly_is_one_clear_line(double: Double, answer: Answer, says: str) -> None:
    double.answers[("GET", "*")] = answer
    with pytest.raises(Unanswered) as refused:
        Grafana(double.url, SECRET).get("/health")
    assert says in str(refused.value) and SECRET not in str(refused.value) and "pw" not in str(refused.value)
    assert len(double.asked) == 1, "a redirect is not followed"
    assert len(look(Grafana(double.url, SECRET))) == 1


def test_a_server_that_is_slow_or_gone(double: Double) -> None:
    done = threading.Event()
    double.answers[("GET", "*")] = Answer(200, {}, delay=done)
    with pytest.raises(Unanswered, match=r"does not answer within 0\.5 s") as late:
        Grafana(double.url, SECRET, timeout_s=0.5).get("/health")
    done.set()
    assert late.value.again
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        with pytest.raises(Unanswered, match="cannot be reached"):
            Grafana(f"http://127.0.0.1:{unheard.getsockname()[1]}", SECRET).get("/health")


def test_a_certificate_is_checked(tmp_path: Any) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(10)

        def serve() -> None:
            for _ in range(2):
                plain, _ = listener.accept()
                try:
                    with context.wrap_socket(plain, server_side=True) as stream:
                        stream.recv(4096)
                        stream.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 21\r\n\r\n{"version": "11.6.2"}')
                except ssl.SSLError:
                    plain.close()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        url = f"https://127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(Unanswered, match=r"certificate of .* is not trusted.*--ca"):
            Grafana(url, SECRET).get("/health")
        assert Grafana(url, SECRET, authority=str(tmp_path / "ca.pem")).get("/health") == {"version": "11.6.2"}
        thread.join(10)


@pytest.mark.parametrize(
    "url",
    ["", "grafana.example.com", "ftp://grafana", "http://", "http://user:pw@grafana", "http://grafana:99999", "http://g?token=pw",
     "http://g#pw", "http://[::1"],
)  # fmt: skip
def test_an_address_that_is_none_is_said_without_quoting_it(url: str) -> None:
    with pytest.raises(UserError, match="address of Grafana") as wrong:
        Grafana(url, SECRET)
    assert "pw" not in str(wrong.value)


@pytest.mark.parametrize("token", ["", "  ", "two words", "line\nbreak", "令牌"])
def test_a_token_that_is_none_is_asked_for(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOC_GRAFANA_TOKEN", token)
    result = CliRunner().invoke(grafana, ["check", "--url", "http://127.0.0.1:1"])
    assert isinstance(result.exception, UserError) and "set VOC_GRAFANA_TOKEN in the environment" in str(result.exception)
    assert not token.strip() or token not in str(result.exception)


def test_a_token_with_a_line_end_from_a_file_is_taken(double: Double) -> None:
    assert Grafana(double.url, SECRET + "\n").get("/health")["database"] == "ok"


def test_the_files_are_built_and_checked(tmp_path: Any) -> None:
    out = str(tmp_path / "grafana")
    missing = voc_grafana("build", "--out", out, "--check")
    assert isinstance(missing.exception, UserError) and "not current" in str(missing.exception)
    assert not (tmp_path / "grafana").exists(), "a check writes nothing"
    assert "11 files, 11 of them written now" in voc_grafana("build", "--out", out).output
    assert "11 files are current" in voc_grafana("build", "--out", out, "--check").output
    assert json.loads(voc_grafana("build", "--out", out, "--json").output) == {"out": out, "files": 11, "written": []}
    (tmp_path / "blocked").write_text("")
    blocked = voc_grafana("build", "--out", str(tmp_path / "blocked"))
    assert isinstance(blocked.exception, UserError) and "name another folder" in str(blocked.exception)
