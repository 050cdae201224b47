"""`voc init` writes the files that a user edits: they load as they are, they are used, and they are never overwritten unasked."""

from pathlib import Path

import msgspec
import pytest

from processors.intents.taxonomy import Taxonomy
from processors.pipeline import Pipeline
from streams.cli.init import settings_file
from streams.notify.channels import TYPES, options_of
from streams.notify.config import CHANNEL, EXAMPLE, MUTE, ROUTE, NotifyConfig, parse
from streams.notify.trial import shown_only
from streams.settings import SECRETS, Settings, load
from tests.streams.cli.conftest import Voc
from tests.streams.cli.events import QUICK, chats, written

FILES = ["voc.toml", "notify.toml", "pipeline.toml", "taxonomy.yaml"]


@pytest.fixture(autouse=True)
def without_variables(clean: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert clean.exists()
    monkeypatch.delenv("VOC_PIPELINE")


def test_the_files_load_as_they_are_and_mean_what_is_packaged(voc: Voc) -> None:
    assert voc("init", "--json").json == {"written": FILES}
    shown = voc("settings", "--json").json
    assert (shown["taxonomy"], shown["pipeline"]) == ("taxonomy.yaml", "pipeline.toml")
    written_pipeline = Pipeline.load(shown["pipeline"], Taxonomy.load(shown["taxonomy"]))
    assert written_pipeline.fingerprint == Pipeline.default().fingerprint


def test_the_files_are_used(voc: Voc, warm: Path) -> None:
    assert warm.exists()
    assert voc("init").code == 0
    taxonomy = Path("taxonomy.yaml")
    taxonomy.write_text(taxonomy.read_text("utf-8").replace("setting_time:", "clockwork:"), "utf-8")
    Path("pipeline.toml").write_text(QUICK.replace("]", ', "mine:mark"]') + 'attributes = ["store"]\n', "utf-8")
    Path("mine.py").write_text(
        "def mark(batch):\n    for utterance in batch:\n        utterance.attributes['seen'] = 'yes'\n", "utf-8"
    )
    lines = chats(1, 2, "请问怎么调时间").replace(b'"channel"', b'"store": "S1", "channel"')
    assert voc("run", "--input", written(Path("chats.ndjson"), lines), "--json").json["accepted"] == 2
    statement = "SELECT DISTINCT intents, attributes FROM feedback"
    assert voc("sql", statement, "--json").json == [{"intents": ["clockwork"], "attributes": {"store": "S1", "seen": "yes"}}]


def test_existing_files_are_kept_unless_forced(voc: Voc) -> None:
    written(Path("taxonomy.yaml"), b"mine")
    voc("init").failed("taxonomy.yaml", "--force")
    assert Path("taxonomy.yaml").read_bytes() == b"mine"
    assert not Path("voc.toml").exists()
    outcome = voc("init", "--force")
    assert (outcome.code, outcome.err) == (0, "")
    assert "voc run --input" in outcome.out
    assert Path("taxonomy.yaml").read_bytes() != b"mine"


def test_another_directory_is_made(voc: Voc) -> None:
    assert voc("init", "--dir", "a/b").code == 0
    assert sorted(path.name for path in Path("a/b").iterdir()) == sorted(FILES)


def test_the_settings_file_has_every_key_but_secrets_and_says_the_defaults(tmp_path: Path) -> None:
    written(tmp_path / "voc.toml", settings_file().replace("\n# ", "\n#~").replace("#~", "# ").encode())
    assert load(tmp_path, {}) == Settings(taxonomy="taxonomy.yaml", pipeline="pipeline.toml")
    keys = [field.name for field in msgspec.structs.fields(Settings) if field.name not in SECRETS]
    lines = settings_file().splitlines()
    active = [line.removeprefix("# ") for line in lines if line.removeprefix("# ").split(" = ")[0] in keys]
    assert [line.split(" = ")[0] for line in active] == keys
    written(tmp_path / "voc.toml", "\n".join(active).encode())  # every default uncommented is still the default
    assert load(tmp_path, {}) == Settings(taxonomy="taxonomy.yaml", pipeline="pipeline.toml")
    assert not any(secret in settings_file() for secret in SECRETS)


def test_notify_toml_tells_nobody_as_it_is_and_every_line_of_it_can_be_used() -> None:
    text = EXAMPLE.read_text("utf-8")
    assert parse(text) == NotifyConfig()
    used = "\n".join(
        line.removeprefix("#") if line[:1] == "#" and line[1:2] not in ("", " ") else line for line in text.splitlines()
    )
    config = parse(used)
    assert {channel.type for channel in config.channels.values()} == set(TYPES)
    assert config.routes and config.mutes
    for channel in config.channels.values():
        assert shown_only(channel).name == channel.name, "its options are what the type takes"
    keys = [line.removeprefix("#").split(" = ")[0].strip() for line in text.splitlines() if " = " in line]
    known = {*CHANNEL, *ROUTE, *MUTE, *(option for type in TYPES for option in options_of(type))}
    assert set(keys) == known - {"api"}, "each key is shown"
