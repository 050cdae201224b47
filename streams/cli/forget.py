"""`voc forget`: erasure of what one customer said."""

import click

from streams.cli.options import console, existing, print_json, same_place
from streams.failures import UserError
from streams.forget import forget as forget_customer
from streams.installation import Installation
from streams.recount import Recount, publisher
from streams.warehouse.erasure import Erasure
from streams.warehouse.letters import DeadLetters
from streams.warehouse.minutes import Minutes


@click.command()
@click.argument("customer_hash")
@existing
def forget(installation: Installation, customer_hash: str, as_json: bool) -> None:
    """Erase what one customer said. CUSTOMER_HASH is the one that the events carry (data.customer_hash), of all tenants.

    Withdrawn for good, and gone from the tables when the command ends: all feedback that carries the hash, and what customers
    said without one (survey comments) in conversations in which nobody else has one. Cards that quote it lose the quotes, in the
    warehouse and in this data directory; dead letters that name the hash are deleted. Counts follow. Neither a replay nor a
    rerun brings anything back.

    \b
    What stays:
      - what agents answered without the hash, scores of surveys, orders (they carry no customer's hash), counts without words
      - the label and phrases of emergent topics: what many said at once
      - what other systems hold: Kafka until its retention ends, cards that were sent, files of other data directories, backups,
        the server's query log; bytes of dropped parts lie on its disk for some minutes more
      - what the customer says from now on, and what Kafka delivers once more: hidden at once if it was forgotten before, but on
        the disk until a merge. Run the command again after Kafka's retention to be sure

    \b
    Example:
      voc forget c9f3a1d2
    """
    if not customer_hash.strip():
        raise click.UsageError("CUSTOMER_HASH must not be empty: most events carry none")
    client = installation.writer()
    with publisher(installation.settings) as publish:
        done = forget_customer(
            customer_hash,
            erasure=Erasure(client),
            letters=DeadLetters(client),
            recount=Recount(Minutes(client), publish),
            out=installation.data_dir / "out",
        )
    if done is None:
        raise UserError(
            "nothing that is stored carries this customer hash; see which there are: "
            f'voc sql{same_place(installation)} "SELECT DISTINCT customer_hash FROM feedback"'
        )
    if as_json:
        print_json(done._asdict())
        return
    console().print(
        f"forgotten: {done.feedback:,} pieces of feedback in {done.minutes:,} minutes, words of {done.surveys:,} survey answers, "
        f"quotes on {done.cards:,} cards and in {done.files:,} files, {done.dead_letters:,} dead letters"
    )
