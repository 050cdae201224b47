"""deploy/grafana as compose mounts it: files where Grafana looks for them, names that agree, all that it asks for granted."""

import re
from pathlib import Path

from streams.grafana import files, provisioning, query
from tests.deploy.engine import USERS
from tests.deploy.manifests import DEPLOY
from tests.deploy.test_compose import SERVICES

GRAFANA = SERVICES["grafana"]
MOUNTS = dict(volume.removesuffix(":ro").split(":") for volume in GRAFANA["volumes"])


def test_every_file_is_mounted_where_grafana_looks_for_it_and_cannot_be_changed_there() -> None:
    for folder in ("datasources", "dashboards", "alerting"):
        assert MOUNTS[f"./grafana/provisioning/{folder}"] == f"/etc/grafana/provisioning/{folder}"
    assert MOUNTS["./grafana/dashboards"] == provisioning.MOUNTED
    assert all(volume.endswith(":ro") for volume in GRAFANA["volumes"] if volume.startswith("."))
    mounted = {path for path in files.files() if any(Path("grafana") / path.parent == Path(place) for place in MOUNTS)}
    assert mounted == set(files.files())


def test_what_the_files_take_from_the_environment_is_passed_and_never_empty() -> None:
    for path, content in files.files().items():
        if path.suffix == ".yaml" and path.stem != "rules":  # of rules it expands labels only
            for name in re.findall(r"(?<!\$)\$([A-Z_]+)", content.decode()):
                given = GRAFANA["environment"][name]
                assert given.startswith((f"${{{name}:?fill in deploy/compose.env", f"${{{name}:-http")), "Grafana would not start"


def test_the_plugin_is_the_one_that_the_queries_are_made_for_and_grafana_new_enough_for_it() -> None:
    assert GRAFANA["environment"]["GF_PLUGINS_PREINSTALL"] == f"{query.PLUGIN}@{query.PLUGIN_VERSION}"
    version = GRAFANA["image"].rpartition(":")[2].split(".")
    assert (int(version[0]), int(version[1])) >= (11, 6)


def test_the_home_page_is_a_dashboard_of_ours() -> None:
    home = Path(GRAFANA["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"])
    assert str(home.parent) == provisioning.MOUNTED and (DEPLOY / "grafana" / "dashboards" / home.name).exists()


def test_the_reader_is_granted_every_view_that_is_asked() -> None:
    granted = set(re.findall(r"GRANT SELECT ON voc\.(\w+)", USERS.read_text("utf-8")))
    asked = {name for each in files.queries() for name in re.findall(r"\b(?:FROM|JOIN) ([a-z_]+)\b", each.sql)}
    assert asked <= granted
