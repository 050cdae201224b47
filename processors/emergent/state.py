"""The state of an emergent model as versioned bytes, and back.

Only what is not empty is written: of the counters the slots that were ever said (as numpy arrays, compressed), of the window its
blocks, from which its counts are made again.
"""

import io
import zlib

import msgspec
import numpy as np
import numpy.typing as npt

from processors.emergent.topic import Topic
from processors.emergent.window import Block

VERSION = 1


class _Version(msgspec.Struct):
    version: int


class PackedBlock(msgspec.Struct):
    """A block of the window; see `window.Block`."""

    minute: int
    ids: bytes
    conversations: bytes
    topics: list[tuple[str, ...]]
    surface: str
    slots: bytes
    rows: bytes
    unheard: int


class State(_Version):
    """Everything that decides what is told next."""

    config: str
    """Of the numbers the state was made with."""
    minute: int
    first: int
    hot: list[int]
    topics: list[Topic]
    said_slots: bytes
    counts: bytes
    squares: bytes
    hour_counts: bytes
    messages: list[float]
    exposure: list[float]
    hour_messages: list[float]
    known_topics: dict[str, float]
    weight: float
    hour: int
    blocks: list[PackedBlock]
    conversations: list[tuple[str, int, list[int]]]
    """Those heard within the hour, in order: name, number, minutes in which each spoke."""
    next_number: int


def pack(array: npt.NDArray[np.generic]) -> bytes:
    """Return an array as a compressed npy file."""
    out = io.BytesIO()
    np.save(out, array, allow_pickle=False)
    return zlib.compress(out.getvalue(), 1)


def unpack(body: bytes) -> npt.NDArray[np.generic]:
    """Return the array that was packed."""
    array: npt.NDArray[np.generic] = np.load(io.BytesIO(zlib.decompress(body)), allow_pickle=False)
    return array


def pack_block(block: Block) -> PackedBlock:
    """Return a block as plain data."""
    arrays = pack(block.ids), pack(block.conversations), pack(block.slots), pack(block.rows)
    return PackedBlock(block.minute, arrays[0], arrays[1], block.topics, block.surface, arrays[2], arrays[3], block.unheard)


def unpack_block(packed: PackedBlock) -> Block:
    """Return the block that was packed."""
    return Block(
        packed.minute,
        unpack(packed.ids).astype(np.uint64),
        unpack(packed.conversations).astype(np.int64),
        packed.topics,
        packed.surface,
        unpack(packed.slots).astype(np.int32),
        unpack(packed.rows).astype(np.uint16),
        packed.unheard,
    )


def decode(body: bytes) -> State:
    """Return the state in a snapshot. Raises ValueError for bytes that are none, or of a version that this code does not know."""
    try:
        version = msgspec.msgpack.decode(body, type=_Version).version  # first: another version may have another shape
        if version != VERSION:
            raise ValueError(f"snapshot version {version} is not known")
        return msgspec.msgpack.decode(body, type=State)
    except msgspec.MsgspecError as error:
        raise ValueError(f"not a snapshot of an emergent model: {error}") from None
