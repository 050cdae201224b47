"""The warehouse's tables: numbered migrations (deploy/migrations), applied on start, by clickhouse-migrations."""

from pathlib import Path

from clickhouse_driver import errors
from clickhouse_migrations.clickhouse_cluster import ClickhouseCluster
from clickhouse_migrations.exceptions import MigrationException

from streams.failures import UserError
from streams.warehouse.client import is_away
from streams.warehouse.endpoint import Endpoint

MIGRATIONS = Path(__file__).resolve().parents[2] / "deploy" / "migrations"


def migrate(endpoint: Endpoint) -> list[int]:
    """Bring the database to the newest schema; the numbers of the migrations that were applied now. Raises UserError."""
    cluster = ClickhouseCluster(
        db_host=endpoint.host,
        db_port=str(endpoint.port),
        db_user=endpoint.user,
        db_password=endpoint.password,
        db_name=endpoint.database,
        secure=endpoint.secure,
        settings={"network_compression_method": "lz4"},
    )
    try:
        applied = cluster.migrate(
            db_name=endpoint.database, migration_path=MIGRATIONS, create_db_if_no_exists=True, multi_statement=True
        )
    except (MigrationException, errors.ServerException) as error:
        if is_away(error):
            raise
        raise UserError(f"the warehouse's schema cannot be brought up to date: {str(error).splitlines()[0][:300]}") from error
    return [migration.version for migration in applied]
