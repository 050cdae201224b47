"""A YAML file that people write, read as nodes with line numbers: bounded, without aliases, and with all mistakes
collected.

It knows YAML and nothing of intents. PyYAML's safe loader only; the nodes are never turned into objects by tags.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml

from processors.spelling import meant

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same language, ten times faster where libyaml is there
_MAX_BYTES = 5_000_000
_MAX_DEPTH = 20


class Problem(Exception):
    """One mistake in a file: where, and what to do about it."""

    def __init__(self, file: str, line: int, message: str) -> None:
        super().__init__(file, line, message)
        self.file, self.line, self.message = file, line, message

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class YamlSource:
    """One file; every reader below returns what is right and puts what is wrong into `problems`."""

    def __init__(self, path: Path) -> None:
        self.file = str(path)
        self.problems: list[Problem] = []
        self.root = self._compose(path)

    def problem(self, node: yaml.Node | None, message: str) -> None:
        """Note a mistake at the line of a node (line 1 without one)."""
        self.problems.append(Problem(self.file, node.start_mark.line + 1 if node is not None else 1, message))

    def items(self, node: yaml.Node, what: str) -> Iterator[tuple[str, yaml.Node, yaml.Node]]:
        """Yield (key, key node, value node) of a mapping; keys that are no text or come twice are noted."""
        if not isinstance(node, yaml.MappingNode):
            self.problem(node, f"{what} must be a mapping (key: value), not {_kind(node)}")
            return
        seen: set[str] = set()
        for key, value in node.value:
            if not _is_text(key):
                self.problem(key, f"a key of {what} must be text, not {_kind(key)}")
            elif key.value in seen:
                self.problem(key, f"“{key.value}” stands twice in {what}")
            else:
                seen.add(key.value)
                yield key.value, key, value

    def fields(self, node: yaml.Node, what: str, known: Iterable[str]) -> dict[str, yaml.Node]:
        """Return a mapping of known keys; an unknown one is noted with the nearest known name."""
        known = set(known)
        found = {}
        for name, key, value in self.items(node, what):
            if name in known:
                found[name] = value
            else:
                self.problem(key, f"unknown key “{name}” in {what}; {meant(name, known)}")
        return found

    def text(self, node: yaml.Node | None, what: str) -> str:
        """Return a scalar as stripped text ("" without a node); numbers and yes/no are mistakes, since YAML reads
        them as something else.
        """
        if node is None:
            return ""
        if not _is_text(node):
            self.problem(node, f"{what} must be text, not {_kind(node)}")
            return ""
        return str(node.value).strip()

    def nodes(self, node: yaml.Node | None, what: str) -> list[yaml.Node]:
        """Return the entries of a list; anything else is noted."""
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            self.problem(node, f"{what} must be a list, not {_kind(node)}")
            return []
        return list(node.value)

    def texts(self, node: yaml.Node | None, what: str) -> list[tuple[str, yaml.Node]]:
        """Return the non-empty texts of a list with their nodes."""
        found = [(self.text(entry, f"an entry of {what}"), entry) for entry in self.nodes(node, what)]
        return [(text, entry) for text, entry in found if text]

    def _compose(self, path: Path) -> yaml.Node | None:
        try:
            with path.open("rb") as file:
                raw = file.read(_MAX_BYTES + 1)
            if len(raw) > _MAX_BYTES:
                self.problem(None, f"the file is larger than {_MAX_BYTES // 1_000_000} MB")
                return None
            text = raw.decode("utf-8-sig")
            if not self._is_tame(text):
                return None
            return yaml.compose(text, Loader=_LOADER)  # a node graph, nothing is constructed
        except OSError as error:
            self.problem(None, f"cannot be read: {error.strerror}")
        except UnicodeDecodeError as error:
            self.problem(None, f"is not UTF-8 (byte {error.start})")
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            self.problems.append(Problem(self.file, line, f"not YAML: {error.problem or error.context}"))
        except yaml.YAMLError as error:
            self.problem(None, f"not YAML: {str(error).splitlines()[0]}")
        return None

    def _is_tame(self, text: str) -> bool:
        """Refuse aliases (a kilobyte of them can mean gigabytes) and depths that would exhaust the stack, before any
        tree is built.
        """
        depth = 0
        for event in yaml.parse(text, Loader=_LOADER):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if isinstance(event, yaml.AliasEvent) or depth > _MAX_DEPTH:
                message = "aliases (*name) are not allowed; write it out" if depth <= _MAX_DEPTH else "nested too deeply"
                line = event.start_mark.line + 1 if event.start_mark else 1
                self.problems.append(Problem(self.file, line, message))
                return False
        return True


def _is_text(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:str"


def _kind(node: yaml.Node) -> str:
    """Name what stands there instead, with the way out for scalars that YAML takes for something else."""
    if isinstance(node, yaml.MappingNode):
        return "a mapping"
    if isinstance(node, yaml.SequenceNode):
        return "a list"
    if not node.value:
        return "nothing"
    return f"{node.tag.rpartition(':')[2]} {node.value}; put it in quotes"
