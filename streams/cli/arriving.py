"""Lines of standard input as they come: a program may write one and wait for its answer."""

import codecs
from collections.abc import Iterator
from typing import IO

CHUNK = 1 << 18
"""Bytes asked for at a time. What is there is answered at once."""


def arriving(stream: IO[bytes]) -> Iterator[list[bytes]]:
    """Yield whole lines, as many as are there, without their ends; the last one also without an end. No byte-order mark."""
    pieces: list[bytes] = []
    begun = False
    while chunk := stream.read1(CHUNK):  # type: ignore[attr-defined]  # buffered readers have it, IO does not say so
        if not begun:
            chunk, begun = chunk.removeprefix(codecs.BOM_UTF8), True
        head, end, rest = chunk.rpartition(b"\n")
        if not end:
            pieces.append(chunk)
            continue
        whole = b"".join([*pieces, head])
        pieces = [rest] if rest else []
        yield whole.split(b"\n")
    if pieces:
        yield [b"".join(pieces)]
