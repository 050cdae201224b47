"""Every example is what its folder says: senders copy these files."""

import json
from pathlib import Path

import jsonschema
import pytest

from schemas.codec import Decoder, encode
from schemas.events import PAYLOADS
from schemas.invalid import InvalidMessage, InvalidReason
from schemas.json_schema import schema
from tests.schemas.examples import ARRIVED, INVALID, VALID, name

RAISED_ELSEWHERE = {
    InvalidReason.TOO_LARGE: "generated in test_codec",
    InvalidReason.TRUNCATED_INPUT: "readers of files only: test_inputs_lines",
    InvalidReason.INVALID_ROW: "readers of tables only: test_inputs_table",
    InvalidReason.PROCESSOR_FAILED: "a processor's fault: test_understand",
    InvalidReason.UNSTORABLE: "the warehouse's word: test_understand",
}


@pytest.mark.parametrize("path", VALID, ids=name)
def test_valid_example_decodes_to_the_type_of_its_folder_and_survives_a_round_trip(path: Path) -> None:
    event = Decoder().decode(path.read_bytes(), ARRIVED)
    assert event.type == path.parent.name
    assert type(event.data) is PAYLOADS[event.type]
    assert Decoder().decode(encode(event), ARRIVED) == event


@pytest.mark.parametrize("path", VALID, ids=name)
def test_valid_example_and_its_re_encoding_keep_the_json_schema(path: Path) -> None:
    event = Decoder().decode(path.read_bytes(), ARRIVED)
    validator = jsonschema.Draft202012Validator(schema(event.type))
    validator.validate(json.loads(path.read_bytes()))
    validator.validate(json.loads(encode(event)))


@pytest.mark.parametrize("path", INVALID, ids=name)
def test_invalid_example_has_exactly_the_reason_of_its_folder(path: Path) -> None:
    with pytest.raises(InvalidMessage) as raised:
        Decoder().decode(path.read_bytes(), ARRIVED)
    assert raised.value.reason is InvalidReason(path.parent.name)


@pytest.mark.parametrize("event_type", PAYLOADS)
def test_each_type_has_a_minimal_and_a_full_example(event_type: str) -> None:
    names = {path.name for path in VALID if path.parent.name == event_type}
    assert {"minimal.json", "full.json"} <= names


@pytest.mark.parametrize("event_type", PAYLOADS)
def test_the_full_example_gives_every_field(event_type: str) -> None:
    [path] = [path for path in VALID if path.parent.name == event_type and path.name == "full.json"]
    data = json.loads(path.read_bytes())["data"]
    assert set(data) == set(PAYLOADS[event_type].__struct_fields__)  # type: ignore[index]


def test_every_reason_has_an_example_or_a_test() -> None:
    assert {path.parent.name for path in INVALID} == set(InvalidReason) - set(RAISED_ELSEWHERE)
