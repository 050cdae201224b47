"""A Grafana server over HTTP, through the grafana-api package: what it answers, or in plain words why it does not.

Redirects are not followed: they would carry a token to somebody else, or a POST would arrive as a GET. The token and whatever an
answer quotes are in no message.
"""

import contextlib
import re
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

import requests
from grafana_api.grafana_api import GrafanaException
from grafana_api.grafana_face import GrafanaFace

from streams.failures import UserError

TOKEN = "VOC_GRAFANA_TOKEN"  # noqa: S105  # the name of a variable
TIMEOUT_S = 10.0
T = TypeVar("T")


class Unanswered(Exception):
    """Grafana did not do what was asked. `status`: its HTTP status, 0 if there was none. `again`: it may do so later."""

    def __init__(self, says: str, do: str, *, status: int = 0, again: bool = False) -> None:
        super().__init__(f"{says}; {do}")
        self.says, self.do, self.status, self.again = says, do, status, again


class Grafana:
    """One organisation of a server, as one service account. Blocking: `timeout_s` a call to connect, and again between bytes."""

    def __init__(self, url: str, token: str, *, authority: str = "", timeout_s: float = TIMEOUT_S) -> None:
        """`authority`: a file of PEM certificates to trust instead of the system's. Raises UserError, which quotes neither."""
        parts = _checked(url)
        token = token.strip()
        if not re.fullmatch(r"[\x21-\x7e]+", token):
            raise UserError(f"there is no token of a Grafana service account (glsa_…): set {TOKEN} in the environment")
        host = f"[{parts.hostname}]" if ":" in str(parts.hostname) else str(parts.hostname)
        prefix = parts.path.strip("/")
        self._timeout_s = timeout_s
        self.host = f"{host}:{parts.port}" if parts.port else host
        self._face = GrafanaFace(
            token, host=host, port=parts.port, protocol=parts.scheme, url_path_prefix=f"{prefix}/" if prefix else "",
            verify=authority or True, timeout=timeout_s,
        )  # fmt: skip
        self._face.api.s.max_redirects = 0
        self._face.api.s.hooks["response"].append(self._note)
        self._status = 0

    def get(self, path: str) -> Any:
        """What `/api` + path answers. Raises Unanswered."""
        return self._call(lambda: self._face.api.GET(path))

    def dashboard(self, uid: str) -> Any:
        """A dashboard and what the server knows of it. Raises Unanswered."""
        return self._call(lambda: self._face.dashboard.get_dashboard(quote(uid, safe="")))

    def annotate(self, *, start_ms: int, end_ms: int, tags: list[str], text: str) -> int:
        """Mark a moment, or a region, by tags (of the organisation, not of one dashboard); its id. Raises Unanswered."""
        add = self._face.annotations.add_annotation
        answer = self._call(lambda: add(time_from=start_ms, time_to=end_ms, tags=tags, text=text))
        number = answer.get("id") if isinstance(answer, dict) else None
        if not isinstance(number, int):
            raise Unanswered("it took the annotation and gave no id", "look whether that address is a Grafana server")
        return number

    def annotations(self, tag: str) -> dict[int, list[str]]:
        """The annotations that have a tag (of letters, digits, - and _), by id, with all of their tags. Raises Unanswered."""
        answer = self._call(lambda: self._face.annotations.get_annotation(tags=[tag], limit=100))
        listed = [one for one in answer if isinstance(one, dict)] if isinstance(answer, list) else []
        found = [(one.get("id"), one.get("tags")) for one in listed]
        return {
            number: [str(name) for name in tags]
            for number, tags in found
            if isinstance(number, int) and isinstance(tags, list) and tag in tags
        }

    def forget(self, annotation: int) -> None:
        """Take an annotation away; nothing happens if it is gone. Raises Unanswered."""
        try:
            self._call(lambda: self._face.annotations.delete_annotations_by_id(annotation))
        except Unanswered as answer:
            if answer.status != 404:
                raise

    def _note(self, response: requests.Response, **_: object) -> None:
        self._status = response.status_code

    def _call(self, call: Callable[[], T]) -> T:
        self._status = 0
        try:
            return call()
        except GrafanaException as error:
            raise _refused(int(error.status_code)) from None
        except requests.exceptions.TooManyRedirects as error:
            raise Unanswered(f"{self.host} sends elsewhere{_whither(error)}", "name that address instead") from None
        except requests.exceptions.SSLError:
            raise Unanswered(
                f"the certificate of {self.host} is not trusted, or it does not speak TLS",
                "name the authority's certificates with --ca, or see whether the address is http://",
            ) from None
        except (requests.exceptions.Timeout, requests.exceptions.ConnectionError) as error:
            late = isinstance(error, requests.exceptions.Timeout)
            says = f"{self.host} does not answer within {self._timeout_s:g} s" if late else f"{self.host} cannot be reached"
            raise Unanswered(says, "is Grafana up, and the address right?", again=True) from None
        except (requests.exceptions.RequestException, ValueError, TypeError, AttributeError):
            # the package reads every error as a JSON object: of a page, or of a list, it raises whatever comes
            if self._status >= 400:
                raise _refused(self._status) from None
            raise Unanswered(
                f"{self.host} does not answer as Grafana does", "see whether the address, with its path, is Grafana's"
            ) from None


def _refused(status: int) -> Unanswered:
    if status >= 500:
        return Unanswered(f"Grafana has trouble itself ({status})", "see its log, then try again", status=status, again=True)
    says, do = {
        401: ("Grafana does not accept the token", f"make a new one for its service account and set {TOKEN}"),
        403: ("the token may not do this", "give its service account the role that docs/grafana.md names"),
        404: ("Grafana does not have it", "see whether the files are mounted, and in its log why they were refused"),
        429: ("Grafana is asked too often", "wait a minute"),
    }.get(status, (f"Grafana refuses the request ({status})", "compare its version with the one in docs/grafana.md"))
    return Unanswered(says, do, status=status, again=status == 429)


def _whither(error: requests.exceptions.TooManyRedirects) -> str:
    """The scheme and host that a redirect names; nothing else of it."""
    with contextlib.suppress(ValueError, AttributeError):
        parts = urlsplit(error.response.headers.get("Location", ""))  # type: ignore[union-attr]
        if parts.scheme in ("http", "https") and parts.hostname:
            return f", to {parts.scheme}://{parts.hostname}"
    return ""


def _checked(url: str) -> Any:
    with contextlib.suppress(ValueError):
        parts = urlsplit(url.strip())
        port = parts.port  # ValueError if it is no number
        known = parts.scheme in ("http", "https") and parts.hostname and (port is None or port > 0)
        if known and parts.username is None and not parts.query and not parts.fragment:
            return parts
    raise UserError("the address of Grafana must be http(s)://host[:port][/path], without a name, a password or a query in it")
