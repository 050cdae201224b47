"""What every processor promises, built-in ones and the example alike: a new registration inherits this battery."""

import copy
from functools import cache, lru_cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import processors.pipeline  # noqa: F401 - registers the built-in processors
from processors.intents.taxonomy import Taxonomy
from processors.pipeline import Pipeline
from processors.registry import BatchFunction, Resources, names, registered
from processors.utterance import Utterance

EVERY = pytest.mark.parametrize("name", names())
PHRASES = [
    "怎么调时间",
    "手錶充不進電",
    "where is my order",
    "13812345678",
    "a.b@qq.com",
    "110101199003078515",
    "😀",
    "\ud83d",
    "\x00",
    "\u202e",
    " ",
    "<b>",
]
TEXTS = st.one_of(st.text(), st.text(alphabet=st.characters()), st.lists(st.sampled_from(PHRASES), max_size=6).map("".join))
UTTERANCES = st.builds(
    Utterance,
    text=TEXTS,
    sender_role=st.sampled_from(["customer", "agent", "bot", ""]),
    kind=st.sampled_from(["chat", "call", "survey"]),
    attributes=st.dictionaries(st.text(max_size=5), TEXTS, max_size=2),
)
QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@cache
def built(name: str) -> tuple[BatchFunction, ...]:
    """The processor and, before it, those it needs: the order a pipeline would insist on."""
    entry = registered(name)
    before = dict.fromkeys(function for need in entry.needs for function in built(need))
    return (*before, entry.build(Resources(Taxonomy.default())))


def processed(name: str, batch: list[Utterance]) -> list[Utterance]:
    batch = copy.deepcopy(batch)
    given_objects = list(batch)
    for function in built(name):
        function(batch)
    assert all(after is before for after, before in zip(batch, given_objects, strict=True)), "it reordered or replaced utterances"
    return batch


@lru_cache(16)
def megabyte(unit: str, functions: tuple[BatchFunction, ...]) -> Utterance:
    """A megabyte after these functions; what several processors need is done once. The caller leaves it as it is."""
    if not functions:
        return Utterance(unit * (1_000_000 // len(unit)), "customer")
    batch = [copy.deepcopy(megabyte(unit, functions[:-1]))]
    functions[-1](batch)
    return batch[0]


@EVERY
def test_an_empty_batch_is_fine(name: str) -> None:
    assert processed(name, []) == []


@EVERY
@QUICK
@given(batch=st.lists(UTTERANCES, max_size=5), cut=st.integers(0, 5))
def test_any_string_is_accepted_and_batch_boundaries_change_nothing(name: str, batch: list[Utterance], cut: int) -> None:
    together = processed(name, batch)
    assert processed(name, batch[:cut]) + processed(name, batch[cut:]) == together
    assert [one for utterance in batch for one in processed(name, [utterance])] == together


@EVERY
@QUICK
@given(batch=st.lists(UTTERANCES, max_size=5))
def test_it_is_deterministic_and_leaves_who_spoke_alone(name: str, batch: list[Utterance]) -> None:
    first, second = processed(name, batch), processed(name, batch)
    assert first == second
    assert [(u.sender_role, u.kind) for u in first] == [(u.sender_role, u.kind) for u in batch]


@EVERY
@pytest.mark.parametrize("unit", ["a", "表", "1 ", "\u0301\u0315", "<a", "@", "\ud800", "\x00", "&#", "13812345678 "])
def test_a_megabyte_is_accepted(name: str, unit: str) -> None:
    assert isinstance(megabyte(unit, built(name)).text, str)


def test_the_whole_pipeline_keeps_the_contract() -> None:
    pipeline = Pipeline.load(Path(__file__).parents[2] / "examples" / "pipeline.toml", Taxonomy.default())
    batch = [Utterance(phrase, "customer") for phrase in PHRASES]
    together, alone = copy.deepcopy(batch), copy.deepcopy(batch)
    pipeline(together)
    for utterance in alone:
        pipeline([utterance])
    assert together == alone
