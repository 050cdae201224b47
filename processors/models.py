"""Where models lie: built at first use from what is installed and written by people, then only mapped into memory.

Nothing is downloaded and nothing trained ships. A model is a directory named by the hash of all that decides it, so a new
version of a package, of the taxonomy or of the builder is another directory, and an old one is never half replaced.
Builders write plain arrays and JSON (`numpy.save`, `msgspec`), never pickles: whoever can write into the cache can then
change numbers but run nothing.
"""

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import msgspec
from platformdirs import user_cache_path

from processors.failure import Failure

KEPT = 8
"""Models of one name that stay; of more, the one longest unused goes. A running process keeps what it has mapped."""

DAMAGED = (OSError, ValueError, EOFError, msgspec.MsgspecError)
"""What reading a torn or overwritten model raises."""

Announce = Callable[[str], None]
Builder = Callable[[Path], None]
T = TypeVar("T")


class ModelsUnavailable(Failure):
    """The directory of the models cannot be written; the message says which and what to do."""


class ModelStore:
    """A directory of built models; several processes may use one at the same time."""

    def __init__(self, directory: Path, announce: Announce = lambda _message: None) -> None:
        self.directory = directory
        self._announce = announce

    def load(self, name: str, key: str, build: Builder, read: Callable[[Path], T]) -> T:
        """Return what `read` makes of the directory of model `name` as decided by `key` (hex); `build` fills it, once.

        One that cannot be read (a disk was full, a copy torn) is built anew, once. Blocks while it is built, here or by
        another process (seconds). Raises ModelsUnavailable; what `build` raises comes out as it is.
        """
        try:
            return read(self.path(name, key, build))
        except DAMAGED:
            shutil.rmtree(self._model(name, key), ignore_errors=True)
            return read(self.path(name, key, build))

    def path(self, name: str, key: str, build: Builder) -> Path:
        """Return the directory, built if it is not there; it appears whole or not at all. As `load` otherwise."""
        model = self._model(name, key)
        if not model.is_dir():
            self._build(model, name, build)
        with suppress(OSError):  # a cache that may only be read is fine
            os.utime(model)
        return model

    def _model(self, name: str, key: str) -> Path:
        return self.directory / f"{name}-{key[:16]}"

    def _build(self, model: Path, name: str, build: Builder) -> None:
        with self._locked(name):
            if model.is_dir():
                return
            self._announce(f"building the {name} model, once …")
            place = self._new_place(name)
            try:
                build(place)
                _to_disk(place)
                place.chmod(0o755)
                place.rename(model)
            finally:
                shutil.rmtree(place, ignore_errors=True)
            self._forget_old(name, model)

    @contextmanager
    def _locked(self, name: str) -> Iterator[None]:
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            lock = (self.directory / f"{name}.lock").open("a")
        except OSError as error:
            raise self._unavailable(name, error) from error
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _new_place(self, name: str) -> Path:
        for torn in self.directory.glob(f".{name}-*"):  # a builder was killed; we hold the lock, so it is nobody's
            shutil.rmtree(torn, ignore_errors=True)
        try:
            return Path(tempfile.mkdtemp(prefix=f".{name}-", dir=self.directory))
        except OSError as error:
            raise self._unavailable(name, error) from error

    def _unavailable(self, name: str, error: OSError) -> ModelsUnavailable:
        return ModelsUnavailable(
            f"the {name} model cannot be built in {self.directory}: {error.strerror or error}; "
            "set VOC_MODELS_DIR to a place that can be written"
        )

    def _forget_old(self, name: str, newest: Path) -> None:
        built = [path for path in self.directory.glob(f"{name}-*") if path.is_dir() and path != newest]
        for old in sorted(built, key=lambda path: path.stat().st_mtime, reverse=True)[KEPT - 1 :]:
            shutil.rmtree(old, ignore_errors=True)


def _to_disk(place: Path) -> None:
    """A name that is there after a power cut must have its content there too."""
    for path in [*(path for path in place.rglob("*") if path.is_file()), place]:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def key_of(parts: Iterable[str | bytes | Path]) -> str:
    """Return sha256 hex over texts, bytes and the content of files: all that decides a model, in a fixed order."""
    digest = hashlib.sha256()
    for part in parts:
        content = part.read_bytes() if isinstance(part, Path) else part.encode() if isinstance(part, str) else part
        digest.update(len(content).to_bytes(8))
        digest.update(content)
    return digest.hexdigest()


_store: ModelStore | None = None


def store() -> ModelStore:
    """Return the store in force: the one given to `use`, else one in the user's cache directory."""
    return _store or ModelStore(user_cache_path("groundswell"))


def use(models: ModelStore) -> None:
    """Let all models of this process come from `models`; what was loaded before stays loaded."""
    global _store  # noqa: PLW0603 - one cache a process; a parameter of every step would say no more
    _store = models
