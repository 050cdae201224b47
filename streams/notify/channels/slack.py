"""Slack: blocks by an incoming webhook, which has no threads, or by a bot's token, which has.

Words stand in rich text and plain text elements, which interpret nothing; only the line for notifications is mrkdwn, where
full-width characters take the place of what marks up.

A bot's message carries what it is as metadata: what is sent a second time is found in the channel and not posted again. That
needs the scope channels:history (groups:history in a private channel); without it a repetition is posted again, in its thread.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from processors.said import Link, Said
from streams.failures import UserError
from streams.notify import fit, http
from streams.notify.channel import Later, Misconfigured, Outgoing, Receipt, Refused, Rendered
from streams.notify.inert import alike, cut, plain, unlinked
from streams.notify.limits import SLACK
from streams.notify.robots import JSON, bucket, dumped, rendered

API = "https://slack.com/api"
EVENT = "voc_spike"
HEADER, BUTTON, ELEMENT, BLOCK = 150, 75, 2900, 9000
"""Characters of a header, of a button and of one text, which Slack limits; of one rich text, which it does not say."""
NOTIFICATION = 1000
LOOKED_AT = 200
"""Messages of a channel that are looked through for a repetition, newest first."""
LINES = 40

_NO_ENTRY = "renew `token`: in the app's settings, under OAuth & Permissions"
_ERRORS: Mapping[str, str] = {
    **dict.fromkeys(("invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"), _NO_ENTRY),
    "missing_scope": "the token lacks the scope chat:write",
    "no_permission": "the token may not post there",
    "restricted_action": "the workspace does not let this app post there",
    "channel_not_found": "`channel` is not an id of a channel that the bot can see",
    "not_in_channel": "the bot is not in `channel`: /invite it there",
    "is_archived": "`channel` is archived",
}
_REFUSED = (
    "invalid_blocks", "invalid_blocks_format", "msg_too_long", "msg_blocks_too_long", "no_text", "metadata_too_large",
    "too_many_attachments",
)  # fmt: skip
"""What is said of one message; of what is wrong with each a person is told, and the cards stay owed."""
_STRANGE = (
    "invalid_arguments", "invalid_payload", "invalid_metadata_format", "invalid_metadata_schema", "invalid_post_type",
)  # fmt: skip
_CLOSED = (
    "channel_is_archived",
    "channel_not_found",
    "action_prohibited",
    "posting_to_general_channel_denied",
    "user_not_found",
)
"""Words of a webhook whose channel does not take it."""
_NO_WEBHOOK = ("invalid_token", "no_service", "no_active_hooks", "no_team")


class Slack:
    """An incoming webhook (`url`), or a bot in one channel (`token`, `channel`)."""

    limits = SLACK

    def __init__(self, name: str, *, url: str = "", token: str = "", channel: str = "", api: str = API) -> None:
        if bool(url) == bool(token):
            raise UserError(f"channel {name}: either url (an incoming webhook), or token and channel (a bot)")
        if token and not re.fullmatch(r"[CGD][A-Z0-9]{5,30}", channel):
            raise UserError(f"channel {name}: channel: the id, C and letters, from the channel's details in Slack; not its name")
        if token and not re.fullmatch(r"[\x21-\x7e]{10,1000}", token):
            raise UserError(f"channel {name}: token: is none; a bot's begins with xoxb-")
        self.name = name
        self._url = http.checked(url, f"channel {name}: url") if url else ""
        self._api = http.checked(api, f"channel {name}: api").rstrip("/")
        self._token, self._channel = token, channel
        self.bucket = bucket(self._url or token, channel)

    def render(self, outgoing: Outgoing) -> Sequence[Rendered]:
        """One message; of a digest as many as it takes."""
        return [rendered(message) for message in self._messages(outgoing)]

    def send(self, outgoing: Outgoing) -> Receipt:
        """Render and deliver; of a digest the first opens a thread, the others answer to it."""
        thread, deadline = outgoing.thread, http.Deadline()
        for number, message in enumerate(self._messages(outgoing)):
            if self._url:
                _settled(http.post(self._url, dumped(message), {"Content-Type": JSON}, deadline))
            else:
                id = f"{outgoing.id}/{number}" if number else outgoing.id
                thread = self._post(message, outgoing, id, thread, deadline)
        return Receipt(thread)

    def check(self) -> str:
        """Ask who the token belongs to; of a webhook reach the host."""
        if self._url:
            return http.reach(self._url)
        answered = self._call("auth.test", http.Deadline(), {}, b"{}")
        team, user = (plain(_word(answered.get(key)) or "?", 60) for key in ("team", "user"))
        return f"the token is good: {user} in {team}"

    def _post(self, message: dict[str, Any], outgoing: Outgoing, id: str, thread: str, deadline: http.Deadline) -> str:
        """What later messages answer to; post nothing if the message is there already."""
        spike = outgoing.said[0].spike_id if len(outgoing.said) == 1 else ""
        there, opening = self._there(id, spike, thread, deadline)
        if there:
            return there
        thread = thread or (opening if outgoing.said[0].transition != "opened" else "")
        metadata = {"event_type": EVENT, "event_payload": {"id": id, "spike": spike}}
        body = message | {"channel": self._channel, "metadata": metadata}
        try:
            answered = self._call("chat.postMessage", deadline, body | ({"thread_ts": thread} if thread else {}))
        except _NoThread:
            thread = ""
            answered = self._call("chat.postMessage", deadline, body)
        if not (stamp := _word(answered.get("ts"))):
            raise Later("Slack does not say which message it took")
        return thread or stamp

    def _there(self, id: str, spike: str, thread: str, deadline: http.Deadline) -> tuple[str, str]:
        """What later messages answer to if this one is there already; and the opening of its episode. Empty: not found."""
        asked = {"channel": self._channel, "limit": str(LOOKED_AT), "include_all_metadata": "true"}
        try:
            answered = self._call(
                "conversations.replies" if thread else "conversations.history",
                deadline,
                {"Content-Type": "application/x-www-form-urlencoded"},
                urlencode(asked | ({"ts": thread} if thread else {})).encode(),
            )
        except (Misconfigured, _NoThread):
            return "", ""  # it may not read, or the thread is gone: both are no reason not to tell
        opening = ""
        messages = answered.get("messages")
        for message in messages if isinstance(messages, list) else []:
            said = _inner(_inner(message, "metadata"), "event_payload")
            stamp = _word(message.get("ts")) if said else ""
            if not stamp:
                continue
            if said.get("id") == id:
                return thread or stamp, opening
            if spike and said.get("spike") == spike:
                opening = stamp
        return "", opening

    def _call(self, method: str, deadline: http.Deadline, fields: Mapping[str, Any], form: bytes | None = None) -> dict[str, Any]:
        """One method of the API; `form` is a body as it is, `fields` then headers."""
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": JSON}
        body = dumped(fields) if form is None else form
        more = dict(fields) if form is not None else {}
        answer = http.post(f"{self._api}/{method}", body, headers | more, deadline)
        answered = answer.fields()
        error = _word(answered.get("error"))
        if not (answer.status == 400 and error in _REFUSED):
            http.settle(answer)
        if answered.get("ok") is True:
            return answered
        raise _error(error, answer.host, answer.after_s)

    def _messages(self, outgoing: Outgoing) -> list[dict[str, Any]]:
        if len(outgoing.said) == 1:
            return [fit.first(outgoing.said[0], lambda said: _card(said, outgoing.mention_all), _fits)]
        head = fit.headline(outgoing.said)

        def waking(of: int) -> int:
            """A bot's answers in a thread wake nobody; a webhook's last message is repeated the least."""
            return 1 if self._token else of

        return fit.packed(
            fit.lines(outgoing.said),
            lambda lines, part, of: _digest(fit.parts(head, part, of), lines, outgoing.mention_all and part == waking(of)),
            _fits,
            LINES,
        )


class _NoThread(Later):
    """The thread is not there any more."""


def _word(value: object) -> str:
    """A string of an answer; empty if it is none."""
    return value if isinstance(value, str) else ""


def _inner(value: object, name: str) -> dict[str, Any]:
    """An object in an object of an answer; empty if either is none."""
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def _error(error: str, host: str, after_s: float | None) -> Exception:
    if error in _ERRORS:
        return Misconfigured(f"{host}: {_ERRORS[error]} ({error})")
    if error in _REFUSED:
        return Refused(f"{host} does not accept this message ({error})")
    if error in _STRANGE:
        return Misconfigured(f"{host} does not understand what is sent ({error}): look at the app's settings, and update")
    if error in ("ratelimited", "rate_limited", "message_limit_exceeded"):
        return Later(f"{host}: too many messages ({error})", http.WAIT_S if after_s is None else after_s)
    if error in ("thread_not_found", "cannot_reply_to_message"):
        return _NoThread(f"{host}: the thread is not there ({error})")
    return Later(f"{host} cannot take it now ({_named_error(error)})")


def _named_error(error: str) -> str:
    """As Slack's own pages have it, to be looked up; nothing else that an answer says is quoted."""
    return error if re.fullmatch(r"[a-z0-9_]{1,60}", error) else "no error that is known"


def _settled(answer: http.Answer) -> None:
    """A webhook says "ok", or a word and a status."""
    word = answer.body[:200].decode("utf-8", "replace").strip()
    if answer.status != 429 and answer.status < 500 and word in _NO_WEBHOOK:
        raise Misconfigured(f"{answer.host}: there is no such webhook: make `url` anew in the app's settings ({word})")
    if word in _CLOSED:
        raise Misconfigured(f"{answer.host}: the webhook's channel does not take it ({word})")
    if answer.status == 400 and word in _REFUSED:
        raise Refused(f"{answer.host} does not accept this message ({word})")
    http.settle(answer)
    if word != "ok":
        raise Misconfigured(f"{answer.host} does not answer as a webhook of Slack does ({_named_error(word)}): look at `url`")


def _card(said: Said, mention_all: bool) -> dict[str, Any]:
    title = fit.titled(said)
    blocks: list[dict[str, Any]] = [_header(title)]
    first = [_section(_text(said.summary, bold=True))] if said.summary else []
    first += [_section(_text(f"{fact.name}: ", bold=True), _text(fact.value)) for fact in said.facts if fact.name or fact.value]
    if chart := fit.bars(said.chart):
        first.append(_section(_text(f"{said.chart.name} {chart}".strip())))
    blocks += _rich([_section({"type": "broadcast", "range": "channel"}), *first] if mention_all else first)
    for name, texts, quoted in fit.blocks(said):
        pieces = [_piece("quote" if quoted else "section", _text(text)) for text in texts]
        listed = {"type": "rich_text_list", "style": "bullet", "elements": pieces}
        blocks += _rich([*_named(name), *(pieces if quoted else [listed])])
    if said.links:
        blocks.append(_actions(said.links, "link"))
    if said.verdicts:
        blocks += [*_rich(_named(said.verdicts_name)), _actions(said.verdicts, "verdict")]
    if said.sql:
        blocks += _rich([*_named(said.sql_name), _piece("preformatted", _text(said.sql))])
    last = [text for text in (said.hint, said.spike_id) if text]
    if last:
        blocks.append({"type": "context", "elements": [_plain(text, ELEMENT) for text in last]})
    return _message(f"{title} — {said.summary}", blocks)


def _digest(head: str, lines: Sequence[fit.Line], mention_all: bool) -> dict[str, Any]:
    listed = [{"type": "rich_text_list", "style": "bullet", "elements": [_line(line)]} for line in lines]
    blocks = [_header(head), *_rich([_section({"type": "broadcast", "range": "channel"})] if mention_all else [])]
    return _message(head, [*blocks, *(block for one in listed for block in _rich([one]))])


def _line(line: fit.Line) -> dict[str, Any]:
    said = " · ".join(text for text in (line.title, line.summary) if text)
    pieces = [_text(f"{line.state} ", bold=True)] if line.state else []
    pieces += [_text(cut(said, fit.LINE))] if said else []
    if line.link:
        pieces += [_text(" "), {"type": "link", "url": line.link.url, "text": unlinked(line.link.name)}]
    return _section(*(pieces or [_text("-")]))


def _message(text: str, blocks: list[dict[str, Any]]) -> dict[str, Any]:
    """`text` is what notifications show."""
    return {
        "text": alike(cut(text, NOTIFICATION)),
        "blocks": blocks,
        "unfurl_links": False,
        "unfurl_media": False,
        "link_names": False,
    }


def _fits(message: dict[str, Any]) -> bool:
    return len(dumped(message)) <= SLACK.bytes and len(message["blocks"]) <= 50


def _plain(text: str, most: int) -> dict[str, Any]:
    return {"type": "plain_text", "text": cut(unlinked(text), most) or "-", "emoji": False}


def _header(text: str) -> dict[str, Any]:
    return {"type": "header", "text": _plain(text, HEADER)}


def _text(text: str, *, bold: bool = False) -> dict[str, Any]:
    element: dict[str, Any] = {"type": "text", "text": cut(unlinked(text), ELEMENT) or "-"}
    return element | ({"style": {"bold": True}} if bold else {})


def _piece(kind: str, *elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": f"rich_text_{kind}", "elements": list(elements)}


def _section(*elements: dict[str, Any]) -> dict[str, Any]:
    return _piece("section", *elements)


def _named(heading: str) -> list[dict[str, Any]]:
    return [_section(_text(heading, bold=True))] if heading else []


def _rich(pieces: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rich text; more than one block where one would grow too long; none of nothing."""
    blocks: list[list[dict[str, Any]]] = []
    size = BLOCK
    for piece in pieces:
        length = len(dumped(piece))
        if size + length > BLOCK:
            blocks.append([])
            size = 0
        blocks[-1].append(piece)
        size += length
    return [{"type": "rich_text", "elements": block} for block in blocks]


def _actions(links: Sequence[Link], kind: str) -> dict[str, Any]:
    return {
        "type": "actions",
        "elements": [
            {"type": "button", "text": _plain(link.name, BUTTON), "url": link.url, "action_id": f"{kind}-{number}"}
            for number, link in enumerate(links)
        ],
    }
