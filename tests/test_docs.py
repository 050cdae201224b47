"""What is written about the product is what the product does: the reference, the help, the README, the contract's views."""

import re
import shutil
from pathlib import Path

import click
import msgspec
import pytest

from streams.cli import VERBS, reference
from streams.cli.init import meanings
from streams.settings import SECRETS, Settings
from streams.warehouse.views import VIEWS

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = {name: (command, context) for name, command, context in reference.commands()}
LEAVES = {name: pair for name, pair in COMMANDS.items() if not isinstance(pair[0], click.Group)}
PRODUCT = "product_model, product_sku, product_category, firmware"
EVENT = "time, tenant, id, source, subject, channel, shop, region, attributes, input, input_partition, input_offset"
CONTRACT = {
    "feedback": "tenant, minute, time, feedback_id, revision, conversation_id, customer_hash, kind, sender_role, channel, shop, "
    "region, product_model, product_sku, product_category, firmware, caller_role, language, text, speech_act, intents, "
    "sentiment, polarity, snow_score, evidence, urgent, attributes, input, input_partition, input_offset, ingested_at",
    "topic_minute": "tenant, topic, minute, count, negative, positive",
    "minute_total": "tenant, minute, count, negative, positive",
    "topic_tested": "tenant, topic, minute, count",
    "topic_band": "tenant, topic, minute, expected, low, high, surprise",
    "spikes": "id, kind, tenant, topic, label, severity, started, opened, updated, closed, observed, expected, low, high, where, "
    "verbatims, owner, sql",
    "spike_transitions": "spike_id, transition, at",
    "emergent_topics": "spike_id, at, tenant, label, phrases, topics, messages, representative",
    "spike_verdicts": "spike_id, verdict, by, note, at, tenant, until",
    "deliveries": "tenant, spike_id, at, transition, channel, state, detail, changed_at",
    "surveys": f"{EVENT}, {PRODUCT}, response_id, metric, score, scale_min, scale_max, higher_is_better, resolved, comment, "
    "touchpoint",
    "orders": f"{EVENT}, order_hash, line_id, kind, {PRODUCT}, quantity, amount_minor, currency, reason_code, reason_text",
    "conversations": f"{EVENT}, kind, queue_ms, team",
    "context": f"{EVENT}, kind, title, start, end, products, channels, owner",
    "dead_letters": "input, input_partition, input_offset, reason, detail, sha256, seen_at",
}
"""What outside SQL was promised. Columns may be added; taking one from this list breaks somebody."""


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    directory = tmp_path / "reference"
    shutil.copytree(reference.DIRECTORY, directory)
    monkeypatch.setattr(reference, "DIRECTORY", directory)
    return directory


@pytest.fixture(autouse=True)
def help_as_voc_has_it() -> None:
    """click keeps a command's first help option: another test may have asked for it apart from `voc`, whose -h it then lacks."""
    for command, _ in COMMANDS.values():
        command._help_option = None


def test_the_reference_is_current() -> None:
    assert reference.stale() == []


def test_check_names_every_stale_or_absent_page_and_writing_mends_it(copied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert reference.main(["--check"]) == 0
    for name in ("views.md", "kafka.md"):
        (copied / name).unlink()
    for name in ("cli.md", "settings.md"):
        (copied / name).write_text((copied / name).read_text("utf-8").replace("--data-dir", "--folder"), "utf-8")
    assert reference.main(["--check"]) == 1
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == [
        f"docs/reference/{name}" for name in reference.PAGES
    ]
    assert reference.main([]) == 0
    assert reference.main(["--check"]) == 0


def test_writing_keeps_the_head_that_people_wrote(copied: Path) -> None:
    page = copied / "cli.md"
    page.write_text(page.read_text("utf-8").replace("# The command line", "# The command line, as we like it"), "utf-8")
    assert reference.main([]) == 0
    assert page.read_text("utf-8").startswith("# The command line, as we like it")
    assert "## voc run" in page.read_text("utf-8")


def test_the_reference_does_not_depend_on_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    assert reference.stale() == []


def test_the_verbs_of_the_contract_are_there() -> None:
    promised = "demo run init simulate tag detect spikes explain verdict backtest sql migrate settings warehouse taxonomy"
    assert {f"voc {verb}" for verb in promised.split()} <= set(COMMANDS)
    assert {f"voc warehouse {verb}" for verb in ("start", "stop", "status")} <= set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_documented_with_an_example_of_itself(name: str) -> None:
    command, context = COMMANDS[name]
    page = (reference.DIRECTORY / "cli.md").read_text("utf-8")
    section = page.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
    assert command.get_help(context).strip() in section
    example = section.partition("Example:\n")[2].partition("\n\n")[0]
    assert example.strip().startswith(name)


@pytest.mark.parametrize("name", LEAVES)
def test_a_command_takes_a_data_directory_and_json(name: str) -> None:
    command, _ = LEAVES[name]
    options = {text for parameter in command.params for text in parameter.opts}
    assert {"--data-dir", "--json"} <= options


def test_every_setting_is_documented_and_secrets_are_not_keys_of_the_file() -> None:
    assert set(meanings()) == {field.name for field in msgspec.structs.fields(Settings)}
    page = (reference.DIRECTORY / "settings.md").read_text("utf-8")
    for name in meanings():
        assert f"`VOC_{name.upper()}`" in page
        assert (f"| `{name}` |" in page) is (name not in SECRETS)


def test_the_views_and_their_columns_are_those_that_were_promised() -> None:
    page = (reference.DIRECTORY / "views.md").read_text("utf-8")
    documented = {
        name: re.findall(r"`(\w+)`", columns) for name, columns in re.findall(r"## (\w+)\n\n.*\n\nColumns: (.*)\n", page)
    }
    assert set(documented) == set(CONTRACT) == set(VIEWS)
    for name, columns in CONTRACT.items():
        missing = set(columns.split(", ")) - set(documented[name])
        assert not missing, name


def test_the_readme_names_only_commands_that_exist() -> None:
    readme = ROOT / "README.md"
    if not readme.exists():
        pytest.skip("README.md is not written yet")
    named = set(re.findall(r"(?:^|`|\$ )voc ([a-z][a-z-]+)", readme.read_text("utf-8"), re.MULTILINE))
    assert named, "the README shows no command"
    assert named <= set(VERBS)
