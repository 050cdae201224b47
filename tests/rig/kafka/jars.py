"""The broker's jars: fetched once by Maven from what pom.xml beside this file names, then only read."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from platformdirs import user_cache_path

POM = Path(__file__).with_name("pom.xml")
MOVED = "KAFKA_JARS"
"""Environment variable that names another directory for them (CI caches it)."""


class KafkaUnavailable(Exception):
    """The broker, or something it needs, is not there; the message says what to do."""


def directory() -> Path:
    """Where the jars lie, or will lie."""
    return Path(os.environ.get(MOVED) or user_cache_path("groundswell") / "kafka-jars")


def missing() -> str:
    """What this machine lacks for running a broker, as a sentence that says what to install; empty: nothing."""
    if not shutil.which("java"):
        return "no `java` on the path: install a Java 17 runtime or newer (Debian: openjdk-17-jre-headless)"
    if not _complete(directory()) and not shutil.which("mvn"):
        return f"no Kafka jars in {directory()} and no `mvn` to fetch them: install maven, or name a copy in {MOVED}"
    return ""


def ensure(into: Path | None = None) -> Path:
    """Return the directory with the jars of pom.xml, fetched (44 MB, seconds) if another pom's or none are there.

    Several processes may ask at once: one fetches, the others wait. Raises KafkaUnavailable.
    """
    into = into or directory()
    if _complete(into):
        return into
    into.parent.mkdir(parents=True, exist_ok=True)
    with _alone(into):
        if not _complete(into):
            _fetch(into)
    return into


def class_archive(classes: Path, record: Callable[[Path], None]) -> Path | None:
    """Return the archive of the loaded classes, with which this machine's Java starts the broker in half the CPU time.

    `record` writes it, once for each Java and each set of jars (a broker's start and stop). None: this Java cannot, or
    the directory is not ours to write.
    """
    java = Path(shutil.which("java") or "").resolve()
    key = hashlib.sha256(f"{java} {java.stat().st_mtime_ns}".encode()).hexdigest()[:8]
    archive = classes / f"loaded-{key}.jsa"
    if not archive.exists():
        if not os.access(classes, os.W_OK):
            return None
        with _alone(classes):
            if not archive.exists():
                fresh = archive.with_suffix(".new")
                record(fresh)
                fresh.touch()  # what failed once fails again: an empty file says so
                fresh.rename(archive)
    return archive if archive.stat().st_size else None


@contextmanager
def _alone(classes: Path) -> Iterator[None]:
    with classes.with_name(f"{classes.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _complete(into: Path) -> bool:
    stamp = into / POM.name
    return stamp.is_file() and stamp.read_bytes() == POM.read_bytes()


def _fetch(into: Path) -> None:
    if reason := missing():
        raise KafkaUnavailable(reason)
    # Into a fresh directory and renamed at the end, so that an interrupted download is never taken for a whole one.
    fresh = Path(tempfile.mkdtemp(prefix=f"{into.name}.", dir=into.parent))
    try:
        command = [
            "mvn", "-B", "-q", "-f", str(POM), "dependency:copy-dependencies",
            "-DincludeScope=runtime", f"-DoutputDirectory={fresh}",
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise KafkaUnavailable(f"mvn could not fetch the Kafka jars:\n{(done.stdout + done.stderr)[-2000:]}")
        shutil.copyfile(POM, fresh / POM.name)
        shutil.rmtree(into, ignore_errors=True)
        fresh.rename(into)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
