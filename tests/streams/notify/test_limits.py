"""The table of limits: it is current, and it says what is kept."""

from streams.notify import limits
from streams.notify.channels import TYPES
from streams.notify.limits import PAGE, RULES, described


def test_the_page_is_current() -> None:
    assert PAGE.read_text("utf-8") == described(), "python -m streams.notify.limits"


def test_every_rule_names_its_source_or_says_that_there_is_none() -> None:
    for rule in RULES:
        assert rule.kept and rule.what
        assert all(source.startswith("https://") for source in rule.sources)
        assert rule.sources or rule.confirmed == limits.RECALLED


def test_every_type_stands_in_it() -> None:
    named = {rule.channel.lower().replace("e-mail", "email") for rule in RULES}
    assert named == set(limits.TYPES) <= set(TYPES)


def test_each_limit_is_published_where_it_says() -> None:
    for one in (limits.FEISHU, limits.DINGTALK, limits.WECOM, limits.SLACK, limits.MAIL, limits.WEBHOOK, limits.APPRISE):
        assert one.bytes > 0 and one.source in {source for rule in RULES for source in rule.sources}
