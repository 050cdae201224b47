"""The taxonomy: which subjects there are, who owns each, and how customers put it. One YAML file, written by people.

    groups:
      delivery:
        label_zh: 物流
        label_en: Delivery
        owner: logistics            # stands for every intent of the group that names none
        severity: normal            # low, normal or high; likewise
        intents:
          delivery_status:
            label_zh: 物流进度
            label_en: Where is my parcel
            any: [什么时候发货, where is my order]             # one of them suffices,
            all: [[怎么|为什么], [还没], [发货|到货]]            # or one literal of every group,
            none: [退款]                                      # and none of these in the same clause
            examples: [我的快递到哪里了, Where is my parcel?]     # the model learns from them; five of a language or more
            moves_en: [Ask the carrier where they are.]         # first moves on a card, moves_zh likewise; or the group's

Literals are written as people write them, in any language; they are normalised as the texts are. `any` and `all` are
alternatives: to demand both, write the `any` list as one more group of `all`. An intent may have examples and no rule.
"""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import yaml

from processors import models
from processors.failure import Failure
from processors.intents.yaml_source import Problem, YamlSource
from processors.models import ModelsUnavailable, key_of
from processors.normalise import normalised

SEVERITIES = ("low", "normal", "high")
RESERVED = ("other", "total", "")
"""Names no intent may have: turns without one are topic "other", and alerts about all of them are about "total"."""
DEFAULT_PATH = Path(__file__).parent.parent / "defaults" / "taxonomy.yaml"

_NAME = re.compile(r"[\w.-]{1,64}")
MOVES, MOVE = 5, 120
"""How many first moves a card shows, and characters of one."""
_GROUP_KEYS = ("label_zh", "label_en", "owner", "severity", "moves_zh", "moves_en", "intents")
_INTENT_KEYS = ("label_zh", "label_en", "owner", "severity", "any", "all", "none", "examples", "moves_zh", "moves_en")


class Intent(msgspec.Struct, frozen=True):
    """One subject and its rule: (`any` has a literal in the text, or every group of `all` has) and `none` has none beside it.
    Literals are normalised.
    """

    name: str
    label_zh: str
    label_en: str
    owner: str
    severity: str
    parent: str
    """The group it stands in."""
    all: tuple[tuple[str, ...], ...]
    any: tuple[str, ...]
    none: tuple[str, ...]
    examples: tuple[str, ...]
    """As written, not normalised."""
    moves_zh: tuple[str, ...] = ()
    moves_en: tuple[str, ...] = ()
    """What to do first when it grows, for the card."""


_DECISIVE = tuple(name for name in Intent.__struct_fields__ if not name.startswith("moves"))


class TaxonomyError(Failure):
    """The file cannot be used; `problems` are all its mistakes, in the order of the file, and the message is one line
    for each.
    """

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(problems, key=lambda problem: problem.line)
        super().__init__("\n".join(map(str, self.problems)))


class Taxonomy(msgspec.Struct, frozen=True):
    """All intents in the order of the file, and by name."""

    intents: tuple[Intent, ...]
    by_name: Mapping[str, Intent]
    fingerprint: str
    """sha256 hex of the content: the same for files that differ in comments, layout and first moves only, which decide nothing of
    what is understood."""

    @classmethod
    def of(cls, intents: tuple[Intent, ...]) -> "Taxonomy":
        """Return a taxonomy of intents already at hand; their names must differ."""
        by_name = {intent.name: intent for intent in intents}
        if len(by_name) < len(intents):
            raise ValueError("two intents of the same name")
        decisive = [{name: getattr(intent, name) for name in _DECISIVE} for intent in intents]
        return cls(intents, by_name, hashlib.sha256(msgspec.json.encode(decisive)).hexdigest())

    def without(self, *names: str) -> "Taxonomy":
        """The same without these intents. Raises KeyError for one that is not there."""
        for name in names:
            self.by_name[name]
        return Taxonomy.of(tuple(intent for intent in self.intents if intent.name not in names))

    @classmethod
    def load(cls, path: Path | str) -> "Taxonomy":
        """Read a taxonomy.yaml; TaxonomyError lists everything that is wrong with it, with file and line.

        What was read without a mistake is kept with the models, since YAML takes a tenth of a second and JSON nothing.
        """
        path = Path(path)
        try:
            raw = path.read_bytes()
            key = key_of([raw, *_decisive()])
            return models.store().load("taxonomy", key, lambda place: _keep(path, raw, place), _kept)
        except (OSError, ModelsUnavailable):
            return read(path)[0]

    @classmethod
    def default(cls) -> "Taxonomy":
        """Return the packaged taxonomy: service of consumer electronics, Chinese and English."""
        return cls.load(DEFAULT_PATH)


def read(path: Path) -> tuple[Taxonomy, dict[str, int]]:
    """Return a taxonomy and the line in which each intent begins. Raises TaxonomyError."""
    reader = _Reader(YamlSource(path))
    intents = reader.read()
    if reader.source.problems:
        raise TaxonomyError(reader.source.problems)
    return Taxonomy.of(intents), reader.lines


def _decisive() -> list[Path | str]:
    """What decides, besides the file, how it is read."""
    from importlib.metadata import version

    here = Path(__file__).parent
    return [here / "taxonomy.py", here / "yaml_source.py", here.parent / "normalise.py", version("OpenCC"), version("PyYAML")]


def _keep(path: Path, raw: bytes, place: Path) -> None:
    intents = read(path)[0].intents
    if path.read_bytes() != raw:
        raise OSError("the taxonomy was changed while it was read")
    (place / "intents.json").write_bytes(msgspec.json.encode(intents))


def _kept(place: Path) -> Taxonomy:
    return Taxonomy.of(msgspec.json.decode((place / "intents.json").read_bytes(), type=tuple[Intent, ...]))


class _Reader:
    """Turns the nodes of one file into intents; mistakes gather in the source."""

    def __init__(self, source: YamlSource) -> None:
        self.source = source
        self.lines: dict[str, int] = {}
        """Where each intent's name stood first."""

    def read(self) -> tuple[Intent, ...]:
        root = self.source.root
        if root is None:
            if not self.source.problems:
                self.source.problem(None, "the file is empty; it must begin with “groups:”")
            return ()
        groups = self.source.fields(root, "the taxonomy", ("groups",)).get("groups")
        if groups is None:
            self.source.problem(root, "“groups” is missing")
            return ()
        intents = [intent for name, key, node in self.source.items(groups, "“groups”") for intent in self._group(name, key, node)]
        if not intents and not self.source.problems:
            self.source.problem(groups, "there is no intent in it")
        return tuple(intents)

    def _group(self, name: str, key: yaml.Node, node: yaml.Node) -> list[Intent]:
        self._check_name(name, key)
        what = f"group “{name}”"
        fields = self.source.fields(node, what, _GROUP_KEYS)
        inherited = {"owner": self.source.text(fields.get("owner"), f"owner of {what}"), "severity": self._severity(fields, what)}
        for label in ("label_zh", "label_en"):
            self.source.text(fields.get(label), f"{label} of {what}")
        moves = self._moves(fields, what)
        if "intents" not in fields:
            if isinstance(node, yaml.MappingNode):
                self.source.problem(key, f"{what} has no “intents”")
            return []
        items = self.source.items(fields["intents"], f"“intents” of {what}")
        return [self._intent(*item, name, inherited, moves) for item in items]

    def _intent(
        self,
        name: str,
        key: yaml.Node,
        node: yaml.Node,
        parent: str,
        inherited: dict[str, str],
        moves: dict[str, tuple[str, ...]],
    ) -> Intent:
        what = f"intent “{name}”"
        self._check_name(name, key)
        if name in self.lines:
            self.source.problem(key, f"{what} stands twice, first in line {self.lines[name]}")
        self.lines.setdefault(name, key.start_mark.line + 1)
        before = len(self.source.problems)
        fields = self.source.fields(node, what, _INTENT_KEYS)
        texts = {field: self.source.text(fields.get(field), f"{field} of {what}") for field in ("label_zh", "label_en", "owner")}
        owner = texts["owner"] or inherited["owner"]
        rule: dict[str, Any] = {
            "any": self._literals(fields.get("any"), f"“any” of {what}"),
            "all": self._groups_of_all(fields.get("all"), f"“all” of {what}"),
            "none": self._literals(fields.get("none"), f"“none” of {what}"),
        }
        severity = self._severity(fields, what) or inherited["severity"] or "normal"
        examples = tuple(text for text, _node in self.source.texts(fields.get("examples"), f"“examples” of {what}"))
        if not owner:
            self.source.problem(key, f"{what} has no owner, and its group has none either")
        if not rule["any"] and not rule["all"] and not examples and len(self.source.problems) == before:
            self.source.problem(key, f"{what} has an empty rule: give it “any”, “all” or examples")
        label_zh, label_en = texts["label_zh"] or texts["label_en"] or name, texts["label_en"] or texts["label_zh"] or name
        rule |= {field: own or moves[field] for field, own in self._moves(fields, what).items()}
        return Intent(name, label_zh, label_en, owner, severity, parent, examples=examples, **rule)

    def _moves(self, fields: dict[str, yaml.Node], what: str) -> dict[str, tuple[str, ...]]:
        """The first moves in each language, none if none are named."""
        found = {}
        for field in ("moves_zh", "moves_en"):
            listed = self.source.texts(fields.get(field), f"“{field}” of {what}")
            for text, node in listed:
                if len(text) > MOVE:
                    self.source.problem(node, f"an entry of “{field}” of {what} has {len(text)} characters; a card shows {MOVE}")
            if len(listed) > MOVES:
                self.source.problem(fields[field], f"“{field}” of {what} has {len(listed)} entries; a card shows {MOVES}")
            found[field] = tuple(text for text, _ in listed)
        return found

    def _check_name(self, name: str, key: yaml.Node) -> None:
        if name in RESERVED:
            self.source.problem(key, f"the name “{name}” is reserved")
        elif not _NAME.fullmatch(name):
            self.source.problem(key, f"the name “{name}” may hold letters, digits, “_”, “-” and “.” only (at most 64)")

    def _severity(self, fields: dict[str, yaml.Node], what: str) -> str:
        """Return the severity named in the fields, "" if none is."""
        severity = self.source.text(fields.get("severity"), f"severity of {what}")
        if severity and severity not in SEVERITIES:
            self.source.problem(fields["severity"], f"unknown severity “{severity}” of {what}; known: {', '.join(SEVERITIES)}")
            return ""
        return severity

    def _groups_of_all(self, node: yaml.Node | None, what: str) -> tuple[tuple[str, ...], ...]:
        """A group is a list of literals or one text; "a|b" inside it is a and b."""
        groups = []
        for entry in self.source.nodes(node, what):
            if isinstance(entry, yaml.SequenceNode):
                group = self._literals(entry, f"a group in {what}")
            else:
                group = self._normalised(self.source.text(entry, f"a group in {what}"), entry, what)
            if not group and isinstance(entry, yaml.SequenceNode) and not entry.value:
                self.source.problem(entry, f"a group in {what} is empty")
            groups.append(group)
        return tuple(groups)

    def _literals(self, node: yaml.Node | None, what: str) -> tuple[str, ...]:
        found = [literal for text, entry in self.source.texts(node, what) for literal in self._normalised(text, entry, what)]
        return tuple(dict.fromkeys(found))

    def _normalised(self, text: str, node: yaml.Node, what: str) -> tuple[str, ...]:
        literals = tuple(normalised(part) for part in text.split("|")) if text else ()
        if "" in literals:
            self.source.problem(node, f"“{text}” in {what} has nothing left to look for once normalised")
        elif literals and any(literal.strip("0 ") == "" for literal in literals):
            self.source.problem(
                node, f"“{text}” in {what} is only a number, and all numbers look alike once normalised; add a word to it"
            )
        return tuple(filter(None, literals))
