from collections.abc import Sequence

import pytest

import processors.pipeline  # noqa: F401 - registers the built-in processors
from processors import registry
from processors.registry import UnknownProcessor, names, processor, registered
from processors.utterance import Utterance


def test_the_built_in_processors_are_registered() -> None:
    assert {"redact", "normalise", "language", "intents", "sentiment"} <= set(names())


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownProcessor, match="“normalize”; did you mean “normalise”"):
        registered("normalize")


def test_two_functions_cannot_share_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_registered", dict(registry._registered))

    def other(batch: Sequence[Utterance]) -> None: ...

    with pytest.raises(ValueError, match="two processors are called “redact”"):
        processor("redact")(other)
    assert processor("mine")(other) is other
    assert registry.registration_of(other) == registered("mine")
