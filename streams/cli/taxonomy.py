"""`voc taxonomy`: is it right, how well does it tell its intents apart, and what does it make of real texts."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.table import Table

from processors.intents.check import Report
from processors.intents.check import check as check_file
from processors.intents.coverage import Coverage, cover
from processors.intents.crossval import Figures, cross_validate
from processors.intents.draft import EXAMPLES, OWNER, draft
from processors.intents.tagger import model_path, tagger_of
from processors.intents.taxonomy import DEFAULT_PATH, Taxonomy
from processors.intents.train import Fitted, fit, trainable
from processors.verbatims import different
from schemas.spikes import transition_of
from streams.cli.episode import one
from streams.cli.group import CommandGroup
from streams.cli.options import announce, common, console, existing, inert, print_json
from streams.failures import UserError
from streams.installation import Installation
from streams.settings import load
from streams.understanding import use_models
from streams.warehouse.questions import Questions
from streams.warehouse.spikes import SpikeStore

_CONFUSIONS = 10
_file = click.argument("file", required=False, type=click.Path(dir_okay=False))


@click.group(cls=CommandGroup)
def taxonomy() -> None:
    """Check, train and measure the taxonomy: which subjects there are and how customers put them.

    \b
    Example:
      voc taxonomy check taxonomy.yaml
    """


@taxonomy.command()
@_file
@common
def check(file: str | None, data_dir: str | None, as_json: bool) -> None:
    """List every error of FILE with its line (exit 1 if there is one), and what is doubtful: rules that can never hold or
    overlap, examples that miss their own intent. FILE: default the setting, else the packaged taxonomy.

    \b
    Example:
      voc taxonomy check taxonomy.yaml
    """
    report = check_file(_chosen(file, data_dir))
    if as_json:
        print_json(msgspec.to_builtins(report))
    else:
        _print_report(report)
    if report.errors:
        sys.exit(1)


@taxonomy.command()
@_file
@common
def train(file: str | None, data_dir: str | None, as_json: bool) -> None:
    """Build the model of FILE now and show how well its examples tell the intents apart, each left out in turn.

    \b
    Example:
      voc taxonomy train taxonomy.yaml
    """
    subject, fitted = _trained(_chosen(file, data_dir))
    place = model_path(subject, fitted)
    figures = cross_validate(subject, fitted)
    if as_json:
        print_json({"model": str(place), **msgspec.to_builtins(figures)})
    else:
        _print_figures(figures, place)


@taxonomy.command()
@_file
@click.option(
    "--input",
    "source",
    type=click.File("r", encoding="utf-8", errors="replace"),
    default="-",
    help="Texts, one a line; - is stdin.",
)
@common
def stats(file: str | None, source: Iterable[str], data_dir: str | None, as_json: bool) -> None:
    """Say what FILE makes of texts: how many it knows by rule or by model, how many are "other", which intents they are, and
    which intents its examples are confused with. A line is a text, or a JSON object with “text”.

    \b
    Example:
      voc taxonomy stats taxonomy.yaml --input texts.txt
    """
    subject = Taxonomy.load(_chosen(file, data_dir))
    coverage = cover(tagger_of(subject), _texts(source))
    figures = cross_validate(subject, fit(subject.intents)) if trainable(subject.intents) else None
    if as_json:
        confusions = msgspec.to_builtins(figures.confusions) if figures else []
        print_json({**msgspec.to_builtins(coverage), "other_share": round(coverage.other_share, 4), "confusions": confusions})
    else:
        _print_coverage(coverage)
        if figures:
            _print_confusions(figures)


@taxonomy.command()
@click.argument("spike", metavar="ID")
@click.option("--name", default="", metavar="NAME", help="The intent's name (default: made of the label).")
@click.option("--owner", default=OWNER, show_default=True, metavar="TEAM", help="Who owns the subject.")
@existing
def promote(installation: Installation, spike: str, name: str, owner: str, as_json: bool) -> None:
    """Draft a taxonomy entry from an emergent topic: a rule of its words, and its verbatims as examples. Nothing is changed: put
    the draft into your own taxonomy.yaml. ID is the episode's id, or the beginning of it.

    \b
    Example:
      voc taxonomy promote 3f2a --name setting_time --owner product-watch > new.yaml
    """
    client = installation.reader()
    found = one(SpikeStore(client).starting_with(spike), spike)
    questions, transition = Questions(client), transition_of(found)
    emergent = questions.emergent(transition) if found.kind == "emergent" else None
    if emergent is None:
        raise UserError(f"{found.id} is no emergent topic but {found.topic} ({found.kind}), which has a name already")
    texts = different(questions.verbatims(transition), EXAMPLES)
    written = draft(emergent.label, emergent.phrases, texts, name=name, owner=owner)
    if as_json:
        print_json({"id": found.id, "label": emergent.label, "yaml": written})
    else:
        click.echo(written, nl=False)


def _chosen(file: str | None, data_dir: str | None) -> Path:
    settings = load(data_dir=data_dir)
    use_models(settings, announce)
    return Path(file or settings.taxonomy or DEFAULT_PATH)


def _trained(path: Path) -> tuple[Taxonomy, Fitted]:
    subject = Taxonomy.load(path)
    if not trainable(subject.intents):
        raise UserError(f"{path} has no examples to learn from; its rules work without a model")
    announce(f"training on {sum(len(intent.examples) for intent in subject.intents)} examples …")
    return subject, fit(subject.intents)


def _texts(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        text = line.strip()
        if text.startswith("{"):
            text = _text_of(text)
        if text:
            yield text


def _text_of(line: str) -> str:
    """The text of a JSON line, at its top or in “data” as events have it; a line that is none is a text itself."""
    try:
        value = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return line
    data: Any = value.get("data", value) if isinstance(value, dict) else value
    text = data.get("text") if isinstance(data, dict) else None
    if not isinstance(text, str) or data.get("sender_role", "customer") != "customer":
        return ""
    return text.strip()


def _print_report(report: Report) -> None:
    out = console()
    for finding in report.errors:
        out.print(inert(f"error: {finding}"))
    for finding in report.warnings:
        out.print(inert(f"warning: {finding}"))
    if report.errors:
        out.print(f"{len(report.errors)} errors; the taxonomy cannot be used")
    else:
        out.print(f"{report.intents} intents, {report.examples} examples, {len(report.warnings)} warnings")


def _print_figures(figures: Figures, place: Path) -> None:
    out = console()
    out.print(f"model: {place}")
    out.print(f"{figures.examples} examples, each judged by a model that has not seen it:")
    out.print(f"  its own rule holds            {figures.by_rule:7.1%}")
    out.print(f"  of rules that hold, right     {figures.rule_precision:7.1%}")
    out.print(f"  best guess right              {figures.best_guess:7.1%}")
    out.print(f"  named (the rest is other)     {figures.named:7.1%}")
    out.print(f"  of those, right               {figures.precision:7.1%}")
    out.print(f"  unknown subject left to other {figures.unknown_rejected:7.1%}")
    table = Table("intent", "examples", "right", "other", box=None, header_style="bold")
    for intent in figures.intents:
        table.add_row(inert(intent.name), str(intent.examples), str(intent.right), str(intent.other))
    out.print(table)
    _print_confusions(figures)


def _print_confusions(figures: Figures) -> None:
    out = console()
    if not figures.confusions:
        out.print("no example is taken for another intent when it is left out")
        return
    table = Table("examples of", "taken for", "times", "for example", box=None, header_style="bold")
    for confusion in figures.confusions[:_CONFUSIONS]:
        table.add_row(*map(inert, (confusion.intent, confusion.taken_for, confusion.count, confusion.example)))
    out.print(table)


def _print_coverage(coverage: Coverage) -> None:
    out, total = console(), max(1, coverage.texts)
    out.print(
        f"{coverage.texts:,} texts: {coverage.rule / total:.1%} by rule, {coverage.model / total:.1%} by model, "
        f"{coverage.other / total:.1%} other"
    )
    table = Table("intent", "texts", "share", "by model alone", box=None, header_style="bold")
    for intent in coverage.intents:
        if intent.texts:
            table.add_row(inert(intent.name), f"{intent.texts:,}", f"{intent.share:.1%}", f"{intent.by_model:,}")
    out.print(table)
