"""Which episode somebody means."""

from schemas.spikes import Spike
from streams.cli.options import inert
from streams.failures import UserError


def one(found: list[Spike], asked: str) -> Spike:
    """The episode that was asked for. Raises UserError: there is none, or more than one."""
    if not found:
        raise UserError(f"no episode begins with “{inert(asked)}”; voc spikes --all lists them")
    if len(found) > 1:
        listed = ", ".join(spike.id for spike in found[:5])
        raise UserError(f"{len(found)} episodes begin with “{inert(asked)}”; write more of it: {listed}")
    return found[0]
