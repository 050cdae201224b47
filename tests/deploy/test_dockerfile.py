"""The Dockerfile: hadolint where it is there, and what the image must be."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from streams.settings import load
from tests.deploy import dockerfile
from tests.deploy.manifests import BASE, DEPLOY, KUBERNETES, PRODUCTION, containers, read, render

ROOT = DEPLOY.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
IMAGE = f"groundswell:{PROJECT['version']}"


def pins(lock: Path) -> dict[str, tuple[str, frozenset[str]]]:
    """Version and hashes by package."""
    entries = re.findall(r"^([\w.-]+)==(\S+)(.*?)(?=^\w|\Z)", lock.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return {name: (version, frozenset(re.findall(r"--hash=sha256:(\w{64})", rest))) for name, version, rest in entries}


def normal(requirement: str) -> str:
    """The name of a requirement, as locks spell it."""
    return re.sub(r"[-_.]+", "-", re.split(r"[^\w.-]", requirement, maxsplit=1)[0]).lower()


def test_hadolint_finds_nothing() -> None:
    beside = Path(sys.executable).parent / "hadolint"
    hadolint = str(beside) if beside.exists() else shutil.which("hadolint")
    if not hadolint:
        pytest.skip("hadolint is not installed")
    found = subprocess.run([hadolint, "--no-color", str(DEPLOY / "Dockerfile")], capture_output=True, text=True, check=False)
    assert (found.returncode, found.stdout) == (0, "")


def test_the_image_runs_a_worker_as_nobody_in_particular() -> None:
    last = dict(dockerfile.last_stage())
    assert dockerfile.listed("ENTRYPOINT") == ["voc"]
    assert dockerfile.listed("CMD") == ["worker"]
    assert last["USER"] == "10001:10001"
    for manifest in (*render(BASE), *render(PRODUCTION)):
        for container in containers(manifest):
            context = manifest["spec"]["template"]["spec"]["securityContext"]
            assert f"{context['runAsUser']}:{context['runAsGroup']}" == last["USER"]
            assert container["image"] == IMAGE


def test_the_image_s_settings_are_valid_and_its_port_is_the_one_that_is_asked(tmp_path: Path) -> None:
    given = dockerfile.environment()
    settings = load(tmp_path, given)
    last = dict(dockerfile.last_stage())
    assert last["EXPOSE"] == str(settings.worker_port)
    assert "/healthz" in last["HEALTHCHECK"] and "VOC_WORKER_PORT" in last["HEALTHCHECK"]
    assert last["VOLUME"] == settings.data_dir
    for manifest in (*render(BASE), *render(PRODUCTION)):
        for container in containers(manifest):
            assert settings.data_dir in {mount["mountPath"] for mount in container["volumeMounts"]}


def test_the_models_are_built_into_the_place_where_they_are_sought() -> None:
    places = [
        match[1]
        for word, rest in dockerfile.instructions()
        if word == "RUN"
        for match in [re.search(r"VOC_MODELS_DIR=(\S+)", rest)]
        if match
    ]
    assert places == [dockerfile.environment()["VOC_MODELS_DIR"]]
    copied = [rest.split()[-1] for word, rest in dockerfile.last_stage() if word == "COPY"]
    assert any(places[0].startswith(f"{directory}/") for directory in copied)


def test_every_image_is_pinned_to_a_version() -> None:
    for word, rest in dockerfile.instructions():
        if word == "FROM":
            assert re.fullmatch(r"python:3\.\d+\.\d+-slim-\w+( AS \w+)?", rest)


def test_what_is_copied_is_there_and_is_let_through() -> None:
    allowed = {line[1:] for line in (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").splitlines() if line.startswith("!")}
    copied = set()
    for word, rest in dockerfile.instructions():
        if word == "COPY" and not rest.startswith("--from"):
            copied |= set(rest.split()[:-1])
    assert copied == allowed
    assert all((ROOT / name).exists() for name in copied)


def test_the_locks_of_the_image_say_what_the_lock_of_the_repository_says() -> None:
    whole, image, build = (
        pins(path) for path in (ROOT / "requirements.lock", DEPLOY / "requirements.lock", DEPLOY / "build.lock")
    )
    for name, pin in {**image, **build}.items():
        assert pin[1], f"{name} has no hash"
        assert pin == whole[name], f"{name}: run `make lock`"
    assert {normal(requirement) for requirement in PROJECT["dependencies"]} <= image.keys()
    assert {"pytest", "mypy", "ruff"}.isdisjoint(image)
    assert build.keys() == {"setuptools"}


def test_nothing_names_an_index_or_a_registry() -> None:
    for path in DEPLOY.rglob("*"):
        if path.is_file() and path.suffix != ".sql":
            text = path.read_text("utf-8")
            assert not re.search(r"\b(?:pypi|quay|gcr|ghcr|docker)\.(?:org|io)\b|--(?:extra-)?index.url|registry\.", text), path


def test_no_secret_lies_in_deploy() -> None:
    assert not (DEPLOY / "compose.env").exists() or "deploy/compose.env" in (ROOT / ".gitignore").read_text("utf-8")
    example = (DEPLOY / "compose.env.example").read_text("utf-8")
    assert re.findall(r"^\w+=(.+)$", example, re.MULTILINE) == []
    for path in KUBERNETES.rglob("secret.example.yaml"):
        for manifest in read(path):
            for name, value in manifest["stringData"].items():
                assert "PASSWORD" not in name or value == "CHANGE-ME"
                assert "://" not in value or ":CHANGE-ME@" in value
