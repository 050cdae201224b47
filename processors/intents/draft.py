"""A taxonomy entry drafted from an emergent topic: what a person then names, owns and corrects."""

import re
from collections.abc import Sequence

import yaml

from processors.intents.taxonomy import RESERVED

EXAMPLES = 12
"""So many verbatims become examples at most."""
OWNER = "to-be-named"
_NOT_A_NAME = re.compile(r"[^\w.-]+")


def name_of(label: str) -> str:
    """A name that a taxonomy accepts, made of a label."""
    name = _NOT_A_NAME.sub("_", label.strip().lower()).strip("_.-")[:64] or "new"
    return f"{name}_topic" if name in (*RESERVED, "new") else name


def draft(label: str, phrases: Sequence[str], verbatims: Sequence[str], *, name: str = "", owner: str = OWNER) -> str:
    """A whole taxonomy file with this one intent: `voc taxonomy check` passes on it, and its group can be moved into another.

    `phrases` are words, or pairs of words joined by a space, the most telling first: the first pair becomes the rule, "both in
    one clause"; without a pair the examples alone decide. `verbatims` are redacted; they become the examples.
    """
    intent: dict[str, object] = {"label_zh": label, "label_en": label}
    pair = next((phrase.split(" ") for phrase in phrases if phrase.count(" ") == 1), None)
    if pair:
        intent["all"] = [[word] for word in pair]
    examples = list(dict.fromkeys(" ".join(text.split()) for text in verbatims if text.strip()))[:EXAMPLES]
    if examples:
        intent["examples"] = examples
    elif not pair:
        intent["any"] = [label]
    group = {"owner": owner, "severity": "normal", "intents": {name or name_of(label): intent}}
    body = yaml.safe_dump({"groups": {"emergent": group}}, allow_unicode=True, sort_keys=False, width=130)
    return (
        "# Drafted from an emergent topic. Give it a name, labels and an owner; see that the rule is neither too wide nor too\n"
        "# narrow (voc taxonomy check, voc tag --explain); keep the examples that are really about it; then move it into your\n"
        f"# own taxonomy.yaml.\n{body}"
    )
