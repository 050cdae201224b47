"""The packaged taxonomy with its model, built once for all tests of this folder."""

from pathlib import Path

import pytest

from processors import models
from processors.intents import train
from processors.intents.model import Model
from processors.intents.tagger import Tagger
from processors.intents.taxonomy import Intent, Taxonomy
from processors.normalise import normalised


def intent(name: str, *, any_: str = "", all_: str = "", none: str = "", examples: str = "") -> Intent:
    """An intent in short: literals and examples between “|”, groups of `all` between “&”."""

    def words(text: str) -> tuple[str, ...]:
        return tuple(normalised(word) for word in text.split("|") if word)

    groups = tuple(words(group) for group in all_.split("&") if group)
    said = tuple(filter(None, examples.split("|")))
    return Intent(name, name, name, "team", "normal", "group", groups, words(any_), words(none), said)


def tagger_in(directory: Path, taxonomy: Taxonomy) -> Tagger:
    """A tagger whose model lies in a directory."""
    train.write(train.fit(taxonomy.intents), directory)
    return Tagger(taxonomy, Model(directory))


@pytest.fixture(autouse=True)
def _store_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test builds lies in its own directory, and other folders' tests get back the store they had."""
    monkeypatch.setattr(models, "_store", models.ModelStore(tmp_path / "models"))


@pytest.fixture(scope="session")
def packaged(tmp_path_factory: pytest.TempPathFactory) -> Tagger:
    return tagger_in(tmp_path_factory.mktemp("intents"), Taxonomy.default())
