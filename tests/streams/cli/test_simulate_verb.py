"""`voc simulate`: the same seed, the same bytes."""

import gzip
import json
from pathlib import Path

from tests.streams.cli.conftest import Voc


def test_the_same_seed_gives_the_same_bytes(voc: Voc) -> None:
    told = []
    for name in ("a.ndjson.gz", "b.ndjson.gz"):
        said = voc("simulate", "watch", "--out", name, "--seed", 7, "--days", 10, "--json").json
        truth = Path(name.replace(".ndjson.gz", ".truth.json"))
        assert said == {"story": "watch", "seed": 7, "days": 10, "events": said["events"], "out": name, "truth": str(truth)}
        told.append((Path(name).read_bytes(), truth.read_bytes()))
    lines = gzip.decompress(told[0][0]).splitlines()
    assert len(lines) == said["events"]
    assert json.loads(lines[0])["specversion"] == "1.0"
    assert told[0] == told[1]
