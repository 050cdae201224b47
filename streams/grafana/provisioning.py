"""The data source, and where Grafana finds the dashboards."""

from typing import Any

from streams.grafana.query import PLUGIN, SOURCE
from streams.grafana.rules import FOLDER

READER = "voc_read"
"""Who may read the views and nothing else: the plugin runs any statement it is given."""
MOUNTED = "/etc/grafana/dashboards"
"""Where deploy/compose.yaml mounts deploy/grafana/dashboards."""


def sources() -> dict[str, Any]:
    """The warehouse as the user who may only read the views. Numbers of the plugin's settings are strings, in seconds."""
    source = {
        "name": "Groundswell",
        "uid": SOURCE,
        "type": PLUGIN,
        "access": "proxy",
        "isDefault": True,
        "editable": False,
        "jsonData": {
            "host": "clickhouse",
            "port": 9000,
            "protocol": "native",
            "username": READER,
            "defaultDatabase": "voc",
            "dialTimeout": "10",
            "queryTimeout": "60",
        },
        "secureJsonData": {"password": "$CLICKHOUSE_READ_PASSWORD"},
    }
    return {"apiVersion": 1, "datasources": [source]}


def providers() -> dict[str, Any]:
    """One folder, read anew twice a minute; changes on screen are not kept, they belong into the files."""
    provider = {
        "name": "groundswell",
        "orgId": 1,
        "folder": FOLDER,
        "folderUid": "groundswell",
        "type": "file",
        "disableDeletion": True,
        "allowUiUpdates": False,
        "updateIntervalSeconds": 30,
        "options": {"path": MOUNTED, "foldersFromFilesStructure": False},
    }
    return {"apiVersion": 1, "providers": [provider]}
