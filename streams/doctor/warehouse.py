"""The warehouse: does it answer, is its schema ours, may its users do what they must and nothing else, is its clock ours, does it
move, and how long will its disk last? Nothing is applied or changed: what is tried inserts no row."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from clickhouse_driver import Client, errors
from clickhouse_migrations.migration import MigrationStorage

from streams.doctor.files import GB
from streams.doctor.finding import Finding, ok, problem, warning
from streams.failures import UserError
from streams.settings import Settings
from streams.warehouse.deliveries import OWED, REFUSED, SENDING
from streams.warehouse.embedded import EmbeddedWarehouse
from streams.warehouse.endpoint import Endpoint
from streams.warehouse.retention import KEPT, days
from streams.warehouse.schema import MIGRATIONS
from streams.warehouse.server import READER, WRITER
from streams.warehouse.views import VIEWS

ANSWER_S = 8
"""How long a statement may go without a word from the server, s."""
OLDEST = (25, 3)
"""The first version whose statements are all tested by us, for a server of one's own."""
SLIGHT_S, GRAVE_S = 2.0, 60.0
"""How far two clocks may be apart: more is worth a look; more makes minutes close wrongly."""
LATE_S = 10 * 60
"""How long a card may wait for its channel, unless it is held for the morning."""
STILL_S = 15 * 60
"""How old the last judged minute may be where a worker should run."""
DAYS_LEFT = 7
"""A disk that will be full sooner is worth a warning."""
_DENIED = (497, 164)  # ACCESS_DENIED, READONLY
_UNKNOWN_TABLE, _UNKNOWN_DATABASE, _NO_LOGIN = 60, 81, (192, 193, 194, 516)
NOT_YET = "none in {} yet; the first command that needs it makes it"


class WarehouseChecks:
    """The checks of one installation's warehouse. Each opens a connection of its own, so one that hangs holds no other."""

    def __init__(self, settings: Settings, embedded: EmbeddedWarehouse) -> None:
        self._settings, self._embedded = settings, embedded

    @property
    def is_there(self) -> bool:
        """Is there one to look at? An embedded one that was never started is not made for a look."""
        return bool(self._settings.clickhouse_url) or (self._embedded.directory / "data").exists()

    def answers(self) -> Iterator[Finding]:
        """Does it answer, and which version is it?"""
        name = "warehouse"
        if not self.is_there:
            yield ok(name, NOT_YET.format(self._settings.data_dir))
            return
        endpoint = self._endpoint(WRITER)
        try:
            with _Asking(endpoint) as client:
                ((version,),) = client.execute("SELECT version()")
        except errors.ServerException as error:
            yield problem(name, f"it answers, and refuses: {_said(error)}", _refused(error, "VOC_CLICKHOUSE_URL"))
            return
        except (errors.Error, OSError, EOFError) as error:
            yield problem(name, f"{endpoint.host}:{endpoint.port} does not answer ({type(error).__name__})", self._away)
            return
        where = "server" if self._settings.clickhouse_url else f"embedded in {self._settings.data_dir}"
        if tuple(int(part) for part in str(version).split(".")[:2]) < OLDEST:
            yield warning(name, f"ClickHouse {version}, {where}", f"ours is tested with {OLDEST[0]}.{OLDEST[1]} and later")
        else:
            yield ok(name, f"ClickHouse {version}, {where}")

    def migrations(self) -> Iterator[Finding]:
        """Is the schema the one that this version writes?"""
        name = "migrations"
        ours = {migration.version: migration for migration in MigrationStorage(MIGRATIONS).migrations()}
        with _Asking(self._endpoint(WRITER)) as client:
            try:
                applied = dict(client.execute("SELECT version, md5 FROM schema_versions"))
            except errors.ServerException as error:
                if error.code not in (_UNKNOWN_TABLE, _UNKNOWN_DATABASE):
                    raise
                applied = {}
        missing = [_file(migration.version) for version, migration in sorted(ours.items()) if version not in applied]
        changed = [_file(version) for version, digest in applied.items() if version in ours and ours[version].md5 != digest]
        newer = [version for version in applied if version not in ours]
        if changed:
            yield problem(name, f"applied once, and different now: {', '.join(changed)}", "restore the file as it was released")
        if newer:
            named = ", ".join(f"{version:03d}" for version in sorted(newer))
            yield problem(name, f"applied by a newer Groundswell: {named}", "run that version, or a newer one")
        if missing:
            yield warning(name, f"not applied yet: {', '.join(missing)}", "voc migrate (every command that writes does it too)")
        if not (changed or newer or missing):
            yield ok(name, f"all {len(ours)} applied")

    def writer(self) -> Iterator[Finding]:
        """May the writing user write every table of ours, and change the schema?"""
        name = "writer's rights"
        with _Asking(self._endpoint(WRITER)) as client:
            tables = [table for (table,) in client.execute("SHOW TABLES LIKE '%\\_local'")]
            denied = [table for table in tables if _is_denied(client, f"INSERT INTO {table} SELECT * FROM {table} WHERE 0")]
            alters = _may(client, "CHECK GRANT CREATE TABLE, CREATE VIEW, ALTER TABLE ON *")
        who = self._endpoint(WRITER).user
        if denied:
            yield problem(name, f"{who} may not write {_listed(denied)}", f"grant {who} SELECT and INSERT on its database")
        elif alters is False:
            yield warning(name, f"{who} may write, but not change the schema", "grant it, or run `voc migrate` as who may")
        else:
            yield ok(name, f"{who} may read and write {len(tables)} tables" if tables else f"{who} sees no tables yet")

    def reader(self) -> Iterator[Finding]:
        """May the reading user see every view, and nothing else?"""
        name = "reader's rights"
        if self._settings.clickhouse_url and not self._settings.clickhouse_read_url:
            todo = "make a user that may only SELECT the views (deploy/clickhouse), and set VOC_CLICKHOUSE_READ_URL"
            yield warning(name, "VOC_CLICKHOUSE_READ_URL is not set: `voc sql` is off", todo)
            return
        endpoint = self._endpoint(READER)
        try:
            with _Asking(endpoint) as client:
                client.execute("SELECT 1")
                blind = [view for view in VIEWS if _fails(client, f"SELECT * FROM {view} LIMIT 0")]
                tried = {
                    "INSERT into a table": "INSERT INTO dead_letter_local (reason) SELECT '' WHERE 0",
                    "INSERT into a view": "INSERT INTO feedback (text) SELECT '' WHERE 0",
                    "read system.users": "SELECT count() FROM system.users",
                    "read tables": "SELECT * FROM dead_letter_raw_local LIMIT 0",
                }
                allowed = [what for what, statement in tried.items() if not _fails(client, statement)]
        except errors.ServerException as error:
            yield problem(name, f"{endpoint.user} is refused: {_said(error)}", _refused(error, "VOC_CLICKHOUSE_READ_URL"))
            return
        if allowed:
            todo = f"take the right away: {endpoint.user} needs SELECT on the views and nothing else (deploy/clickhouse)"
            yield problem(name, f"{endpoint.user} may {', '.join(allowed)}", todo)
        if blind:
            todo = "voc migrate, and grant SELECT on them (deploy/clickhouse); an embedded warehouse grants them when it starts"
            yield problem(name, f"{endpoint.user} cannot read {_listed(blind)}", todo)
        if not (allowed or blind):
            yield ok(name, f"{endpoint.user} may SELECT the {len(VIEWS)} views and nothing else that was tried")

    def retention(self) -> Iterator[Finding]:
        """Do the tables keep what the settings say?"""
        name = "retention"
        kept = days(self._endpoint(WRITER))
        wrong = [
            f"{table}: {kept[table]} days, and {setting} says {getattr(self._settings, setting)}"
            for setting, tables in KEPT.items()
            for table in tables
            if getattr(self._settings, setting) and table in kept and kept[table] != getattr(self._settings, setting)
        ]
        if wrong:
            yield warning(name, "; ".join(wrong), "voc migrate brings it into force")
        elif kept:
            shown = (f"{table.removesuffix('_local')} {number}" for table, number in sorted(kept.items()))
            yield ok(name, "days: " + ", ".join(shown))

    def clock(self) -> Iterator[Finding]:
        """Is its clock ours?"""
        name = "clock"
        with _Asking(self._endpoint(WRITER)) as client:
            client.execute("SELECT 1")  # what a first connection costs is no difference
            before = time.time()
            ((theirs,),) = client.execute("SELECT toUnixTimestamp64Milli(now64(3))")
            apart = theirs / 1000 - (before + time.time()) / 2
        said = f"the warehouse's is {abs(apart):.1f} s {'ahead of' if apart > 0 else 'behind'} ours"
        todo = "let both follow a time server (NTP)"
        if abs(apart) > GRAVE_S:
            yield problem(name, said, todo)
        elif abs(apart) > SLIGHT_S:
            yield warning(name, said, todo)
        else:
            yield ok(name, f"the warehouse's and ours agree ({abs(apart):.1f} s)")

    def disk(self) -> Iterator[Finding]:
        """How long will its disk last, as fast as feedback comes in now?"""
        name = "warehouse's disk"
        with _Asking(self._endpoint(WRITER)) as client:
            try:
                ((free,),) = client.execute("SELECT sum(free_space) FROM system.disks")
                sizes = client.execute(_BY_DAY)
            except errors.ServerException as error:
                if error.code not in _DENIED:
                    raise
                yield ok(name, "not known: this user may not read system.disks and system.parts")
                return
        a_day = sum(size for (size,) in sizes) / len(sizes) if sizes else 0
        if not a_day:
            yield ok(name, f"{free / GB:.1f} GB free; nothing comes in yet")
            return
        left = free / a_day
        said = f"{free / GB:.1f} GB free, {a_day / GB:.2f} GB of feedback a day: room for {min(left, 9999):,.0f} days"
        todo = "give it more space, or keep less (feedback_days, count_days)"
        if left < 1:
            yield problem(name, said, todo)
        else:
            yield warning(name, said, todo) if left < DAYS_LEFT else ok(name, said)

    def movement(self) -> Iterator[Finding]:
        """Where a worker should run: are minutes being closed?"""
        name = "last judged minute"
        with _Asking(self._endpoint(WRITER)) as client:
            ((last,),) = client.execute("SELECT max(minute) FROM tested_local")
        if not last.timestamp():
            yield ok(name, "none yet: nothing has been judged")
            return
        age = (datetime.now(UTC) - last).total_seconds()
        said = f"{last:%Y-%m-%d %H:%M} UTC"
        if self._settings.kafka and age > STILL_S:
            yield warning(
                name, f"{said}, {_span(age)} ago", "is a worker with the role detect running? voc kafka lag, GET /healthz"
            )
        else:
            yield ok(name, said)

    def deliveries(self) -> Iterator[Finding]:
        """Does a card wait for its channel, or was one refused?"""
        name = "deliveries"
        late, refused = [], []
        with _Asking(self._endpoint(WRITER)) as client:
            for channel, state, cards, since, detail in client.execute(_DELIVERIES):
                said = f"{cards} for {channel}" + (f" ({detail})" if detail else "")
                if state == REFUSED:
                    refused.append(said)
                elif (datetime.now(UTC) - since).total_seconds() > LATE_S:
                    late.append(f"{said}, the first for {_span((datetime.now(UTC) - since).total_seconds())}")
        if late:
            yield warning(name, f"waiting: {'; '.join(late)}", "is a worker with the role tell running? see the channel's check")
        if refused:
            yield warning(name, f"refused in the last day: {'; '.join(refused)}", "voc notify test CHANNEL shows what it answers")
        if not (late or refused):
            yield ok(name, "nothing waits long, nothing was refused in the last day")

    @property
    def _away(self) -> str:
        if self._settings.clickhouse_url:
            return "start it, or correct host and port in VOC_CLICKHOUSE_URL (native protocol, not HTTP)"
        return f"see {self._embedded.directory / 'server.log'}, then: voc warehouse stop, voc warehouse start"

    def _endpoint(self, role: str) -> Endpoint:
        url = self._settings.clickhouse_url
        if not url:
            return self._embedded.endpoint(role)
        name = "VOC_CLICKHOUSE_URL"
        if role == READER:
            url, name = self._settings.clickhouse_read_url, "VOC_CLICKHOUSE_READ_URL"
        return endpoint_of(url, name)


def endpoint_of(url: str, name: str) -> Endpoint:
    """Where the address leads. Raises UserError, which names the variable and not the address."""
    try:
        return Endpoint.from_url(url)
    except ValueError as error:
        raise UserError(f"{name} is wrong; {error}") from None


class _Asking:
    """A connection for a few short statements."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._client = replace(endpoint, answer_s=ANSWER_S).client()

    def __enter__(self) -> Client:
        return self._client

    def __exit__(self, *_: object) -> None:
        self._client.disconnect()


# The days that the newest partitions of feedback take, each about a day's.
_BY_DAY = """
SELECT sum(bytes_on_disk) FROM system.parts
WHERE active AND database = currentDatabase() AND table = 'feedback_local'
GROUP BY partition ORDER BY partition DESC LIMIT 7"""


_DELIVERIES = f"""
SELECT channel, state, count(), min(changed_at), argMax(detail, changed_at) FROM deliveries
WHERE state IN ('{OWED}', '{SENDING}') OR (state = '{REFUSED}' AND changed_at > now() - INTERVAL 1 DAY)
GROUP BY channel, state ORDER BY channel, state"""


def _fails(client: Client, statement: str) -> bool:
    try:
        client.execute(statement)
    except errors.ServerException:
        return True
    return False


def _is_denied(client: Client, statement: str) -> bool:
    try:
        client.execute(statement)
    except errors.ServerException as error:
        return error.code in _DENIED
    return False


def _may(client: Client, question: str) -> bool | None:
    """What CHECK GRANT answers; None where the server does not know it."""
    try:
        return bool(client.execute(question)[0][0])
    except errors.ServerException:
        return None


def _said(error: errors.ServerException) -> str:
    """The name of a server's error; its text may quote what was asked."""
    names = {code: name for name, code in vars(errors.ErrorCodes).items() if isinstance(code, int)}
    return f"{names.get(error.code, 'error')} ({error.code})"


def _refused(error: errors.ServerException, variable: str) -> str:
    if error.code in _NO_LOGIN:
        return f"correct user and password in {variable}"
    if error.code == _UNKNOWN_DATABASE:
        return f"voc migrate makes the database, or correct its name in {variable}"
    return "look it up in ClickHouse's log"


def _listed(names: list[str]) -> str:
    return ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")


def _file(version: int) -> str:
    return next((path.name for path in sorted(Path(MIGRATIONS).glob(f"{version:03d}_*.sql"))), f"{version:03d}")


def _span(seconds: float) -> str:
    hours = seconds / 3600
    return f"{seconds / 60:.0f} minutes" if hours < 2 else f"{hours:.0f} hours" if hours < 48 else f"{hours / 24:.0f} days"
