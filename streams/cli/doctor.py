"""`voc doctor`: is everything in order, and if not, what is to be done?"""

import sys
from pathlib import Path

import click
import msgspec
from rich.table import Table
from rich.text import Text

from streams import telemetry
from streams.cli.options import announce, common, console, inert, print_json
from streams.doctor.examine import examine
from streams.doctor.finding import Finding, problem
from streams.failures import UserError
from streams.settings import load
from streams.warehouse.embedded import EmbeddedWarehouse

SIGNS = {"ok": "ok", "warning": "!", "problem": "✗"}
STYLES = {"ok": "green", "warning": "yellow", "problem": "bold red"}


@click.command()
@common
def doctor(data_dir: str | None, as_json: bool) -> None:
    """Look at everything that an installation needs, and say of each finding what to do.

    Settings and files, disk, warehouse (version, rights of its users, migrations, clock), Kafka, channels, links, Grafana.
    Changes nothing and sends nothing that people see; an embedded warehouse that stands there is started for the look. The exit
    code is 1 if there is a problem; warnings leave it at 0.

    \b
    Example:
      voc doctor
      voc doctor --json
    """
    findings = _findings(data_dir)
    healthy = all(finding.level != "problem" for finding in findings)
    if as_json:
        print_json({"healthy": healthy, "findings": msgspec.to_builtins(findings)})
    else:
        _show(findings)
    sys.exit(0 if healthy else 1)


def _findings(data_dir: str | None) -> list[Finding]:
    try:
        settings = load(data_dir=data_dir)
    except UserError as error:
        return [problem("settings", str(error), "correct it; nothing else can be looked at before")]
    telemetry.set_up(settings.log_level)
    announce("looking; ten seconds for each thing at most")
    embedded = EmbeddedWarehouse(Path(settings.data_dir), settings.tcp_port, settings.http_port)
    try:
        return list(examine(settings, embedded))
    finally:
        embedded.release()


def _show(findings: list[Finding]) -> None:
    table = Table("", "check", "found", "what to do", box=None, header_style="bold")
    for finding in findings:
        sign = Text(SIGNS[finding.level], style=STYLES[finding.level])
        table.add_row(sign, inert(finding.check), inert(finding.found), inert(finding.todo))
    out = console()
    out.print(table)
    problems, warnings = (sum(finding.level == level for finding in findings) for level in ("problem", "warning"))
    said = [_count(problems, "problem"), _count(warnings, "warning")]
    out.print("\n" + (", ".join(each for each in said if each) or "everything is in order"))


def _count(number: int, name: str) -> str:
    return f"{number} {name}{'s' if number > 1 else ''}" if number else ""
