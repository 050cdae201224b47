"""`voc explain`: why a spike, where, in whose words, and what was done before; asked of the warehouse now."""

import click
import msgspec

from processors.card import markdown
from schemas.spikes import Spike, Transition
from streams.cli.options import console, inert, installed, print_json
from streams.failures import UserError
from streams.installation import Installation
from streams.notify.terminal import draw
from streams.tell import card_of, explained
from streams.warehouse.questions import Questions, Windows
from streams.warehouse.spikes import SpikeStore


@click.command()
@click.argument("spike")
@installed
def explain(installation: Installation, spike: str, as_json: bool) -> None:
    """Explain an episode: how much, since when, which values carry it, in whose words, what stayed as it was and what was done
    in the days before. SPIKE is an id, or the beginning of one. What is known today counts, also what arrived since the alert.

    \b
    Example:
      voc explain 3f2a
    """
    client = installation.reader()
    found = one(SpikeStore(client).starting_with(spike), spike)
    transition = transition_of(found)
    reason = explained(Questions(client), transition)
    card = card_of(transition, reason, label=found.label, severity=found.severity, owner=found.owner or "nobody yet")
    if as_json:
        windows = Windows.of(transition)
        spread = {each.dimension: [{"value": value, "count": count} for value, count in each.values] for each in card.spread}
        fresh = {
            "where": card.where, "spread": spread, "unchanged": card.unchanged, "context": card.context,
            "verbatims": card.verbatims, "sql": card.sql,
            "windows": {
                name: [{"first": first, "last": last} for first, last in spans] for name, spans in windows._asdict().items()
            },
        }  # fmt: skip
        print_json(msgspec.to_builtins(found) | msgspec.to_builtins(fresh))
        return
    draw(console(), markdown(card))


def one(found: list[Spike], asked: str) -> Spike:
    """The episode that was asked for. Raises UserError: there is none, or more than one."""
    if not found:
        raise UserError(f"no episode begins with “{inert(asked)}”; voc spikes --all lists them")
    if len(found) > 1:
        listed = ", ".join(spike.id for spike in found[:5])
        raise UserError(f"{len(found)} episodes begin with “{inert(asked)}”; write more of it: {listed}")
    return found[0]


def transition_of(spike: Spike) -> Transition:
    """The last state of an episode, as if it were told now."""
    return Transition(
        spike_id=spike.id,
        transition="closed" if spike.closed else "updated",
        at=spike.updated,
        tenant=spike.tenant,
        kind=spike.kind,
        topic=spike.topic,
        started=spike.started,
        opened=spike.opened,
        updated=spike.updated,
        closed=spike.closed,
        observed=spike.observed,
        expected=spike.expected,
        low=spike.low,
        high=spike.high,
        surprise=0.0,
    )
