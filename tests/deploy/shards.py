"""The ClickHouse engine with a cluster of two shards, as two databases of one server: `python -m tests.deploy.shards DIR PORT`.

The profile of its users is the one that docs/operations.md asks for.
"""

import json
import os
import sys
from pathlib import Path

from streams.warehouse import server

PASSWORD = "w"
SHARDS = ("voc_1", "voc_2")
SETTINGS = {"distributed_foreground_insert": "1", "distributed_product_mode": "local"}


def main() -> None:
    """Serve DIR until killed."""
    directory, port = Path(sys.argv[1]), int(sys.argv[2])
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "stay").write_text(str(os.getpid()))
    (directory / "server.json").write_text(json.dumps({"write_password": PASSWORD, "read_password": PASSWORD}))
    shards = "".join(
        f"<shard><internal_replication>true</internal_replication><replica><host>127.0.0.1</host><port>{port}</port>"
        f"<user>voc_write</user><password>{PASSWORD}</password><default_database>{name}</default_database></replica></shard>"
        for name in SHARDS
    )
    one = shards[: shards.index("</shard>") + len("</shard>")]
    clusters = f"<remote_servers><all>{shards}</all><first>{one}</first></remote_servers>"
    server._CONFIG = server._CONFIG.replace("</clickhouse>", f"{clusters}</clickhouse>")
    settings = "".join(f"<{name}>{value}</{name}>" for name, value in SETTINGS.items())
    server._USERS = server._USERS.replace("<default></default>", f"<default>{settings}</default>", 1)
    sys.argv = [sys.argv[0], str(directory), "--tcp", str(port)]
    server.main()


if __name__ == "__main__":
    main()
