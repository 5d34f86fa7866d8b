"""The files that describe the environment say the same."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
LOCK, LINT = "requirements.lock", "requirements-lint.lock"
COMPARE = "requirements-compare.lock"
CPU, CUDA = "requirements-cpu.lock", "requirements-cuda.lock"
LOCKS = (LOCK, LINT, COMPARE, CPU, CUDA)
PROJECT, CONDA, DOCKER, MAKE = "pyproject.toml", "environment.yml", "Dockerfile", "Makefile"
WORKFLOW = ".github/workflows/ci.yml"
FILES = {
    name: (ROOT / name).read_text() for name in (*LOCKS, PROJECT, CONDA, DOCKER, MAKE, WORKFLOW)
}


def pins(lock: str) -> dict[str, Version]:
    """The version of each package, by its canonical name. Every pin is exact and has hashes."""
    pinned: dict[str, Version] = {}
    for line in lock.replace("\\\n", "").splitlines():
        if not line or line.startswith(("#", "--extra-index-url ")):
            continue
        pin, *hashes = re.split(r"\s+--hash=", line.strip())
        requirement = Requirement(pin)
        version = re.fullmatch(r"==([\w.+]+)", str(requirement.specifier))
        assert version, f"not an exact pin: {pin}"
        assert hashes, f"no hash: {pin}"
        assert all(re.fullmatch("sha256:[0-9a-f]{64}", text) for text in hashes), f"hash of {pin}"
        # 2.13.0+cpu is another build of 2.13.0
        pinned[canonicalize_name(requirement.name)] = Version(Version(version[1]).public)
    return pinned


def python_versions(jobs: Mapping[str, dict]) -> Iterator[str]:
    """The Python versions that the jobs of a workflow set up."""
    for job in jobs.values():
        yield from job.get("strategy", {}).get("matrix", {}).get("python", [])
        for step in job["steps"]:
            version = step.get("with", {}).get("python-version", "")
            if version and not version.startswith("${{"):
                yield version


def differences(files: Mapping[str, str]) -> Iterator[str]:
    """Everything that two of the files say differently, one sentence each."""
    locks = {name: pins(files[name]) for name in LOCKS}
    pinned = locks[LOCK] | locks[LINT] | locks[COMPARE] | locks[CPU]
    project = tomllib.loads(files[PROJECT])["project"]
    conda = yaml.safe_load(files[CONDA])
    jobs = yaml.safe_load(files[WORKFLOW])["jobs"]

    extras = project["optional-dependencies"]
    for text in (*project["dependencies"], *(text for extra in extras.values() for text in extra)):
        requirement = Requirement(text)
        pin = pinned.get(canonicalize_name(requirement.name))
        if pin is None or pin not in requirement.specifier:
            yield f"the locks pin {requirement.name} to {pin}, but {PROJECT} wants {text}"
    for name, pin in locks[CPU].items():
        if locks[CUDA].get(name) != pin:
            yield f"{CPU} pins {name} to {pin}, but {CUDA} to {locks[CUDA].get(name)}"
    for extra in ("lint", "compare"):
        for text in extras[extra]:
            if canonicalize_name(Requirement(text).name) in locks[LOCK]:
                yield f"{LOCK} brings {text} of the extra {extra} into the image"

    if conda["name"] != project["name"]:
        yield f"{CONDA} is called {conda['name']}, but {PROJECT} {project['name']}"
    python, *others = conda["dependencies"]
    version = python.removeprefix("python=")
    expected = [
        "pip",
        {"pip": ["--require-hashes", f"--requirement {CPU}", f"--requirement {LOCK}"]},
    ]
    if others != expected:
        yield f"{CONDA} installs {others}, not {expected}"

    supported = SpecifierSet(project["requires-python"])
    tested = set(python_versions(jobs))
    for other in {version, *tested}:
        if f"{other}.99" not in supported:
            yield f"{PROJECT} supports Python {supported}, but {other} is used"
    if version not in tested:
        yield f"{WORKFLOW} does not test Python {version} of {CONDA}"

    stages = set(re.findall(r"^FROM (\S+)", files[DOCKER], re.MULTILINE))
    base = re.search(r"^ARG BASE=(\S+)", files[DOCKER], re.MULTILINE)
    if stages != {"${BASE}"} or base is None or base[1] != f"python:{version}-slim-bookworm":
        yield f"{DOCKER} is based on {base and base[1]} {stages}, but {CONDA} has Python {version}"
    mentioned = set(re.findall(r"\bpython:?(\d+\.\d+)", files[DOCKER]))
    if mentioned != {version}:
        yield f"{DOCKER} names Python {mentioned}, but {CONDA} {version}"
    if f'image.version="{project["version"]}"' not in files[DOCKER]:
        yield f"{DOCKER} does not label the image with version {project['version']}"
    for name in (DOCKER, MAKE):
        for lock in (LOCK, "requirements-$(TORCH).lock"):
            if lock not in re.sub(r"\$TORCH", "$(TORCH)", files[name]):
                yield f"{name} does not install {lock}"
        if "--no-deps --require-hashes" not in files[name]:
            yield f"{name} does not check hashes"
    for name in (DOCKER, MAKE, CONDA, WORKFLOW):
        if own := re.findall(r"[\w.-]+==\d[\w.]*", files[name]):
            yield f"{name} has pins of its own: {own}"


def test_the_files_do_not_differ() -> None:
    assert list(differences(FILES)) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        (LOCK, r"^scipy==", "another==", "pin scipy to None"),
        (CPU, r"^torch==2.13.0", "torch==2.6.0", "pin torch to 2.6.0"),
        (
            CUDA,
            r"^torchvision==0.28.0",
            "torchvision==0.27.0",
            "but requirements-cuda.lock to 0.27",
        ),
        (LOCK, r"^scipy==[\d.]+", "ruff==0.17.6", "brings ruff>=0.11 of the extra lint"),
        (PROJECT, r'"papermill>=[\d.]+"', '"papermill>=99"', "wants papermill>=99"),
        (PROJECT, r'">=3\.11"', '">=3.12"', "but 3.11 is used"),
        (CONDA, "python=3.11", "python=3.10", "but 3.10 is used"),
        (CONDA, "python=3.11", "python=3.12", "is based on"),
        (CONDA, r"--requirement \S+", "numpy==2.0.0", "has pins of its own"),
        (CONDA, "  - pip\n", "  - pip\n  - scipy\n", "installs"),
        (CONDA, "      - --require-hashes\n", "", "installs"),
        (DOCKER, "BASE=python:3.11", "BASE=python:3.12", "is based on"),
        (DOCKER, r"^FROM \S+$", "FROM python:3.11", "is based on"),
        (DOCKER, "lib/python3.11", "lib/python3.12", "names Python"),
        (DOCKER, r"requirements\.lock", "requirements.txt", "does not install requirements.lock"),
        (DOCKER, r"requirements-\$TORCH", "requirements-cpu", "does not install requirements-"),
        (DOCKER, " --require-hashes", "", "does not check hashes"),
        (MAKE, " --require-hashes", "", "does not check hashes"),
        (MAKE, "--requirement requirements.lock", "torch==2.12.0", "has pins of its own"),
        (WORKFLOW, '"3.11"', '"3.12"', "does not test Python 3.11"),
        (PROJECT, r'^version = "[\d.]+"', 'version = "9.0"', "with version 9.0"),
    ],
)
def test_a_difference_is_found(name: str, old: str, new: str, message: str) -> None:
    changed = re.sub(old, new, FILES[name], flags=re.MULTILINE)
    assert changed != FILES[name]
    assert message in "; ".join(differences({**FILES, name: changed}))


@pytest.mark.parametrize(
    ("lock", "message"),
    [
        ("numpy>=2.0 --hash=sha256:" + "0" * 64, "not an exact pin"),
        ("numpy==2.*", "not an exact pin"),
        ("numpy==2.0", "no hash"),
        ("numpy==2.0 --hash=md5:0", "hash of numpy"),
    ],
)
def test_a_loose_pin_is_found(lock: str, message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        pins(lock)


def test_the_locks_are_complete() -> None:
    """All that a pinned package needs is pinned too, at a version that it accepts."""
    locks = {name: pins(FILES[name]) for name in LOCKS}
    image = locks[LOCK] | locks[CPU]
    installed = {canonicalize_name(each.name) for each in metadata.distributions()}
    for pinned in (image, image | locks[LINT], image | locks[COMPARE]):
        for name in installed & set(pinned):
            for text in metadata.requires(name) or ():
                needed = Requirement(text)
                if needed.marker and not needed.marker.evaluate({"extra": ""}):
                    continue
                if name == "torch" and needed.name.startswith(("cuda", "nvidia", "triton")):
                    pin = locks[CUDA].get(canonicalize_name(needed.name))
                else:
                    pin = pinned.get(canonicalize_name(needed.name))
                assert pin is not None, f"{name} needs {text}"
                assert needed.specifier.contains(pin, prereleases=True), f"{name} needs {text}"
