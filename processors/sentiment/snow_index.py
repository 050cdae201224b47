"""Find many keys at once among fixed ones: a table in two arrays, as a file maps it into memory."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.uint64]
Positions = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_MULTIPLIER = 0x9E3779B97F4A7C15
"""2**64 over the golden ratio: Fibonacci hashing (Knuth, TAOCP 3, 6.4)."""
_64_BITS = (1 << 64) - 1


def mapped(path: Path) -> npt.NDArray[Any]:
    """Return the array of an .npy file, read as it is used and shared between processes; a plain ndarray, as numpy
    handles a memmap slower.
    """
    array: npt.NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False).view(np.ndarray)
    return array


class KeyIndex:
    """Gives each of n distinct uint64 keys its place, 0 … n-1, in the order that `write` returns.

    Keys with the same upper hash bits lie together; `starts` says where. Half as many keys as starts at most, so a
    look-up reads one or two keys.
    """

    def __init__(self, keys: Keys, starts: npt.NDArray[np.uint32]) -> None:
        self._keys = keys
        self._starts = starts
        self._shift = 64 - (len(starts) - 1).bit_length() + 1
        self._views = starts.data, keys.data

    @classmethod
    def load(cls, place: Path, name: str) -> "KeyIndex":
        """Map what `write` wrote."""
        return cls(mapped(place / f"{name}_keys.npy"), mapped(place / f"{name}_starts.npy"))

    @staticmethod
    def write(place: Path, name: str, keys: Keys) -> Positions:
        """Write the index and return the order in which what belongs to the keys has to be stored."""
        bits = max(4, (2 * len(keys)).bit_length())
        hashes = (keys * np.uint64(_MULTIPLIER)) >> np.uint64(64 - bits)
        order = np.lexsort((keys, hashes))
        np.save(place / f"{name}_keys.npy", keys[order])
        starts = np.searchsorted(hashes[order], np.arange((1 << bits) + 1, dtype=np.uint64)).astype(np.uint32)
        np.save(place / f"{name}_starts.npy", starts)
        return order

    def find(self, wanted: Keys) -> Positions:
        """Return the place of every wanted key, -1 for one that is not there."""
        hashes = (wanted * np.uint64(_MULTIPLIER)) >> np.uint64(self._shift)
        place = self._starts[hashes].astype(np.int64)
        end = self._starts[hashes + np.uint64(1)]
        found = np.full(len(wanted), -1)
        open_ = np.flatnonzero(place < end)
        place, end, wanted = place[open_], end[open_], wanted[open_]
        while len(open_):
            same = self._keys[place] == wanted
            found[open_[same]] = place[same]
            place += 1
            rest = np.flatnonzero(~same & (place < end))
            open_, place, end, wanted = open_[rest], place[rest], end[rest], wanted[rest]
        return found

    def find_one(self, wanted: int) -> int:
        """Return the place of one key, -1 if it is not there: faster than `find` for less than a dozen."""
        starts, keys = self._views
        hashed = (wanted * _MULTIPLIER & _64_BITS) >> self._shift
        place, end = starts[hashed], starts[hashed + 1]
        while place < end:
            if keys[place] == wanted:
                return place
            place += 1
        return -1


class EntryIndex:
    """Gives each of n distinct keys the few (tag, value) entries that were written for it."""

    def __init__(self, place: Path, name: str) -> None:
        """Map what `write` wrote."""
        self._index = KeyIndex.load(place, name)
        self._starts = mapped(place / f"{name}_entry_starts.npy")
        self._tags = mapped(place / f"{name}_tags.npy")
        self._values = mapped(place / f"{name}_values.npy")
        self._views = self._starts.data, self._tags.data, self._values.data

    @staticmethod
    def write(place: Path, name: str, rows: list[tuple[int, int, float]]) -> None:
        """Write rows of key, tag (0 … 255) and value."""
        columns = list(zip(*rows, strict=True))
        keys, where = np.unique(np.array(columns[0], np.uint64), return_inverse=True)
        tags = np.array(columns[1], np.uint8)
        order = KeyIndex.write(place, name, keys)
        rank = np.empty_like(order)
        rank[order] = np.arange(len(order))
        by_place = np.lexsort((tags, rank[where]))
        np.save(place / f"{name}_tags.npy", tags[by_place])
        np.save(place / f"{name}_values.npy", np.array(columns[2])[by_place])
        starts = np.searchsorted(rank[where][by_place], np.arange(len(order) + 1))
        np.save(place / f"{name}_entry_starts.npy", starts.astype(np.uint32))

    def find(self, keys: Keys) -> tuple[Positions, Positions, Floats]:
        """Return of every entry of every key: the key's place in `keys`, tag and value; in no order."""
        places = self._index.find(keys)
        hit = np.flatnonzero(places >= 0)
        places = places[hit]
        start = self._starts[places].astype(np.int64)
        count = self._starts[places + 1] - start
        total = np.cumsum(count)
        chosen = np.repeat(start - total + count, count) + np.arange(total[-1] if len(total) else 0)
        return np.repeat(hit, count), self._tags[chosen].astype(np.int64), self._values[chosen]

    def find_one(self, key: int) -> list[tuple[int, float]]:
        """Return the entries of one key: faster than `find` for less than a dozen."""
        place = self._index.find_one(key)
        if place < 0:
            return []
        starts, tags, values = self._views
        entry, end = starts[place], starts[place + 1]
        if end == entry + 1:
            return [(tags[entry], values[entry])]
        return [(tags[entry], values[entry]) for entry in range(entry, end)]
