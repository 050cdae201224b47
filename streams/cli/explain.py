"""`voc explain`: why a spike, where, in whose words, and what was done before; asked of the warehouse now."""

from zoneinfo import ZoneInfo

import click
import msgspec

from processors.intents.taxonomy import Taxonomy
from processors.markdown import markdown
from processors.said import Language
from schemas.spikes import Spike, Transition, transition_of
from streams.cli.episode import one
from streams.cli.options import announce, console, existing, print_json, same_place
from streams.installation import Installation
from streams.notify.terminal import draw
from streams.tell import Subject, card_of, explained, subject_of
from streams.understanding import use_models
from streams.warehouse.questions import Emergent, Questions, Windows
from streams.warehouse.spikes import SpikeStore


@click.command()
@click.argument("spike")
@click.option("--language", type=click.Choice(("en", "zh")), help="The language of the card (default: the setting language).")
@existing
def explain(installation: Installation, spike: str, language: Language | None, as_json: bool) -> None:
    """Explain an episode: how much, since when, which values carry it, in whose words, what stayed as it was and what was done
    in the days before. SPIKE is an id, or the beginning of one. What is known today counts, also what arrived since the alert.

    \b
    Example:
      voc explain 3f2a
      voc explain 3f2a --language zh
    """
    client = installation.reader()
    found = one(SpikeStore(client).starting_with(spike), spike)
    transition = transition_of(found)
    reason = explained(Questions(client), transition)
    card = card_of(transition, reason, _subject(installation, transition, found, reason.emergent))
    if as_json:
        windows = Windows.of(transition)
        spread = {each.dimension: [{"value": value, "count": count} for value, count in each.values] for each in card.spread}
        fresh = {
            "where": card.where, "spread": spread, "unchanged": card.unchanged, "context": card.context,
            "verbatims": card.verbatims, "sql": card.sql, "odd": card.odd, "elsewhere": card.elsewhere, "trend": card.trend,
            "customers": card.customers, "contacts": card.contacts, "orders": card.orders, "impact": card.impact,
            "rating": card.rating,
            "windows": {
                name: [{"first": first, "last": last} for first, last in spans] for name, spans in windows._asdict().items()
            },
        }  # fmt: skip
        print_json(msgspec.to_builtins(found) | msgspec.to_builtins(fresh))
        return
    settings = installation.settings
    chosen: Language = language or settings.language
    draw(console(), markdown(card, language=chosen, zone=ZoneInfo(settings.zone)), same_place(installation))


def _subject(installation: Installation, transition: Transition, found: Spike, emergent: Emergent | None) -> Subject:
    """As it was told; if the taxonomy says the same today, also what else it says: names in both languages, first moves."""
    told = Subject(found.label, found.severity, found.owner or "nobody yet")
    if transition.kind == "total":
        return told
    use_models(installation.settings, announce)
    chosen = installation.settings.taxonomy
    known = subject_of(transition, Taxonomy.load(chosen) if chosen else Taxonomy.default(), emergent)
    same = known.owner == told.owner if transition.kind == "emergent" else known.label == told.label
    return known._replace(label=told.label, severity=told.severity, owner=told.owner) if same else told
