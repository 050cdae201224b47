"""`voc tag`: what is understood of each line."""

import codecs
import sys

import click

from streams import telemetry
from streams.cli.arriving import arriving
from streams.cli.options import announce, common
from streams.failures import UserError
from streams.inputs.mapping import splits_at_newlines
from streams.settings import load
from streams.tag import tag_lines
from streams.understanding import load_understanding

BATCH = 1024


class Encoding(click.ParamType):
    """A text encoding, in which lines can be told apart before they are decoded."""

    name = "encoding"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Its name as Python has it. UsageError if there is none, or not of this kind."""
        if not splits_at_newlines(value):
            self.fail(f"“{value}” cannot be read; write one such as utf-8 or gb18030", param, ctx)
        return codecs.lookup(value).name


@click.command()
@click.option("--plain", is_flag=True, help="Every line is a text, also one that begins with “{”.")
@click.option("--explain", is_flag=True, help="Say also which rule or term decided.")
@click.option("--taxonomy", metavar="FILE", help="The subjects to tell apart (default: the setting, else the packaged ones).")
@click.option(
    "--encoding", type=Encoding(), default="utf-8", show_default=True, help="Of the input; Chinese Windows writes gb18030."
)
@common
def tag(plain: bool, explain: bool, taxonomy: str | None, encoding: str, data_dir: str | None, as_json: bool) -> None:
    """Understand the texts on standard input: one JSON line for each, in order (--json changes nothing).

    A line is a text, or a JSON object: {"text": …} and, if known, "sender_role" (customer, agent or bot), "language", "kind"
    (chat or call), "asr_confidence". Nothing is stored. Exit status 1 if a line could not be read; its answer says why.

    \b
    Example:
      voc tag --plain < texts.txt
      voc tag --explain < turns.ndjson
    """
    settings = load(data_dir=data_dir)
    telemetry.set_up(settings.log_level)
    _subjects, pipeline = load_understanding(settings, taxonomy, announce)
    if sys.stdin.isatty():
        click.echo("one text a line; Ctrl-D ends it", err=True)
    number, wrong, first, damaged = 0, 0, 0, 0
    for raw in arriving(sys.stdin.buffer):
        damaged += sum(not _is(line, encoding) for line in raw)
        lines = raw if encoding == "utf-8" else [line.decode(encoding, "replace").encode() for line in raw]
        for start in range(0, len(lines), BATCH):
            answers = tag_lines(lines[start : start + BATCH], pipeline, plain=plain, explain=explain)
            for answered in answers:
                number += 1
                if answered.startswith(b'{"error":'):
                    wrong += 1
                    first = first or number
            sys.stdout.buffer.write(b"\n".join(answers) + b"\n")
        sys.stdout.buffer.flush()
    if damaged:
        click.echo(f"voc: {damaged} of {number} lines are not quite {encoding}; another one is named with --encoding", err=True)
    if wrong:
        raise UserError(f"{wrong} of {number} lines could not be read, the first is line {first}; the answer to each says why")


def _is(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeError:
        return False
    return True
