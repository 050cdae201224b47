"""What people see on a terminal that is not wide, and copy from it."""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from schemas.spikes import Spike
from streams.cli.spikes import listed
from streams.cli.sql import show
from streams.notify.terminal import draw
from streams.warehouse.client import WarehouseClient
from streams.warehouse.embedded import EmbeddedWarehouse
from streams.warehouse.spikes import SpikeStore
from tests.streams.cli.conftest import Voc
from tests.streams.cli.test_explain_verb import FIRST, SECOND, transition


@pytest.fixture
def store(warm: Path, engine: EmbeddedWarehouse) -> Iterator[SpikeStore]:
    """Two open episodes of one topic."""
    assert warm.exists()
    client = WarehouseClient(engine.endpoint)
    store = SpikeStore(client)
    store.write_transitions([transition(FIRST), transition(SECOND)])
    yield store
    client.close()


def terminal(width: int) -> Console:
    return Console(file=StringIO(), width=width, markup=False, highlight=False)


def seen(out: Console) -> str:
    assert isinstance(out.file, StringIO)
    return out.file.getvalue()


@pytest.mark.parametrize("width", [60, 80, 200])
def test_no_id_of_an_episode_is_cut(store: SpikeStore, width: int) -> None:
    episodes: list[Spike] = store.episodes()
    out = terminal(width)
    out.print(listed(episodes))
    assert FIRST in seen(out) and SECOND in seen(out)


def test_an_id_is_found_as_people_copy_it(store: SpikeStore) -> None:
    for written in ("3f2a", "3F2A", "3f2a0000…", " 3f2a0000... "):
        assert [spike.id for spike in store.starting_with(written)] == [FIRST], written
    assert store.starting_with("…") == []


def test_of_a_wide_answer_nothing_is_cut() -> None:
    said = "急，这块表充不进电了，怎么办？" * 5
    narrow, wide = terminal(60), terminal(300)
    for out in (narrow, wide):
        show(out, ["text", "渠道"], [[said, "app"], ["ok", "tmall"]])
    assert seen(wide).splitlines()[0].split() == ["text", "渠道"]
    lines = seen(narrow).splitlines()
    assert lines == ["row 1", f"text  {said}", "渠道  app", "row 2", "text  ok", "渠道  tmall"]
    show(empty := terminal(20), ["one", "another", "a third one"], [])
    assert "one" in seen(empty)


def test_a_card_says_what_its_commands_need_to_ask_another_installation() -> None:
    draw(here := terminal(80), "# a card")
    draw(elsewhere := terminal(80), "# a card", " --data-dir e2e")
    assert "--data-dir" not in seen(here)
    assert "its commands need --data-dir e2e to ask this installation" in seen(elsewhere)


def test_another_persons_mute_stays_and_is_said(voc: Voc, store: SpikeStore) -> None:
    assert store
    assert voc("verdict", FIRST, "mute", "--for", "24h", "--by", "ann").code == 0
    told = voc("verdict", FIRST, "useful").out
    assert "still muted by ann, until" in told and "same person" in told
    assert "still muted" not in voc("verdict", FIRST, "useful", "--by", "ann").out


def test_only_a_mute_lasts(voc: Voc, store: SpikeStore) -> None:
    assert store
    outcome = voc("verdict", FIRST, "useful", "--for", "24h")
    assert outcome.code == 2 and "--for" in outcome.err
    assert voc("notify", "list", "--json").json["muted_by_verdict"] == []
