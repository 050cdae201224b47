"""The processors a pipeline.toml may name: a batch function registers itself under a name with one decorator.

    @processor("shouting")
    def mark_shouting(batch: Sequence[Utterance]) -> None: ...

A processor changes the utterances it is given, in place; it keeps no state between batches, does not reorder, and
depends on nothing but the utterance itself, so that batch boundaries, replays and several workers change nothing. One
that needs the taxonomy registers a factory instead (`@processor_factory`), called once per pipeline.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from processors.spelling import meant
from processors.utterance import Utterance

if TYPE_CHECKING:  # the taxonomy normalises its literals with a processor, so the import would be a circle
    from processors.intents.taxonomy import Taxonomy

BatchFunction = Callable[[Sequence[Utterance]], None]


@dataclass(frozen=True, slots=True)
class Resources:
    """What a factory may build from: read-only, shared by all processors of one pipeline."""

    taxonomy: Taxonomy


Factory = Callable[[Resources], BatchFunction]


@dataclass(frozen=True, slots=True)
class Registration:
    """A processor as registered: how to build it, and which built-in steps must stand before it in the pipeline."""

    name: str
    build: Factory
    needs: tuple[str, ...]
    function: object
    """What was decorated: a batch function or a factory."""


class UnknownProcessor(LookupError):
    """No processor of that name; the message names the nearest one."""


_registered: dict[str, Registration] = {}


def processor(name: str, *, needs: Sequence[str] = ()) -> Callable[[BatchFunction], BatchFunction]:
    """Register a plain batch function under `name`; the function itself stays as it is."""

    def register(function: BatchFunction) -> BatchFunction:
        _add(Registration(name, lambda _resources: function, tuple(needs), function))
        return function

    return register


def processor_factory(name: str, *, needs: Sequence[str] = ()) -> Callable[[Factory], Factory]:
    """Register a `build(resources)` that returns the batch function; it is called once per pipeline."""

    def register(build: Factory) -> Factory:
        _add(Registration(name, build, tuple(needs), build))
        return build

    return register


def registered(name: str) -> Registration:
    """Return the registration of `name`; UnknownProcessor otherwise."""
    try:
        return _registered[name]
    except KeyError:
        raise UnknownProcessor(f"unknown processor “{name}”; {meant(name, _registered)}") from None


def registration_of(function: object) -> Registration | None:
    """Return the registration under which this very function was decorated, if it was."""
    return next((entry for entry in _registered.values() if entry.function is function), None)


def names() -> list[str]:
    """Return all registered names, sorted."""
    return sorted(_registered)


def _add(entry: Registration) -> None:
    earlier = _registered.get(entry.name)
    if earlier is not None and _origin(earlier.function) != _origin(entry.function):
        raise ValueError(f"two processors are called “{entry.name}”: {_origin(earlier.function)} and {_origin(entry.function)}")
    _registered[entry.name] = entry


def _origin(function: object) -> str:
    return f"{getattr(function, '__module__', '?')}:{getattr(function, '__qualname__', '?')}"
