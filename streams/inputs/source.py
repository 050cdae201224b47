"""Bytes of a file, of standard input, or of a gzip stream in either: opened, decompressed, never read whole."""

import os
import stat
import sys
import zlib
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path
from typing import Protocol, cast

from streams.inputs.record import InputError

CHUNK_BYTES = 64 * 1024
_MAX_INFLATED_BYTES = 1 << 20  # from one step: a small hostile file must not fill the memory
_GZIP_MAGIC = b"\x1f\x8b"
_GZIP = 16 + zlib.MAX_WBITS  # zlib's code for "with a gzip header"


class _Chunks(Protocol):
    def read1(self, size: int, /) -> bytes: ...
    def fileno(self) -> int: ...
    def close(self) -> None: ...


class DamagedGzip(Exception):
    """A gzip stream ends early or does not decompress; everything before has been given out."""


class Source:
    """The bytes of one input, in order; `path` "-" is standard input.

    gzip is recognised by its first bytes and may have several members. `damage` says, once the end is reached, why it
    is not the real one. Blocks only where the operating system does (a pipe without data). Raises InputError.
    """

    def __init__(self, path: str, *, follow: bool = False) -> None:
        self.damage = ""
        self._name = "standard input" if path == "-" else path
        self._path = path
        self._follow = follow
        self._position = 0
        self._file: _Chunks = cast(_Chunks, sys.stdin.buffer) if path == "-" else _open(path)
        self.rewindable = path != "-" and stat.S_ISREG(os.fstat(self._file.fileno()).st_mode)
        self._head = b""
        self._inflated: Iterator[bytes] | None = None
        try:
            self._begin()
        except InputError:
            self.close()
            raise

    def read(self) -> bytes:
        """The next bytes; empty at the end, which for a followed file means: nothing more yet."""
        chunk, self._head = self._head, b""
        if chunk:
            return chunk
        if self._inflated is None:
            return self._read_file()
        try:
            return next(self._inflated, b"")
        except DamagedGzip as damaged:
            self.damage = str(damaged)
            return b""

    def peek(self) -> bytes:
        """What `read` will return next."""
        self._head = self._head or self.read()
        return self._head

    def close(self) -> None:
        """Give the file back; standard input stays open."""
        if self._path != "-":
            self._file.close()

    def _begin(self) -> None:
        self._head = self._read_file()
        if self._is_gzip():
            self._inflated = self._gzip()
        if self._follow and (self._inflated or not self.rewindable):
            raise InputError(f"{self._name} cannot be followed: only a plain, uncompressed file can. Leave out --follow")

    def _is_gzip(self) -> bool:
        if self._head.startswith(_GZIP_MAGIC):
            return True
        if not self._path.endswith(".gz"):
            return False
        if _GZIP_MAGIC.startswith(self._head):
            return True  # cut off within the first two bytes
        raise InputError(f"{self._name} is named .gz but is not compressed. Rename it if it is plain text")

    def _gzip(self) -> Iterator[bytes]:
        compressed, self._head = self._head, b""

        def chunks() -> Iterator[bytes]:
            yield compressed
            yield from iter(self._read_file, b"")

        return inflate(chunks())

    def _read_file(self) -> bytes:
        try:
            chunk = self._file.read1(CHUNK_BYTES)
        except OSError as error:
            raise InputError(f"{self._name} cannot be read: {error.strerror}. Check the file and its disk") from None
        self._position += len(chunk)
        if self._follow and not chunk:
            self._check_still_the_same()
        return chunk

    def _check_still_the_same(self) -> None:
        opened = os.fstat(self._file.fileno())
        try:
            present = Path(self._path).stat()
        except FileNotFoundError:
            return  # about to be rotated: what is still written to the old file comes
        if opened.st_size < self._position or not os.path.samestat(opened, present):
            raise InputError(f"{self._name} was replaced or cut while it was followed. Start again to read the new one")


def inflate(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Decompress gzip members, zeros between them allowed, into pieces that are not empty.

    Raises DamagedGzip after the last good byte.
    """
    inflater, members, inside = zlib.decompressobj(_GZIP), 0, False
    for chunk in chunks:
        rest = chunk
        while rest:
            if members and not inside and not (rest := rest.lstrip(b"\0")):
                break
            before = inflater.copy()
            try:
                inflated = inflater.decompress(rest, _MAX_INFLATED_BYTES)
            except zlib.error:
                if good := _up_to_the_damage(before, rest):
                    yield good
                raise DamagedGzip("is damaged" if inside or not members else "goes on with something else") from None
            if inflated:
                yield inflated
            inside = not inflater.eof
            rest = inflater.unconsumed_tail if inside else inflater.unused_data
            if not inside:
                inflater, members = zlib.decompressobj(_GZIP), members + 1
    if inside or not members:
        if last := inflater.flush():
            yield last
        raise DamagedGzip("ends early")


def _open(path: str) -> BufferedReader:
    try:
        return Path(path).open("rb")
    except FileNotFoundError:
        raise InputError(f"{path} does not exist. Check the name, or give - for standard input") from None
    except IsADirectoryError:
        raise InputError(f"{path} is a directory. Give one file") from None
    except PermissionError:
        raise InputError(f"{path} may not be read by this user. Change its permissions") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{path!r} cannot be opened: {error}. Check the name") from None


def _up_to_the_damage(inflater: "zlib._Decompress", chunk: bytes) -> bytes:
    """Byte by byte, as zlib keeps back what it had decompressed in the call that failed."""
    good = bytearray()
    for number in range(len(chunk)):
        try:
            good += inflater.decompress(chunk[number : number + 1])
        except zlib.error:
            break
    return bytes(good)
