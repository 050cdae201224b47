"""What each channel's operator publishes, what we keep of it, and where that is said; docs/channels.md is generated from it.

`python -m streams.notify.limits` writes the page, `--check` compares it.
"""

import sys
from pathlib import Path
from typing import NamedTuple

from streams.notify.channel import Limits

PAGE = Path(__file__).resolve().parents[2] / "docs" / "channels.md"

_FEISHU = "https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot"
_CARDS = "https://open.larkoffice.com/document/common-capabilities/message-card"
_FEISHU_TEXT = f"{_CARDS}/message-cards-content/using-markdown-tags"
_FEISHU_BUTTON = f"{_CARDS}/add-card-interaction/interactive-components/button"
_FEISHU_FOLD = (
    "https://open.larksuite.com/document/uAjLw4CM/ukzMukzMukzM/feishu-cards/card-components/containers/collapsible-panel"
)
_DINGTALK = "https://open.dingtalk.com/document/group/custom-robot-access"
_DINGTALK_SIZE = "https://github.com/feiyu563/PrometheusAlert/issues/318"
_DINGTALK_RATE = "https://blog.csdn.net/jialiuyang/article/details/118615052"
_WECOM = "https://developer.work.weixin.qq.com/document/path/99110"
_DINGTALK_QUOTED = "https://juejin.cn/post/7129698690297495583"
_WECOM_OLD = "https://work.weixin.qq.com/api/doc/90000/90136/91770"
_WECOM_ERROR = "https://github.com/feiyu563/PrometheusAlert/issues/155"
_SLACK_RATE = "https://docs.slack.dev/apis/web-api/rate-limits"
_SLACK_POST = "https://docs.slack.dev/reference/methods/chat.postMessage"
_SLACK_HEADER = "https://docs.slack.dev/reference/block-kit/blocks/header-block"
_SLACK_BUTTON = "https://docs.slack.dev/reference/block-kit/block-elements/button-element"
_SLACK_BLOCKS = "https://docs.slack.dev/reference/block-kit/blocks"
_SLACK_CUT = "https://docs.rs/crate/late/0.0.647/source/src/models/slack_platform_data.rs"
_SLACK_QUOTED = "https://docs.rs/crate/slack-messaging/latest/source/src/blocks/elements/button.rs"
_SLACK_KEPT = "https://docs.rs/crate/slackblocks/2.7.0/source/src/generated/constants.rs"
_EVENTS = "https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#size-limits"
_WEBHOOKS = "https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md"
_LINES = "https://www.rfc-editor.org/rfc/rfc5322#section-2.1.1"
_CLIPPED = "https://www.spamresource.com/2022/01/what-is-gmail-clipping-and-what-to-do.html"
_GRAFANA = "https://grafana.com/docs/grafana/latest/developers/http_api/annotations/"
_APPRISE = "https://github.com/caronc/apprise/wiki"

FEISHU = Limits(20_000, 100, 5.0, 0.0, _FEISHU)
DINGTALK = Limits(20_000, 20, 0.0, 600.0, _DINGTALK)
WECOM = Limits(4096, 20, 0.0, 0.0, _WECOM)
SLACK = Limits(40_000, 0, 1.0, 0.0, _SLACK_RATE)
MAIL = Limits(100_000, 0, 0.0, 0.0, _CLIPPED)
WEBHOOK = Limits(63_000, 0, 0.0, 0.0, _EVENTS)
APPRISE = Limits(32_768, 0, 0.0, 0.0, _APPRISE)

TYPES = ("apprise", "dingtalk", "email", "feishu", "grafana", "slack", "webhook", "wecom")
"""Of channels, that the page describes."""
OPERATOR, OTHERS, LIBRARY, RECALLED = "operator's page", "others' page", "library", "not confirmed"


class Rule(NamedTuple):
    """One line of the table."""

    channel: str
    what: str
    published: str
    kept: str
    sources: tuple[str, ...]
    confirmed: str
    """By what: the operator's page as stored, a page of others that quotes it or its error, or nothing that could be found."""


RULES = (
    Rule("Feishu", "size of a request", "20 KB", f"{FEISHU.bytes:,} bytes with the signature", (_FEISHU,), OPERATOR),
    Rule("Feishu", "rate", "100 a minute and 5 a second, a robot; 11232 beyond", "the same", (_FEISHU,), OPERATOR),
    Rule("Feishu", "signature", "HMAC-SHA256, of the last hour; 19021", "signed when sent", (_FEISHU,), OPERATOR),
    Rule("Feishu", "keywords", "up to 10, one in each message; 19024", "option `keyword`", (_FEISHU,), OPERATOR),
    Rule("Feishu", "escaping in lark_md", "HTML entities", "for names, facts; else plain_text", (_FEISHU_TEXT,), OPERATOR),
    Rule("Feishu", "buttons", "an address; styles primary, default, danger", "the same", (_FEISHU_BUTTON,), OPERATOR),
    Rule("Feishu", "waking everybody", "if the group's owner allows it, else it fails", "as routed", (_FEISHU_TEXT,), OPERATOR),
    Rule("Feishu", "folded part", "clients from 7.9; older: a placeholder", "for the query only", (_FEISHU_FOLD,), OPERATOR),
    Rule("Feishu", "elements of a card", "", "50 at most", (), RECALLED),
    Rule("DingTalk", "size of a request", "20,000 bytes; 460101", "the same", (_DINGTALK_SIZE,), OTHERS),
    Rule("DingTalk", "rate", "20 a minute, then 10 minutes nothing; 130101", "the same", (_DINGTALK, _DINGTALK_RATE), OTHERS),
    Rule("DingTalk", "signature", "HMAC-SHA256 in the query; 310000", "signed when sent", (_DINGTALK, _DINGTALK_QUOTED), OTHERS),
    Rule("DingTalk", "keywords", "up to 10, one in each message", "option `keyword`", (_DINGTALK, _DINGTALK_QUOTED), OTHERS),
    Rule("DingTalk", "escaping in Markdown", "none is described", "full-width look-alikes, invisible spaces", (), RECALLED),
    Rule("WeCom", "size of Markdown", "4,096 bytes of UTF-8; 40058", "the same", (_WECOM, _WECOM_ERROR), OPERATOR),
    Rule("WeCom", "size of text", "4,096 bytes, formerly 2,048", "2,048; wakes everybody", (_WECOM, _WECOM_OLD), OPERATOR),
    Rule("WeCom", "rate", "20 a minute; 45009", "the same", (_WECOM,), OPERATOR),
    Rule("WeCom", "Markdown", "headings, bold, links, code, quotes, colours, `<@userid>`", "no code", (_WECOM,), OPERATOR),
    Rule("WeCom", "escaping in Markdown", "none is described", "full-width look-alikes, invisible spaces", (_WECOM,), OPERATOR),
    Rule("WeCom", "template card", "6 values of 26 characters, 3 links", "not used: no room for quotes", (_WECOM,), OPERATOR),
    Rule("Slack", "rate", "1 a second a channel, short bursts; 429, Retry-After", "1 a second", (_SLACK_RATE,), OPERATOR),
    Rule("Slack", "line for notifications", "40,000 characters, then cut", "1,000", (_SLACK_POST, _SLACK_CUT), OTHERS),
    Rule("Slack", "header", "150 characters", "the same", (_SLACK_HEADER,), OPERATOR),
    Rule("Slack", "button", "text 75, address 3,000 characters", "75 and 1,500", (_SLACK_BUTTON, _SLACK_QUOTED), OTHERS),
    Rule("Slack", "blocks", "50 a message, 25 buttons a block", "50 and 6", (_SLACK_BLOCKS, _SLACK_KEPT), OTHERS),
    Rule("Slack", "text of a rich text element", "not said; 3,000 in a section", "2,900; 9,000 bytes a block", (), RECALLED),
    Rule("e-mail", "size", "none; Gmail shows about 102 KB of HTML", f"{MAIL.bytes:,} bytes in all", (_CLIPPED,), OTHERS),
    Rule("e-mail", "length of a line", "998 characters", "76: the parts are Base64", (_LINES,), RECALLED),
    Rule("webhook", "size of an event", "64 KiB with its headers", f"{WEBHOOK.bytes:,} bytes; a batch too", (_EVENTS,), OPERATOR),
    Rule("webhook", "signature", "webhook-id, -timestamp, -signature", "the same", (_WEBHOOKS,), LIBRARY),
    Rule("Grafana", "size of an annotation", "none is named", "16,384 bytes", (_GRAFANA,), RECALLED),
    Rule("Apprise", "size", "by service, known to the package", "what the package says", (_APPRISE,), LIBRARY),
)  # fmt: skip

_INTRODUCTION = """# Channels

Generated by `python -m streams.notify.limits`. What each channel's operator publishes, and what a rendered message keeps. A
receiver that enforces it takes every message in the tests (`tests/rig/receivers`), whatever customers wrote; no message was
ever sent to the real ones by the tests.

The last column says how far a rule is confirmed: by the **operator's page** as it was read; by **others' page**, which quotes
the operator or the error that it answers; by the **library** that keeps it; or **not confirmed**, where no page could be
read that says it.

| channel | what | published | kept | source | confirmed by |
|---|---|---|---|---|---|
"""
_REST = """
What is cut, where a card is too long: quotes, then lists, then the query, and last everything else, each with an ellipsis. A
storm is told in as many messages as it takes, the most severe first, one line each; nothing is left out.

What customers wrote cannot act: it stands in elements that interpret nothing (Feishu, Slack), is escaped (e-mail), or its
markup is shown as full-width characters that look alike (DingTalk, WeCom). Everywhere an invisible space (U+200B) breaks
mentions, addresses and names of hosts. A webhook's receiver gets plain data: it escapes what it shows.

| channel | threads | buttons | repeated after a kill |
|---|---|---|---|
| Feishu, DingTalk, WeCom | none for such robots: each message names the spike | open an address; WeCom: links | once more |
| Slack, `url` | none | open an address | once more |
| Slack, `token` | one an episode | open an address | found by its metadata, not posted again (scope channels:history) |
| e-mail | one an episode | links | the same Message-ID: most mail clients show it once |
| webhook | `subject` is the spike | the addresses as data | the same `id` and `webhook-id`: the receiver drops it |
| Grafana | an annotation an episode | none | found by its tag, changed in place |
| Apprise | none | links | once more |

Options of each type in `notify.toml` (those in bold are required); addresses, secrets, tokens and passwords as `env:NAME` or
`file:PATH`:

"""


def described() -> str:
    """docs/channels.md."""
    rows = [
        f"| {rule.channel} | {rule.what} | {rule.published or '-'} | {rule.kept} | {_linked(rule.sources)} | {rule.confirmed} |"
        for rule in RULES
    ]
    return _INTRODUCTION + "\n".join(rows) + "\n" + _REST + _options()


def main() -> int:
    """Write the page, or say that it is not current."""
    if "--check" in sys.argv:
        current = PAGE.exists() and PAGE.read_text("utf-8") == described()
        sys.stderr.write("" if current else f"{PAGE.name} is not current: make docs\n")
        return 0 if current else 1
    PAGE.write_text(described(), "utf-8")
    return 0


def _linked(sources: tuple[str, ...]) -> str:
    return ", ".join(f"[{number}]({source})" for number, source in enumerate(sources, 1)) or "-"


def _options() -> str:
    from streams.notify.channels import options_of  # they import this module

    lines = ["| type | options |", "|---|---|"]
    for kind in TYPES:
        named = [f"**{name}**" if required else name for name, required in options_of(kind).items()]
        lines.append(f"| `{kind}` | {', '.join(named)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
