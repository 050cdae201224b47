"""Where personal data stands in a text: phone numbers, ids, cards, addresses and the like; one module a family of kinds.

All patterns read a text whose digits, letters and separators are folded without moving them (`folding`), so every offset is one
in the text as it came. All are bounded: time grows with the length of the text and not faster.
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

from processors.expressions import lazy
from processors.personal_data.cards import cards
from processors.personal_data.chinese_addresses import chinese_addresses
from processors.personal_data.emails import emails, said_emails
from processors.personal_data.english_addresses import english_addresses
from processors.personal_data.folding import blanked, folded, replaced
from processors.personal_data.identities import (
    announced_passports,
    foreign_cards,
    old_resident_ids,
    passports,
    resident_ids,
    social_security_numbers,
)
from processors.personal_data.orders import (
    announced_orders,
    marketplace_orders,
    orders_near_their_word,
    orders_with_a_sign,
    taobao_orders,
)
from processors.personal_data.phones import (
    announced_phones,
    british_phones,
    landlines,
    mobiles,
    north_american_phones,
    numbers_abroad,
    taiwanese_phones,
)
from processors.personal_data.plates import announced_plates, plates
from processors.personal_data.signs import (
    AT,
    HOUSE,
    IDENTITY,
    ORDER,
    PHONE,
    PLATE,
    PLUS,
    SAID_AT,
    SOCIAL,
    SPOKEN,
    STREET,
    digits_in,
    may_hold,
    signs_of,
)
from processors.personal_data.social import ids_before_their_name, q_ids, qq_ids, wechat_ids
from processors.personal_data.spoken_numbers import spoken_mobiles, spoken_numbers
from processors.utterance import Span

__all__ = ["FIELD", "IDENTIFIER", "KINDS", "PROSE", "Rule", "Rules", "find", "folded", "replaced"]

KINDS = ("phone", "id", "card", "email", "address", "plate", "order", "social", "passport")
"""What a span may be of; in capitals and brackets, the placeholder."""


class Rule(NamedTuple):
    """A search for one kind, and what a text must have for it to find anything."""

    digits: int
    """So many ASCII digits at least."""
    sign: int
    """One of these bits of `signs` at least; 0 asks for none."""
    search: Callable[[str], Iterator[Span]]


class Rules(tuple[Rule, ...]):
    """Rules in the order in which they are asked; as a key it is itself, which spares a hash of them all for every text."""

    __slots__ = ()
    __hash__ = object.__hash__


_CERTAIN = (Rule(0, AT, emails), Rule(17, 0, resident_ids))
_PHONES = (Rule(8, PLUS, numbers_abroad), Rule(11, 0, mobiles), Rule(10, 0, landlines))
IDENTIFIER = Rules((*_CERTAIN, *_PHONES, Rule(0, SPOKEN, spoken_mobiles)))
"""For the fields that name a thing (conversation, order, model): what is personal wherever it stands. An order number is one
on purpose there.
"""
FIELD = Rules((*_CERTAIN, Rule(13, 0, cards), *_PHONES, Rule(0, SPOKEN, spoken_mobiles)))
"""For one word in a field of unknown meaning: cards too, which must not be stored by any name."""
PROSE = Rules(
    (
        Rule(0, AT, emails),
        Rule(0, SAID_AT, said_emails),
        Rule(17, 0, resident_ids),
        Rule(4, ORDER, announced_orders),
        Rule(13, 0, cards),
        Rule(15, 0, old_resident_ids),
        Rule(2, IDENTITY, announced_passports),
        Rule(9, IDENTITY, social_security_numbers),
        Rule(7, IDENTITY, foreign_cards),
        Rule(7, 0, passports),
        Rule(9, 0, marketplace_orders),
        *_PHONES,
        Rule(10, 0, north_american_phones),
        Rule(10, 0, british_phones),
        Rule(10, 0, taiwanese_phones),
        Rule(0, SOCIAL, ids_before_their_name),
        Rule(0, SOCIAL, wechat_ids),
        Rule(5, SOCIAL, qq_ids),
        Rule(6, SOCIAL, q_ids),
        Rule(7, PHONE, announced_phones),
        Rule(0, SPOKEN, spoken_numbers),
        Rule(18, 0, taobao_orders),
        Rule(10, ORDER, orders_near_their_word),
        Rule(4, ORDER, orders_with_a_sign),
        Rule(3, 0, plates),
        Rule(1, PLATE, announced_plates),
        Rule(0, HOUSE, chinese_addresses),
        Rule(0, STREET, english_addresses),
    )
)
"""For what people wrote or said: everything, the surest first; what one rule found, no later one sees."""
_PLACEHOLDER = lazy(r"\[(?:" + "|".join(KINDS).upper() + r")\]")
_MOST_DIGITS = 19
"""No rule asks for more."""
_ROUNDS = 8
"""Hiding one thing may free its neighbour; so often the rules are asked again, at most."""


def find(text: str, rules: Rules = PROSE) -> list[Span]:
    """Return where personal data stands in `text`, ascending, never overlapping; the kinds are `KINDS`.

    Found in prose: phones (Chinese mobile and landline in all usual spellings, "+" and a country, North American, British,
    Taiwanese, what 电话 or "call me at" announces, and spoken digits), resident ids (18 characters whose date and checksum
    hold, 15 digits of a province and a day), bank cards (Luhn), e-mail addresses, postal addresses that lead to a door, number
    plates, order and parcel numbers, WeChat and QQ ids after their cue, passports.

    Not found: names; cities and districts alone; hotlines (400, 800, 95…); prices, models, versions, times; serial numbers and
    IMEIs; numbers whose checksum fails, unless a word says that they are an order's.
    """
    if not may_hold(text):
        return []
    rest = _PLACEHOLDER.sub(lambda match: "\n" * len(match.group()), folded(text)) if "[" in text else folded(text)
    spans: list[Span] = []
    for _ in range(_ROUNDS):
        found, rest = _once(rest, rules)
        spans += found
        if not found or not may_hold(rest):
            break
    return sorted(spans, key=lambda span: span.start)


@cache
def _searches(rules: Rules, digits: int, signs: int) -> tuple[Callable[[str], Iterator[Span]], ...]:
    """The searches that may find something where there are so many digits and these signs; few combinations occur, and there are
    not more than 20 by 2048.
    """
    return tuple(rule.search for rule in rules if digits >= rule.digits and (not rule.sign or signs & rule.sign))


def _once(rest: str, rules: Rules) -> tuple[list[Span], str]:
    """Ask every rule once; return what they found and the text without it."""
    spans: list[Span] = []
    digits = min(digits_in(rest), _MOST_DIGITS)
    for search in _searches(rules, digits, signs_of(rest, digits)):
        if found := sorted(search(rest), key=lambda span: span.start):  # some ask twice
            spans += found
            rest = blanked(rest, found)
    return spans, rest
