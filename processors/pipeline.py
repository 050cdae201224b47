"""UNDERSTAND as one callable: the steps that pipeline.toml names, over a batch, in order."""

import hashlib
import importlib
import sys
import tomllib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

# Imported for what they register.
import processors.intents.tagger
import processors.language
import processors.normalise
import processors.redact
import processors.sentiment.label
import processors.speech_act  # noqa: F401
from processors.failure import Failure
from processors.intents.taxonomy import Taxonomy
from processors.registry import BatchFunction, Registration, Resources, UnknownProcessor, registered, registration_of
from processors.spelling import meant
from processors.utterance import SIGNALS, Utterance

CODE_VERSION = 2
"""Raise it with every change of a built-in step that changes what comes out of it."""
PACKAGES = ("numpy", "OpenCC", "python-stdnum", "scikit-learn", "scipy", "snownlp", "vaderSentiment")
"""Whose data or code decides outcomes too: another version of one is another understanding."""
DEFAULT_PATH = Path(__file__).parent / "defaults" / "pipeline.toml"
MAX_ATTRIBUTES = 20
_KEYS = ("processors", "attributes")


class PipelineError(Failure):
    """The pipeline.toml, or a processor that it names, cannot be used; the message says what to change."""


class _Step(NamedTuple):
    registration: Registration
    source: bytes
    """The module of a user's own processor, since it decides the outcome too; b"" for a built-in step (CODE_VERSION
    stands for those).
    """


class Pipeline:
    """A fixed list of processors; calling it runs them all over a batch, in place.

    Pure: what comes out depends on the utterances and on what `fingerprint` covers, not on how they are cut into
    batches.
    """

    processors: tuple[str, ...]
    """As named in pipeline.toml, in order."""
    attributes: tuple[str, ...]
    """The unknown event fields to keep, at most 20."""

    def __init__(self, path: Path, taxonomy: Taxonomy) -> None:
        config = _read(path)
        self.processors = _names(config, "processors", path)
        self.attributes = _names(config, "attributes", path)
        taken = next((name for name in self.attributes if name in SIGNALS), None)
        if taken is not None:
            raise PipelineError(
                f"{path}: the attribute “{taken}” is one that Groundswell writes itself; rename the field in the event"
            )
        if len(self.attributes) > MAX_ATTRIBUTES:
            raise PipelineError(f"{path}: {len(self.attributes)} attributes, at most {MAX_ATTRIBUTES} are kept")
        steps = [_step(name, path) for name in self.processors]
        _check_order(steps, path)
        resources = Resources(taxonomy)
        self._functions: list[BatchFunction] = [step.registration.build(resources) for step in steps]
        self._decisive = ([step.source for step in steps], taxonomy.fingerprint)

    @cached_property
    def fingerprint(self) -> str:
        """sha256 hex of everything that decides the outcome: both lists of pipeline.toml, users' own modules, the
        taxonomy, CODE_VERSION, the versions of PACKAGES.
        """
        from importlib.metadata import version  # it takes 30 ms, and only who stores needs the fingerprint

        decisive = (CODE_VERSION, self.processors, self.attributes, *self._decisive, [version(name) for name in PACKAGES])
        return hashlib.sha256(repr(decisive).encode("utf-8", "surrogatepass")).hexdigest()

    @classmethod
    def load(cls, path: Path | str, taxonomy: Taxonomy) -> "Pipeline":
        """Build from a pipeline.toml; PipelineError if it, or a processor it names, cannot be used."""
        return cls(Path(path), taxonomy)

    @classmethod
    def default(cls, taxonomy: Taxonomy | None = None) -> "Pipeline":
        """Build the packaged pipeline, with the packaged taxonomy unless another is given."""
        return cls(DEFAULT_PATH, taxonomy or Taxonomy.default())

    def __call__(self, batch: Sequence[Utterance]) -> None:
        """Run every processor over the whole batch, in order. What a user's own processor raises comes out as it
        is.
        """
        for function in self._functions:
            function(batch)


def _read(path: Path) -> dict[str, Any]:
    try:
        config = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise PipelineError(f"{path} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PipelineError(f"{path} is not TOML: {error}") from error
    for key in config:
        if key not in _KEYS:
            raise PipelineError(f"{path}: unknown key “{key}”; {meant(key, _KEYS)}")
    if "processors" not in config:
        raise PipelineError(f"{path}: “processors” is missing")
    return config


def _names(config: dict[str, Any], key: str, path: Path) -> tuple[str, ...]:
    value = config.get(key, [])
    if not isinstance(value, list) or not all(isinstance(name, str) and name for name in value):
        raise PipelineError(f"{path}: “{key}” must be a list of names")
    twice = next((name for name in value if value.count(name) > 1), None)
    if twice is not None:
        raise PipelineError(f"{path}: “{twice}” stands twice in “{key}”")
    return tuple(value)


def _step(name: str, path: Path) -> _Step:
    if ":" in name:
        return _own_step(name, path)
    try:
        return _Step(registered(name), b"")
    except UnknownProcessor as error:
        raise PipelineError(f"{path}: {error}. Your own processor is named “module:function”") from error


def _own_step(name: str, path: Path) -> _Step:
    """Import "module:function"; the directory of pipeline.toml comes last on the import path, so nothing of ours can
    be shadowed by it.
    """
    module_name, _, function_name = name.partition(":")
    directory = str(path.resolve().parent)
    if directory not in sys.path:
        sys.path.append(directory)
    importlib.invalidate_caches()  # the file may be younger than the last look into the directory
    try:
        module = importlib.import_module(module_name)
    except Exception as error:  # a user's module may fail in any way; it becomes one line that names it
        raise PipelineError(f"{path}: “{name}” cannot be imported: {type(error).__name__}: {error}") from error
    function = getattr(module, function_name, None)
    if not callable(function):
        raise PipelineError(f"{path}: “{module_name}” has no function “{function_name}”; {meant(function_name, vars(module))}")
    file = Path(getattr(module, "__file__", None) or path)
    expected = Path(directory, *module_name.split(".")).with_suffix(".py")
    if expected.exists() and file.resolve() != expected.resolve():
        raise PipelineError(f"{path}: “{module_name}” was already imported from {file}; give your module another name")
    registration = registration_of(function) or Registration(name, lambda _resources: function, (), function)
    return _Step(registration, file.read_bytes())


def _check_order(steps: Sequence[_Step], path: Path) -> None:
    """Personal data goes first, and a step comes after those whose results it reads."""
    names = [step.registration.name for step in steps]
    if names[:1] != ["redact"]:
        raise PipelineError(f"{path}: “redact” must be the first processor, so that no other sees personal data")
    for position, step in enumerate(steps):
        for need in step.registration.needs:
            if need not in names[:position]:
                raise PipelineError(f"{path}: “{step.registration.name}” needs “{need}” before it")
