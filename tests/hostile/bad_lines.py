"""Lines that are no event, each with the reason it must get, most of them with personal data in them."""

import json
import random
from collections.abc import Iterator

from tests.hostile.plants import FORMS, Plants, escape
from tests.schemas.examples import INVALID

Bad = tuple[bytes, str]


def bad_lines(plants: Plants) -> Iterator[Bad]:
    """(line, reason)."""
    yield from _examples(plants)
    yield from _broken(plants)
    yield from _wrong_values(plants)
    yield from _noise(plants)


def _examples(plants: Plants) -> Iterator[Bad]:
    """Every invalid example on one line; and once more with personal data in an unknown field, where it has fields."""
    for path in INVALID:
        line = path.read_bytes().replace(b"\n", b" ")
        if not line.strip():
            continue  # a blank line is no message
        reason = path.parent.name
        year = b"2099-" if reason == "implausible_time" else b"2025-"  # so that the day of the test decides nothing
        line = line.replace(b"2026-", year).replace(b"2027-", year)
        yield line, reason
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict) and reason != "invalid_json":  # Python reads some of what is none
            event["unknown"] = plants.sentence("spaced", f"{reason}/{path.name}")
            yield json.dumps(event, ensure_ascii=False).encode(), reason


def _broken(plants: Plants) -> Iterator[Bad]:
    for form in FORMS:
        said = plants.sentence(form, f"broken JSON {form}")
        said = escape(said) if form == "escaped" else said
        yield f'{{"id": "b", "data": {{"text": "{said}"'.encode(), "invalid_json"
        yield f"{{'text': '{said}'}}".encode(), "invalid_json"
        yield f"{said} no JSON at all".encode(), "invalid_json"
        yield f'"{said}"'.encode(), "not_an_object"
        yield f'["{said}"]'.encode(), "not_an_object"
    for form in ("plain", "spaced", "full-width"):
        yield plants.sentence(form, f"gb18030 {form}").encode("gb18030"), "invalid_encoding"
    wide = json.dumps({"text": plants.sentence("plain", "UTF-16")}).encode("utf-16-le")
    yield wide.replace(b"\n", b""), "invalid_json"
    doubly = json.dumps({"data": escape(plants.sentence("plain", "JSON within JSON"))})
    yield doubly.encode(), "missing_field"


def _wrong_values(plants: Plants) -> Iterator[Bad]:
    """Personal data where a parser would quote it in its message: as a time, a role, a type, a key, a number."""
    event = {
        "id": "w", "source": "test", "type": "voc.chat.message.v1", "time": "2025-03-10T00:00:00Z", "subject": "w",
        "data": {"message_id": "w", "sender_role": "customer", "text": "好"},
    }  # fmt: skip
    for field, reason in (
        ("time", "invalid_field"), ("type", "unknown_type"), ("specversion", "unsupported_specversion"),
        ("data", "invalid_field"),
    ):  # fmt: skip
        for form in ("plain", "spaced", "full-width"):
            yield json.dumps({**event, field: plants.value("phone", form, f"as {field}")}, ensure_ascii=False).encode(), reason
    for field in ("sender_role", "created_at", "revision", "product", "bot"):
        data = {**event["data"], field: plants.value("id", "plain", f"as {field}")}  # type: ignore[dict-item]
        yield json.dumps({**event, "data": data}).encode(), "invalid_field"
    as_number = int(plants.value("phone", "plain", "as a number"))
    yield json.dumps({**event, "subject": as_number}).encode(), "invalid_field"
    key = {plants.value("email", "plain", "as a key"): plants.value("phone", "plain", "below a key")}
    yield json.dumps({**key, **event, "id": ""}).encode(), "invalid_field"
    for year in ("1970", "2100"):
        said = {**event["data"], "text": plants.sentence("plain", f"said in {year}")}  # type: ignore[dict-item]
        yield json.dumps({**event, "time": f"{year}-01-01T00:00:00Z", "data": said}).encode(), "implausible_time"


def _noise(plants: Plants) -> Iterator[Bad]:
    dice = random.Random(11)
    for _ in range(20):
        noise = dice.randbytes(dice.randrange(1, 300)).replace(b"\n", b"\xff") + b"\xfe"
        said = plants.sentence("plain", "binary noise").encode()
        yield noise + said + noise, "invalid_encoding"
    long = (
        plants.sentence("plain", "5 MB, beginning") + "很" * 10 + '","' + "x" * 5_000_000 + plants.sentence("plain", "5 MB, end")
    )
    yield f'{{"text": "{long}"}}'.encode(), "too_large"
    yield b'{"a":' * 100_000, "invalid_json"
