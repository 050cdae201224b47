"""compose.yaml: the published schema, and names, ports and times that agree."""

import json
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from streams.kafka.connection import from_settings
from streams.kafka.ending import FINISH_S, LATEST_S
from streams.kafka.lane import GRACE_S
from streams.settings import load
from streams.warehouse.endpoint import Endpoint
from tests.deploy import dockerfile
from tests.deploy.engine import USERS
from tests.deploy.manifests import DEPLOY
from tests.deploy.test_dockerfile import IMAGE
from tests.deploy.test_kubernetes import REBALANCE_S

COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = ("setup", "understand", "detect-tell")
EXAMPLE = dict(re.findall(r"^(\w+)=(.*)$", (DEPLOY / "compose.env.example").read_text("utf-8"), re.MULTILINE))
VARIABLE = re.compile(r"\$\{(\w+)(?::[?-][^}]*)?\}")


def schema() -> dict[str, Any]:
    """The compose specification that check-jsonschema carries; its command line is not needed."""
    package = find_spec("check_jsonschema")
    assert package is not None and package.submodule_search_locations
    path = Path(package.submodule_search_locations[0]) / "builtin_schemas" / "vendor" / "compose-spec.json"
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def filled(value: str) -> str:
    """With the variables of the environment file filled in."""
    return VARIABLE.sub(lambda match: f"secret-of-{match[1].lower()}", value)


def seconds(value: str) -> int:
    assert value.endswith("s")
    return int(value[:-1])


def test_it_is_what_compose_expects() -> None:
    jsonschema.validate(COMPOSE, schema())
    wrong = {**COMPOSE, "services": {**SERVICES, "kafka": {**SERVICES["kafka"], "portz": []}}}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, schema())


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_pinned_bounded_looked_after_and_started_again(name: str) -> None:
    service = SERVICES[name]
    assert re.fullmatch(r"[\w./-]+:\d+\.\d+\.\d+[\w.-]*", service["image"])
    assert service["deploy"]["resources"]["limits"].keys() == {"cpus", "memory"}
    assert service["restart"] == ("on-failure" if name == "setup" else "unless-stopped")
    if name not in OURS:
        assert service["healthcheck"]["test"]


@pytest.mark.parametrize("name", SERVICES)
def test_ports_are_published_to_this_machine_only(name: str) -> None:
    assert all(re.fullmatch(r"127\.0\.0\.1:\d+:\d+", port) for port in SERVICES[name].get("ports", []))


@pytest.mark.parametrize("name", SERVICES)
def test_what_a_service_waits_for_can_come(name: str) -> None:
    for other, wait in SERVICES[name].get("depends_on", {}).items():
        if wait["condition"] == "service_healthy":
            assert not SERVICES[other]["healthcheck"].get("disable")
        else:
            assert wait["condition"] == "service_completed_successfully" and other == "setup"


@pytest.mark.parametrize("name", SERVICES)
def test_what_is_mounted_is_there(name: str) -> None:
    for volume in SERVICES[name].get("volumes", []):
        source = volume.split(":")[0]
        assert (DEPLOY / source).exists() if source.startswith(".") else source in COMPOSE["volumes"]


@pytest.mark.parametrize("name", OURS)
def test_our_services_get_valid_settings_of_services_that_are_there(name: str, tmp_path: Path) -> None:
    service = SERVICES[name]
    assert service["image"] == IMAGE
    settings = load(tmp_path, dockerfile.environment() | {key: filled(value) for key, value in service["environment"].items()})
    host, _, port = from_settings(settings).bootstrap.partition(":")
    assert f"{host}:{port}" in SERVICES["kafka"]["environment"]["KAFKA_ADVERTISED_LISTENERS"]
    users = USERS.read_text("utf-8")
    for url, user in ((settings.clickhouse_url, "voc_write"), (settings.clickhouse_read_url, "voc_read")):
        endpoint = Endpoint.from_url(url)
        assert (endpoint.user, endpoint.port, endpoint.host in SERVICES) == (user, 9000, True)
        (variable,) = re.findall(rf'<{user}>\s*<password from_env="(\w+)"/>', users)
        assert endpoint.password == filled(f"${{{variable}}}")
        assert variable in SERVICES["clickhouse"]["environment"]


def test_the_example_of_the_environment_names_what_is_asked_for_and_nothing_else() -> None:
    assert set(VARIABLE.findall((DEPLOY / "compose.yaml").read_text("utf-8"))) == EXAMPLE.keys()


def test_a_worker_has_the_time_it_needs_and_a_place_to_write() -> None:
    place = dockerfile.environment()["VOC_DATA_DIR"]
    for name in ("understand", "detect-tell"):
        service = SERVICES[name]
        assert GRACE_S < REBALANCE_S < LATEST_S + FINISH_S < seconds(service["stop_grace_period"])
        assert service["read_only"] is True
        written = [*service.get("tmpfs", []), *(volume.split(":", 1)[1] for volume in service.get("volumes", []))]
        assert {"/tmp", place} <= {target.split(":")[0] for target in written}


def test_topics_do_not_come_by_themselves_and_the_web_views_are_reached() -> None:
    assert SERVICES["kafka"]["environment"]["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"
    port = dockerfile.environment()["VOC_WORKER_PORT"]
    assert SERVICES["detect-tell"]["ports"] == [f"127.0.0.1:{port}:{port}"]
    assert "ports" not in SERVICES["understand"], "replicas cannot share a port"


def test_grafana_asks_as_the_user_who_may_only_read() -> None:
    (source,) = yaml.safe_load((DEPLOY / "grafana/provisioning/datasources/clickhouse.yaml").read_text("utf-8"))["datasources"]
    assert source["jsonData"]["username"] == "voc_read" and source["jsonData"]["host"] in SERVICES
    variable = source["secureJsonData"]["password"].removeprefix("$")
    assert variable in SERVICES["grafana"]["environment"]
    assert SERVICES["grafana"]["environment"]["GF_PLUGINS_PREINSTALL"].startswith(source["type"] + "@")
