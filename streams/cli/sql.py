"""`voc sql`: read-only SQL on the warehouse's views."""

from collections.abc import Sequence

import click
from clickhouse_driver import errors
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

from streams.cli.options import console, inert, installed, print_json
from streams.failures import UserError
from streams.installation import Installation
from streams.warehouse.views import VIEWS

READING = ("SELECT", "WITH", "SHOW", "DESCRIBE", "EXPLAIN", "EXISTS")
"""How a question begins. The user's rights are what protects the data; this is for a clear answer."""
UNKNOWN = (errors.ErrorCodes.UNKNOWN_TABLE, errors.ErrorCodes.UNKNOWN_IDENTIFIER)
"""Errors after which it helps to know what there is."""
READ_ONLY = {"readonly": 2}
"""Sent with every question: a second wall, should the reading user of somebody's own server have too many rights."""


@click.command()
@click.argument("statement")
@installed
def sql(installation: Installation, statement: str, as_json: bool) -> None:
    """Ask the warehouse a question, as a user who may read the views and nothing else.

    \b
    Example:
      voc sql "SELECT topic, sum(count) AS messages FROM topic_minute GROUP BY topic ORDER BY messages DESC"
    """
    if not statement.lstrip("( \t\r\n").upper().startswith(READING):
        raise UserError(f"voc sql only reads: begin with one of {', '.join(READING)}")
    try:
        rows, columns = installation.visitor().execute(statement, with_column_types=True, settings=READ_ONLY)
    except errors.ServerException as error:
        # the first line only: what follows is the server's stack
        said = str(error.message).split("Stack trace")[0].strip().split("\n")[0].removeprefix("DB::Exception: ")
        hint = f"; there are {', '.join(VIEWS)}, with the columns that `DESCRIBE name` shows" if error.code in UNKNOWN else ""
        raise UserError(said + hint) from None
    except (TypeError, ValueError):
        raise UserError("the statement returns no rows; voc sql is for SELECT, SHOW and DESCRIBE") from None
    names = [name for name, _ in columns]
    if as_json:
        print_json([dict(zip(names, row, strict=True)) for row in rows])
        return
    show(console(), names, [[inert(value) for value in row] for row in rows])


def show(out: Console, names: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table; where it is wider than the terminal, value by value, so that nothing is cut."""
    columns = [[name, *(row[n] for row in rows)] for n, name in enumerate(names)]
    if not rows or sum(max(map(cell_len, column)) + 2 for column in columns) <= out.width:
        table = Table(*names, box=None, header_style="bold")
        for row in rows:
            table.add_row(*row)
        out.print(table)
        return
    widest = max(map(cell_len, names))
    for number, row in enumerate(rows, 1):
        out.print(f"row {number}", style="bold")
        for name, value in zip(names, row, strict=True):
            out.print(f"{name}{' ' * (widest - cell_len(name))}  {value}", soft_wrap=True)
