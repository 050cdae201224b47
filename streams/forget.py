"""Forget: what one customer said is withdrawn for good, and its words leave the tables, the cards and the files.

The order, in one place:
1. all feedback that carries the hash is found, and what customers said without one in conversations that are theirs alone
2. cards and their files lose the quotes
3. dead letters that name the hash, and the survey answers of those conversations, lose their words
4. it is withdrawn: from here on no view, no replay and no rerun shows it
5. the minutes it was counted in are counted again (streams/recount.py)
6. cards that were told meanwhile lose the quotes
7. the earlier versions leave the table

After a kill anywhere the same command ends it. From step 4 on a merge may take the words, and with them the hash, out of the
table before step 7 does; what is left to do then is to count, and that is found by what was withdrawn for good.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from processors.card import Card
from processors.redact import redact_identifier
from streams.warehouse.erasure import Erasure, Quoted, Said
from streams.warehouse.letters import DeadLetters

QUOTE = "> "
"""How a line of a card begins that quotes a customer (processors/markdown.py)."""
LONG = 8
"""Characters from which a hash is looked for anywhere in a dead letter; a shorter one only as a whole JSON string."""


class Forgotten(NamedTuple):
    """How much was found and taken out; `minutes` were counted again."""

    feedback: int
    minutes: int
    surveys: int
    cards: int
    files: int
    dead_letters: int


def forget(
    customer_hash: str, *, erasure: Erasure, letters: DeadLetters, recount: Callable[[Collection[int]], None], out: Path
) -> Forgotten | None:
    """Do it; None: nothing that is stored carries this hash. `out`: the folder of what is told. Blocking; may be repeated."""
    hashes = list(dict.fromkeys((customer_hash, redact_identifier(customer_hash))))
    conversations = erasure.conversations(hashes)
    said = erasure.said(hashes, conversations)
    named = letters.naming([word if len(word) >= LONG else f'"{word}"' for word in hashes])
    uncounted = erasure.uncounted()
    if not said and not named and not uncounted:
        return None
    cards, files = _unquote(erasure, said, out / "spikes")
    letters.forget(named, at_once=True)
    surveys = erasure.empty_surveys(conversations)
    erasure.withdraw(said)
    minutes = {minute for minute, _, _ in said} | uncounted
    recount(minutes)
    later = _unquote(erasure, said, out / "spikes")
    erasure.delete(said)
    return Forgotten(len(said), len(minutes), surveys, cards + later[0], files + later[1], len(named))


def _unquote(erasure: Erasure, said: Mapping[Said, Collection[str]], folder: Path) -> tuple[int, int]:
    """Cards and files that lost a quote. The file first: the card says what stood in it."""
    words = {" ".join(text.split()) for texts in said.values() for text in texts} - {""}
    cards, files = set(), set()
    tenants, since = {tenant for _, tenant, _ in said}, min((minute for minute, _, _ in said), default=0)
    for card in erasure.cards(tenants, since):
        theirs = [n for n, verbatim in enumerate(card.verbatims) if verbatim in words]
        if theirs:
            fresh, gone = without(card, theirs)
            if _strike(folder / f"{card.spike_id}.md", gone):
                files.add(card.spike_id)
            erasure.replace_card(fresh)
            cards.add(card[:4])
    return len(cards), len(files)


def without(card: Quoted, theirs: Sequence[int]) -> tuple[Quoted, list[str]]:
    """The card without these of its verbatims, and the lines that its body lost: of a body that does not show each verbatim in a
    line of its own, all that quote anybody."""
    lines = card.body.split("\n")
    quotes = [n for n, line in enumerate(lines) if line.startswith(QUOTE)]
    gone = [quotes[n] for n in theirs] if len(quotes) == len(card.verbatims) else quotes
    body = "\n".join(line for n, line in enumerate(lines) if n not in gone)
    verbatims = [verbatim for n, verbatim in enumerate(card.verbatims) if n not in theirs]
    data = _without(card.card, {card.verbatims[n] for n in theirs}) if card.card else ""
    return card._replace(verbatims=verbatims, body=body, card=data), [lines[n] for n in gone]


def _without(data: str, words: Collection[str]) -> str:
    """The card as data, without these words; nothing of one that this version cannot read."""
    try:
        card = msgspec.json.decode(data, type=Card)
    except msgspec.MsgspecError:
        return ""
    verbatims = [verbatim for verbatim in card.verbatims if verbatim not in words]
    fresh = msgspec.structs.replace(card, verbatims=verbatims, odd="" if card.odd in words else card.odd)
    return msgspec.json.encode(fresh).decode()


def _strike(path: Path, gone: Collection[str]) -> bool:
    """Take these lines out of a file, in one step; False: there is no such file, or they are not in it."""
    try:
        lines = path.read_text("utf-8").split("\n")
    except FileNotFoundError:
        return False
    kept = [line for line in lines if line not in gone]
    if len(kept) < len(lines):
        fresh = path.with_name(f".{path.stem}.new")
        fresh.write_text("\n".join(kept), encoding="utf-8")
        fresh.replace(path)
    return len(kept) < len(lines)
