"""What becomes one message of what waits: a card alone, or in a storm several. Pure.

Of an episode only the latest that waits is told, in the name of all that wait of it: an opening whose closing waits too is told
once, as closed with its size.
"""

from collections.abc import Iterable, Sequence
from hashlib import blake2b

from msgspec import Struct

from processors.card import Card
from streams.notify.config import SEVERITIES
from streams.warehouse.deliveries import SENDING, Delivery, Key

MOST = 50
"""Episodes in one digest; what is left comes with the next."""
LATERS = 5
"""After so many attempts in vain a message goes behind the others: the channel may take them."""
_STEPS = ("opened", "updated", "closed")


class Item(Struct, frozen=True):
    """A card that waits for a channel."""

    card: Card
    delivery: Delivery
    since: float = 0.0
    """When it came, monotonic seconds: the first waits for others."""
    alone: bool = False
    """Not in a digest: one that held it was refused."""
    laters: int = 0
    """How often the channel did not take its message."""
    not_before: float = 0.0
    """Monotonic seconds: till then another process may still be sending it."""

    @property
    def key(self) -> Key:
        """What no other has."""
        return self.delivery.key

    @property
    def order(self) -> tuple[object, ...]:
        """Earliest first; of an episode opened, updated, closed."""
        step = self.card.transition
        return step.at, _STEPS.index(step.transition), step.tenant, step.spike_id

    @property
    def episode(self) -> tuple[str, str]:
        """Tenant and spike."""
        return self.card.transition.tenant, self.card.transition.spike_id

    @property
    def doubtful(self) -> str:
        """The message in which it may have arrived, as a process died or an answer did not come; empty: it was in none."""
        return self.delivery.detail if self.delivery.state == SENDING else ""


class Batch(Struct, frozen=True):
    """One message."""

    told: tuple[Item, ...]
    """The most severe first."""
    covered: tuple[Item, ...]
    """All that are done with when it is sent: also those that a later step of their episode stands for."""

    @property
    def doubtful(self) -> str:
        """It may have arrived before: what was written of it then."""
        return self.covered[0].doubtful

    @property
    def id(self) -> str:
        """A function of what it covers; when what may have arrived is sent again, the one that it had."""
        if self.doubtful:
            return self.doubtful.split()[0]
        digest = blake2b(digest_size=12)
        for item in self.covered:
            digest.update(repr(item.key).encode())
        return digest.hexdigest()


def compose(items: Sequence[Item], digest_above: int, most: int = MOST) -> Batch:
    """The next message of what waits (at least one, by `Item.order`): a digest if more than `digest_above` episodes wait, of the
    `most` severe ones.

    What may have arrived comes first and together, so that receivers can know it again. But before all that, an episode whose
    message was tried `LATERS` times more than others' is left for after them.
    """
    vain: dict[tuple[str, str], int] = {}
    for item in items:
        vain[item.episode] = max(vain.get(item.episode, 0), item.laters // LATERS)
    turn = [item for item in items if vain[item.episode] == min(vain.values())]
    if doubtful := next((item.doubtful for item in turn if item.doubtful), ""):
        return _batch([item for item in items if item.doubtful == doubtful], MOST)
    alone = {item.episode for item in turn if item.alone}
    ready = [item for item in turn if item.episode not in alone]
    if len({item.episode for item in ready}) > digest_above:
        return _batch(ready, most)
    return _batch([item for item in turn if item.episode == turn[0].episode], 1)


def severity(item: Item) -> int:
    """Its rank; what is not known counts as normal."""
    return SEVERITIES.index(item.card.severity if item.card.severity in SEVERITIES else "normal")


def _batch(items: Iterable[Item], most: int) -> Batch:
    episodes: dict[tuple[str, str], list[Item]] = {}
    for item in items:
        episodes.setdefault(item.episode, []).append(item)
    latest = sorted(episodes.values(), key=lambda steps: (-severity(steps[-1]), *steps[-1].order))[:most]
    covered = sorted((item for steps in latest for item in steps), key=lambda item: item.order)
    return Batch(tuple(steps[-1] for steps in latest), tuple(covered))
