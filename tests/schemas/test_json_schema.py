"""The generated files are what the code says, and they refuse what the codec refuses, as far as a schema can."""

import json
import shutil
from pathlib import Path

import jsonschema
import pytest

from schemas import json_schema
from schemas.events import PAYLOADS, EventType
from tests.schemas.examples import INVALID, name

SEEN_BY_A_SCHEMA = ("missing_field/", "unknown_type/", "unsupported_specversion/", "created_at_required/")


def test_the_committed_files_are_up_to_date() -> None:
    assert json_schema.stale() == []


@pytest.mark.parametrize("event_type", PAYLOADS)
def test_it_is_a_json_schema(event_type: EventType) -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema.schema(event_type))


@pytest.mark.parametrize("path", [path for path in INVALID if name(path).startswith(SEEN_BY_A_SCHEMA)], ids=name)
def test_it_refuses_what_a_schema_can_see(path: Path) -> None:
    message = json.loads(path.read_bytes())
    event_type: EventType = message["type"] if message["type"] in PAYLOADS else "voc.chat.message.v1"
    assert not jsonschema.Draft202012Validator(json_schema.schema(event_type)).is_valid(message)


def test_check_names_stale_absent_and_foreign_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    copied = tmp_path / "json"
    shutil.copytree(json_schema.DIRECTORY, copied)
    monkeypatch.setattr(json_schema, "DIRECTORY", copied)
    assert json_schema.main(["--check"]) == 0
    (copied / "voc.order.v1.json").write_text("{}")
    (copied / "voc.context.v1.json").unlink()
    (copied / "voc.gone.v1.json").write_text("{}")
    assert json_schema.main(["--check"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["voc.context.v1.json", "voc.gone.v1.json", "voc.order.v1.json"]
    assert json_schema.main([]) == 0
    assert json_schema.main(["--check"]) == 0
