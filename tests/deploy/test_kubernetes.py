"""The manifests: against the schemas of Kubernetes, against kustomize where it is there, and against each other."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate
import pytest
import yaml

from schemas.kafka_topics import TOPICS
from streams.kafka.connection import from_settings
from streams.kafka.ending import FINISH_S, LATEST_S
from streams.kafka.lane import GRACE_S
from streams.settings import Settings, load
from streams.warehouse.endpoint import Endpoint
from tests.deploy.manifests import BASE, KUBERNETES, PRODUCTION, Manifest, containers, identity, pod, read, render

VERSION = kubernetes_validate.latest_version()
RENDERED = {directory.name: {identity(manifest): manifest for manifest in render(directory)} for directory in (BASE, PRODUCTION)}
EVERY = [(where, *key) for where, manifests in RENDERED.items() for key in manifests]
WORKERS = [(where, "Deployment", name) for where in RENDERED for name in ("voc-understand", "voc-detect-tell")]
KEDA = ("ScaledObject", "TriggerAuthentication")
REBALANCE_S = 60
"""How long a group waits for its members (rebalance_timeout_ms in streams/kafka/lane.py)."""

POLICIES = {
    "type": "object", "additionalProperties": False,
    "properties": {
        "stabilizationWindowSeconds": {"type": "integer", "minimum": 0, "maximum": 3600},
        "policies": {"type": "array", "minItems": 1, "items": {
            "type": "object", "additionalProperties": False, "required": ["type", "value", "periodSeconds"],
            "properties": {"type": {"enum": ["Pods", "Percent"]}, "value": {"type": "integer", "minimum": 1},
                           "periodSeconds": {"type": "integer", "minimum": 1, "maximum": 1800}},
        }},
    },
}  # fmt: skip
TEXTS = {"type": "object", "additionalProperties": {"type": "string"}}
SCALED = {
    "type": "object", "additionalProperties": False, "required": ["scaleTargetRef", "triggers"],
    "properties": {
        "scaleTargetRef": {**TEXTS, "required": ["name"]},
        "pollingInterval": {"type": "integer"}, "cooldownPeriod": {"type": "integer"},
        "minReplicaCount": {"type": "integer"}, "maxReplicaCount": {"type": "integer"},
        "fallback": {"type": "object", "additionalProperties": False, "required": ["failureThreshold", "replicas"],
                     "properties": {"failureThreshold": {"type": "integer"}, "replicas": {"type": "integer"}}},
        "advanced": {"type": "object", "additionalProperties": False, "properties": {
            "horizontalPodAutoscalerConfig": {"type": "object", "additionalProperties": False, "properties": {
                "behavior": {"type": "object", "additionalProperties": False,
                             "properties": {"scaleUp": POLICIES, "scaleDown": POLICIES}}}}}},
        "triggers": {"type": "array", "minItems": 1, "items": {
            "type": "object", "additionalProperties": False, "required": ["type", "metadata"],
            "properties": {"type": {"const": "kafka"}, "authenticationRef": {**TEXTS, "required": ["name"]},
                           "metadata": {**TEXTS, "required": ["bootstrapServers", "consumerGroup", "lagThreshold"]}},
        }},
    },
}  # fmt: skip
"""The part of KEDA's ScaledObject that is used here, written by hand after its published definition: not the definition."""


def setting(where: str, name: str) -> str:
    """What the ConfigMap says, else the default."""
    data: dict[str, str] = RENDERED[where]["ConfigMap", "voc"]["data"]
    return data.get(f"VOC_{name.upper()}", str(getattr(Settings(), name)))


def worker(where: str, name: str) -> dict[str, Any]:
    (container,) = pod(RENDERED[where]["Deployment", name])["containers"]
    found: dict[str, Any] = container
    return found


@pytest.mark.parametrize(("where", "kind", "name"), [key for key in EVERY if key[1] not in KEDA])
def test_a_manifest_is_what_kubernetes_expects(where: str, kind: str, name: str) -> None:
    manifest = RENDERED[where][kind, name]
    kubernetes_validate.validate(manifest, VERSION, strict=True)
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate({**manifest, "spce": {}}, VERSION, strict=True)


@pytest.mark.parametrize("path", sorted(KUBERNETES.rglob("*.example.yaml")), ids=lambda path: path.parent.name)
def test_an_example_is_what_kubernetes_expects(path: Path) -> None:
    for manifest in read(path):
        kubernetes_validate.validate(manifest, VERSION, strict=True)


def test_the_scaler_has_only_fields_that_we_know() -> None:
    jsonschema.validate(RENDERED["production"]["ScaledObject", "voc-understand"]["spec"], SCALED)


@pytest.mark.parametrize("directory", [BASE, PRODUCTION], ids=lambda directory: directory.name)
def test_what_kustomize_makes_is_what_was_validated(directory: Path) -> None:
    command = (
        [kustomize, "build", str(directory)] if (kustomize := shutil.which("kustomize"))
        else [kubectl, "kustomize", str(directory)] if (kubectl := shutil.which("kubectl")) else []
    )  # fmt: skip
    if not command:
        pytest.skip("neither kustomize nor kubectl is installed")
    made = subprocess.run(command, capture_output=True, check=True, text=True, timeout=60).stdout
    assert {identity(manifest): manifest for manifest in yaml.safe_load_all(made)} == RENDERED[directory.name]


@pytest.mark.parametrize("directory", [BASE, PRODUCTION], ids=lambda directory: directory.name)
def test_every_file_is_named_by_the_kustomization_and_every_name_is_a_file(directory: Path) -> None:
    (kustomization,) = read(directory / "kustomization.yaml")
    named = {name for name in kustomization["resources"] if not (directory / name).is_dir()}
    named |= {entry["path"] for entry in kustomization.get("patches", [])}
    there = {path.name for path in directory.iterdir() if path.is_file()}
    examples = {name for name in there if name.endswith(".example.yaml")}
    assert named == there - examples - {"kustomization.yaml"}


@pytest.mark.parametrize("where", RENDERED)
def test_whatever_is_referred_to_is_there(where: str) -> None:
    there = set(RENDERED[where]) | {identity(manifest) for manifest in read(directory_of(where) / "secret.example.yaml")}
    if where == "production":
        there.add(("ConfigMap", "kafka-ca"))  # the cluster's own, named in docs/operations.md
    for manifest in RENDERED[where].values():
        for container in containers(manifest):
            for source in container["envFrom"]:
                for kind, reference in source.items():
                    assert ({"configMapRef": "ConfigMap", "secretRef": "Secret"}[kind], reference["name"]) in there
            mounted = {mount["name"] for mount in container["volumeMounts"]}
            assert mounted <= {volume["name"] for volume in pod(manifest)["volumes"]}
        for volume in pod(manifest).get("volumes", []):
            assert "configMap" not in volume or ("ConfigMap", volume["configMap"]["name"]) in there
        if pod(manifest):
            assert ("ServiceAccount", pod(manifest)["serviceAccountName"]) in there


def directory_of(where: str) -> Path:
    return {"base": BASE, "production": PRODUCTION}[where]


@pytest.mark.parametrize("where", RENDERED)
def test_config_and_example_secret_make_valid_settings(where: str, tmp_path: Path) -> None:
    secret: Manifest = read(directory_of(where) / "secret.example.yaml")[0]
    environment = {**RENDERED[where]["ConfigMap", "voc"]["data"], **secret["stringData"]}
    authority = environment.pop("VOC_KAFKA_CA", "")
    settings = load(tmp_path, environment)
    connection = from_settings(settings)
    assert connection.security == ("SASL_SSL" if where == "production" else "PLAINTEXT")
    assert connection.bootstrap == setting(where, "kafka")
    assert Endpoint.from_url(settings.clickhouse_url).user == "voc_write"
    assert Endpoint.from_url(settings.clickhouse_read_url).user == "voc_read"
    if authority:
        for name in ("voc-understand", "voc-detect-tell"):
            places = [mount["mountPath"] for mount in worker(where, name)["volumeMounts"]]
            assert str(Path(authority).parent) in places


@pytest.mark.parametrize(("where", "kind", "name"), WORKERS)
def test_probes_and_ports_agree_with_the_settings(where: str, kind: str, name: str) -> None:
    container = worker(where, name)
    assert [port["containerPort"] for port in container["ports"]] == [int(setting(where, "worker_port"))]
    assert setting(where, "worker_host") == "0.0.0.0"
    template = RENDERED[where][kind, name]["spec"]["template"]
    assert template["metadata"]["annotations"]["prometheus.io/port"] == setting(where, "worker_port")
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        assert container[probe]["httpGet"] == {"path": "/healthz", "port": container["ports"][0]["name"]}


@pytest.mark.parametrize(("where", "kind", "name"), WORKERS)
def test_a_worker_has_the_time_it_needs(where: str, kind: str, name: str) -> None:
    specification, container = pod(RENDERED[where][kind, name]), worker(where, name)
    assert GRACE_S < REBALANCE_S < LATEST_S + FINISH_S < specification["terminationGracePeriodSeconds"]
    live = container["livenessProbe"]
    assert live["periodSeconds"] * live["failureThreshold"] >= 2 * float(setting(where, "session_timeout_s"))
    start = container["startupProbe"]
    assert start["periodSeconds"] * start["failureThreshold"] >= 4 * float(setting(where, "session_timeout_s"))


@pytest.mark.parametrize(("where", "kind", "name"), [key for key in EVERY if pod(RENDERED[key[0]][key[1:]])])
def test_a_pod_is_confined_and_bounded(where: str, kind: str, name: str) -> None:
    specification = pod(RENDERED[where][kind, name])
    assert specification["automountServiceAccountToken"] is False
    context = specification["securityContext"]
    assert context["runAsNonRoot"] and context["runAsUser"] > 0 and context["seccompProfile"] == {"type": "RuntimeDefault"}
    for container in containers(RENDERED[where][kind, name]):
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]},
        }  # fmt: skip
        assert "/tmp" in {mount["mountPath"] for mount in container["volumeMounts"]}
        assert "memory" in container["resources"]["limits"] and "cpu" not in container["resources"]["limits"]


@pytest.mark.parametrize(("where", "kind", "name"), WORKERS)
def test_a_selector_selects_its_own_pods_and_no_others(where: str, kind: str, name: str) -> None:
    manifest = RENDERED[where][kind, name]
    labels = manifest["spec"]["template"]["metadata"]["labels"]
    assert manifest["spec"]["selector"]["matchLabels"] == labels
    budgets = [
        budget for (kind, _), budget in RENDERED[where].items()
        if kind == "PodDisruptionBudget" and budget["spec"]["selector"]["matchLabels"] == labels
    ]  # fmt: skip
    assert len(budgets) == 1
    (spread,) = pod(manifest)["topologySpreadConstraints"]
    assert spread["labelSelector"]["matchLabels"] == labels


def test_the_scaler_follows_the_readers_group_and_leaves_the_replicas_to_itself() -> None:
    scaled = RENDERED["production"]["ScaledObject", "voc-understand"]["spec"]
    assert ("Deployment", scaled["scaleTargetRef"]["name"]) in RENDERED["production"]
    assert "replicas" not in RENDERED["production"]["Deployment", scaled["scaleTargetRef"]["name"]]["spec"]
    (trigger,) = scaled["triggers"]
    assert trigger["metadata"]["consumerGroup"] == f"{setting('production', 'kafka_prefix')}-understand"
    assert trigger["metadata"]["bootstrapServers"] == setting("production", "kafka")
    assert ("TriggerAuthentication", trigger["authenticationRef"]["name"]) in RENDERED["production"]
    most = sum(topic.partitions for topic in TOPICS if topic.name in ("chat", "calls"))
    assert 2 <= scaled["minReplicaCount"] <= scaled["fallback"]["replicas"] <= scaled["maxReplicaCount"] == most


def test_the_scaler_s_secrets_are_in_the_example() -> None:
    secrets = {manifest["metadata"]["name"]: manifest["stringData"] for manifest in read(PRODUCTION / "secret.example.yaml")}
    for reference in RENDERED["production"]["TriggerAuthentication", "voc-kafka"]["spec"]["secretTargetRef"]:
        assert reference["key"] in secrets[reference["name"]]


def test_the_network_policy_opens_the_web_views_only() -> None:
    (rule,) = RENDERED["production"]["NetworkPolicy", "voc"]["spec"]["ingress"]
    assert [port["port"] for port in rule["ports"]] == [int(setting("production", "worker_port"))]
