"""The double is a type that notify.toml may name."""

import pytest

from streams.notify.channels import TYPES


@pytest.fixture(autouse=True)
def double(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TYPES, "double", "tests.streams.notify.doubles:Double")
