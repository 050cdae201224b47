import itertools
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.feedback import identity, version

ANY_TIME = settings(deadline=None)
"""A slow machine is no failure."""

KNOWN = st.fixed_dictionaries(
    {
        "withdrawn": st.booleans(),
        "revision": st.integers(0, 255),
        "understanding": st.integers(0, 4095),
        "content": st.binary(max_size=20),
    }
)


def rank(known: dict[str, object]) -> tuple[object, ...]:
    return known["withdrawn"], known["revision"], known["understanding"]


@ANY_TIME
@given(KNOWN, KNOWN)
def test_withdrawn_beats_any_revision_a_revision_beats_understanding_and_that_beats_content(
    one: dict[str, object], other: dict[str, object]
) -> None:
    first, second = version(**one), version(**other)  # type: ignore[arg-type]
    if rank(one) != rank(other):
        assert (first < second) == (rank(one) < rank(other))  # type: ignore[operator]
    if one == other:
        assert first == second


@ANY_TIME
@given(KNOWN)
def test_a_version_has_forty_five_bits(known: dict[str, object]) -> None:
    assert 0 <= version(**known) < 1 << 45  # type: ignore[arg-type]


def test_the_sum_over_half_a_million_rows_of_a_minute_fits_into_sixty_four_bits() -> None:
    most = version(withdrawn=True, revision=255, understanding=65_535, content=b"")
    assert (most | (1 << 20) - 1) * 500_000 < 1 << 64


def test_other_content_is_another_version_in_a_fixed_order() -> None:
    versions = [version(withdrawn=False, revision=0, understanding=0, content=bytes([n])) for n in range(256)]
    assert len(set(versions)) == 256
    assert versions[7] == zlib.crc32(b"\x07") >> 12


def test_revisions_beyond_the_contract_stay_below_a_withdrawal() -> None:
    assert version(withdrawn=False, revision=10**9, understanding=65_535, content=b"x") < version(
        withdrawn=True, revision=0, understanding=0, content=b""
    )


@pytest.mark.parametrize("understanding", [-1, 65_536])
def test_an_understanding_that_would_spill_into_the_revision_is_refused(understanding: int) -> None:
    with pytest.raises(ValueError, match="16 bits"):
        version(withdrawn=False, revision=0, understanding=understanding, content=b"")


@ANY_TIME
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=4))
def test_identities_are_sixty_four_bits_and_stable(parts: list[str]) -> None:
    assert 0 <= identity(*parts) < 1 << 64
    assert identity(*parts) == identity(*parts)


def test_identity_keeps_its_parts_apart() -> None:
    parts = [("a", "bc"), ("ab", "c"), ("abc",), ("a", "b", "c"), ("", "abc"), ("abc", ""), ('a","b', "c"), ('a"', ',"bc')]
    for one, other in itertools.combinations(parts, 2):
        assert identity(*one) != identity(*other)


def test_identity_is_a_contract_with_the_rows_already_stored() -> None:
    assert identity("default", "sobot", "conv-42", "m-1") == 10441288821150339218
