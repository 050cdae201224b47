"""The ClickHouse engine with the users of deploy/clickhouse instead of the embedded ones: `python -m tests.deploy.engine DIR`.

It has nowhere to keep users that are made by SQL: those of users.sql are compared with these, not run.
"""

import json
import os
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

from streams.warehouse import server

USERS = Path(__file__).resolve().parents[2] / "deploy" / "clickhouse" / "users.xml"


def merged() -> str:
    """The embedded users.xml, its two users and their profile replaced by those of deploy/clickhouse."""
    embedded = ET.fromstring(
        server._USERS.format(writer="voc_write", writer_hash="", reader="voc_read", reader_hash="", grants="")
    )
    ours = ET.parse(USERS).getroot()
    for part in ("users", "profiles"):
        target = embedded.find(part)
        assert target is not None
        for name in ("voc_write", "voc_read", "reader"):
            for child in target.findall(name):
                target.remove(child)
        target.extend(ours.findall(f"{part}/*"))
    return ET.tostring(embedded, encoding="unicode")


def main() -> None:
    """Serve DIR until killed; the ports stand in DIR/server.json."""
    directory = Path(sys.argv[1])
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "stay").write_text(str(os.getpid()))
    (directory / "server.json").write_text(json.dumps({"write_password": "x", "read_password": "x"}))
    server._USERS = merged().replace("{", "{{").replace("}", "}}")
    server.main()


if __name__ == "__main__":
    main()
