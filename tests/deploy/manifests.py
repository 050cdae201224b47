"""Manifests as kubectl would apply them: a small kustomize, for what deploy/kubernetes uses of it.

Where a kubectl or a kustomize is there, a test compares this one with it. It knows `resources`, `namespace`, `images` and
`patches` by strategic merge, and refuses every other key.
"""

import copy
from pathlib import Path
from typing import Any

import yaml

Manifest = dict[str, Any]
DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
KUBERNETES = DEPLOY / "kubernetes"
BASE, PRODUCTION = KUBERNETES / "base", KUBERNETES / "overlays" / "production"
KNOWN = {"apiVersion", "kind", "resources", "namespace", "images", "patches"}
CLUSTER_WIDE = {"Namespace"}
MERGED_BY = {"containers": "name", "initContainers": "name", "volumes": "name", "env": "name", "volumeMounts": "mountPath"}
"""The merge keys of Kubernetes, of the lists that the patches touch; any other list is replaced."""


def read(path: Path) -> list[Manifest]:
    """The manifests of a file."""
    return [manifest for manifest in yaml.safe_load_all(path.read_text("utf-8")) if manifest]


def render(directory: Path) -> list[Manifest]:
    """Every manifest that the kustomization of the directory comes to."""
    (kustomization,) = read(directory / "kustomization.yaml")
    assert kustomization.keys() <= KNOWN, f"{directory}: this small kustomize does not know {kustomization.keys() - KNOWN}"
    manifests = [
        manifest
        for name in kustomization["resources"]
        for manifest in (render(directory / name) if (directory / name).is_dir() else read(directory / name))
    ]
    for entry in kustomization.get("patches", []):
        for patch in read(directory / entry["path"]):
            (target,) = (manifest for manifest in manifests if identity(manifest) == identity(patch))
            merge(target, patch)
    for manifest in manifests:
        if "namespace" in kustomization and manifest["kind"] not in CLUSTER_WIDE:
            manifest["metadata"]["namespace"] = kustomization["namespace"]
        for container in containers(manifest):
            for image in kustomization.get("images", []):
                if container["image"].partition(":")[0] == image["name"]:
                    container["image"] = f"{image['newName']}:{image['newTag']}"
    return manifests


def identity(manifest: Manifest) -> tuple[str, str]:
    """Kind and name."""
    return manifest["kind"], manifest["metadata"]["name"]


def pod(manifest: Manifest) -> Manifest:
    """The pod's specification in a Deployment or a Job; of anything else, nothing."""
    found: Manifest = manifest.get("spec", {}).get("template", {}).get("spec", {})
    return found


def containers(manifest: Manifest) -> list[Manifest]:
    """Its containers, those that run first included."""
    return [*pod(manifest).get("initContainers", []), *pod(manifest).get("containers", [])]


def merge(target: Manifest, patch: Manifest) -> None:
    """Strategic merge, in place: null takes away, mappings and keyed lists merge, all else is replaced."""
    for key, value in patch.items():
        if value is None:
            target.pop(key, None)
        elif isinstance(value, dict) and isinstance(target.get(key), dict):
            merge(target[key], value)
        elif key in MERGED_BY and key in target:
            target[key] = _merged(target[key], value, MERGED_BY[key])
        else:
            target[key] = copy.deepcopy(value)


def _merged(old: list[Manifest], new: list[Manifest], by: str) -> list[Manifest]:
    kept, fresh = copy.deepcopy(old), []
    for item in new:
        same = next((candidate for candidate in kept if candidate[by] == item[by]), None)
        if same is None:
            fresh.append(copy.deepcopy(item))
        else:
            merge(same, item)
    return fresh + kept  # kustomize puts what is new first
