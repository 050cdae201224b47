"""One turn of phrase by which Chinese customers complain, and the pieces that many of them share.

An expression is tried only where one of its triggers stands in the text (one Aho-Corasick pass finds them all), and every
repeat in it is bounded, so that a text costs time linear in its length.
"""

import re
from functools import cache
from typing import NamedTuple

from processors.sentiment.terms import Tells

NUMBER = r"(?:\d{1,4}|[半一二两俩三四五六七八九十几多好整数]{1,4}|\[[^\[\]]{1,8}\])"
"""A placeholder in brackets counts as a number: data that was made anonymous writes numbers so."""
SPAN = rf"{NUMBER}(?:多|来|几)?个?半?多?(?:天|日|小时|钟头|周|星期|礼拜|月|年|分钟)"
TIMES = r"(?:[二两三四五六七八九十几多]{1,3}|好几|\d{1,3}|无数|很多|多少|\[[^\[\]]{1,8}\])(?:多)?(?:次|遍|通|回|趟|个电话)"
NOT_YET = (
    r"(?:还没|还不|还未|还是|还在|都没|都不|也没|也不|仍|没有?人|没收|没到|没发|没给|没退|没处|没有?动|没有?消|没有?更|"
    r"没有?反|没有?任何|没有?结|没有?物流|不给|不发|未|却没|才发|才给|才到|才回)"
)
DO = (
    r"(?:发|送|退|到|回|处理|解决|给|来|收|接|派|审|更新|安排|动|弄|好|通过|取|寄|修|装|开|返|赔|补|办|配送|出库|联系|"
    r"恢复|成功|揽|结|打|通知|说|告诉|有)"
)


class Pattern(NamedTuple):
    """One turn of phrase; `weight` is positive for a complaint."""

    name: str
    weight: float
    tells: Tells
    triggers: tuple[str, ...]
    """Every match holds at least one of them."""
    form: str
    """The regular expression."""
    plain: bool
    """Loses weight inside a question or condition; others are complaints in any form."""


@cache
def compiled(form: str) -> re.Pattern[str]:
    """Return the expression, compiled when it is first needed: all of them at once would cost a start 100 ms."""
    return re.compile(form)


def pattern(name: str, weight: float, tells: Tells, triggers: str, form: str, *, plain: bool = False) -> Pattern:
    """Return a pattern; `triggers` are parted by spaces."""
    return Pattern(name, weight, tells, tuple(triggers.split()), form, plain)
