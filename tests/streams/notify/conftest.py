"""The double is a type that notify.toml may name."""

from pathlib import Path

import pytest

from streams.notify.channels import TYPES
from tests.streams.notify.doubles import World


@pytest.fixture(autouse=True)
def double(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TYPES, "double", "tests.streams.notify.doubles:Double")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)
