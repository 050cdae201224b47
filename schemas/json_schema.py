"""JSON Schema for senders, generated from the Structs: `python -m schemas.json_schema` writes schemas/json/.

One self-contained file for each event type, the whole message with its `data`. With `--check` nothing is written and
exit status 1 says that a file is stale. What a schema cannot say stays with the codec: plausible times, a score within
its scale, no half of a surrogate pair.
"""

import argparse
import inspect
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeAlias

import msgspec

from schemas.codec import Envelope
from schemas.events import PAYLOADS, ChatMessage, EventType

DIRECTORY = Path(__file__).parent / "json"

Json: TypeAlias = dict[str, Any]  # a JSON Schema document is what it is: open-ended JSON, written and never read back

_NEW_VERSION_NEEDS_CREATED_AT: Json = {
    "if": {
        "anyOf": [
            {"properties": {"revision": {"type": "integer", "minimum": 1}}, "required": ["revision"]},
            {"properties": {"recalled": {"const": True}}, "required": ["recalled"]},
        ]
    },
    "then": {"properties": {"created_at": {"type": "string"}}, "required": ["created_at"]},
}


def schema(event_type: EventType) -> Json:
    """The JSON Schema (2020-12) of a whole message of this type."""
    payload = PAYLOADS[event_type]
    _, components = msgspec.json.schema_components((Envelope, payload), ref_template="#/$defs/{name}")
    definitions: dict[str, Json] = {name: _settled(definition) for name, definition in components.items()}
    envelope = definitions.pop(Envelope.__name__)
    envelope["properties"]["specversion"] = {"const": "1.0", "default": "1.0"}
    envelope["properties"]["type"] = {"const": event_type}
    envelope["properties"]["data"] = {"$ref": f"#/$defs/{payload.__name__}"}
    if payload is ChatMessage:
        definitions[payload.__name__] |= _NEW_VERSION_NEEDS_CREATED_AT
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:groundswell:{event_type}",
        "title": event_type,
        "description": definitions[payload.__name__]["description"],
    }
    return head | {key: envelope[key] for key in ("type", "properties", "required")} | {"$defs": definitions}


def render(event_type: EventType) -> str:
    """The text of the generated file."""
    return msgspec.json.format(msgspec.json.encode(schema(event_type), order="deterministic"), indent=2).decode() + "\n"


def path(event_type: EventType) -> Path:
    """Where the generated file of this type lies."""
    return DIRECTORY / f"{event_type}.json"


def stale() -> list[Path]:
    """The generated files that are absent or differ from what would be written, and those that belong to no type."""
    expected = {path(event_type): render(event_type) for event_type in PAYLOADS}
    differing = [file for file, text in expected.items() if not file.exists() or file.read_text("utf-8") != text]
    return sorted(differing + [file for file in DIRECTORY.glob("*.json") if file not in expected])


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the files, or with `--check` name those that are stale; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m schemas.json_schema", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file is stale")
    if parser.parse_args(arguments).check:
        for file in (found := stale()):
            sys.stdout.write(f"{file.name} is stale: run python -m schemas.json_schema\n")
        return 1 if found else 0
    DIRECTORY.mkdir(exist_ok=True)
    for file in stale():
        file.unlink(missing_ok=True)
    for event_type in PAYLOADS:
        path(event_type).write_text(render(event_type), "utf-8")
    return 0


def _settled(definition: Json) -> Json:
    """The same object, with null allowed for what is optional: many senders write null for what they do not know."""
    definition["description"] = inspect.cleandoc(definition["description"])  # Python 3.13 does so itself, 3.11 does not
    required = definition.get("required", [])
    for name, rule in definition.get("properties", {}).items():
        alternatives = rule.get("anyOf", [])
        if name in required or {"type": "null"} in alternatives:
            continue
        default = {"default": rule.pop("default")} if "default" in rule else {}
        definition["properties"][name] = {"anyOf": [*(alternatives or [rule]), {"type": "null"}], **default}
    return definition


if __name__ == "__main__":
    sys.exit(main())
