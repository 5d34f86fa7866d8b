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
LOCK, PROJECT, CONDA = "requirements.lock", "pyproject.toml", "environment.yml"
DOCKER, MAKE, WORKFLOW = "Dockerfile", "Makefile", ".github/workflows/ci.yml"
FILES = {name: (ROOT / name).read_text() for name in (LOCK, PROJECT, CONDA, DOCKER, MAKE, WORKFLOW)}


def pins(lock: str) -> dict[str, Version]:
    """The version of each package, by its canonical name."""
    lines = [line for line in lock.splitlines() if line and not line.startswith("#")]
    pairs = [re.fullmatch(r"([\w.-]+)==([\w.]+)", line) for line in lines]
    assert all(pairs), f"not an exact pin: {[line for line in lines if '==' not in line]}"
    return {canonicalize_name(pair[1]): Version(pair[2]) for pair in pairs if pair}


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
    pinned = pins(files[LOCK])
    project = tomllib.loads(files[PROJECT])["project"]
    conda = yaml.safe_load(files[CONDA])
    jobs = yaml.safe_load(files[WORKFLOW])["jobs"]

    extras = project["optional-dependencies"]
    for text in (*project["dependencies"], *(text for extra in extras.values() for text in extra)):
        requirement = Requirement(text)
        pin = pinned.get(canonicalize_name(requirement.name))
        if pin is None or pin not in requirement.specifier:
            yield f"{LOCK} pins {requirement.name} to {pin}, but {PROJECT} wants {text}"

    if conda["name"] != project["name"]:
        yield f"{CONDA} is called {conda['name']}, but {PROJECT} {project['name']}"
    python, *others = conda["dependencies"]
    version = python.removeprefix("python=")
    expected = ["pip", {"pip": [f"--requirement {LOCK}", "--editable ."]}]
    if others != expected:
        yield f"{CONDA} installs {others}, not {expected}"

    supported = SpecifierSet(project["requires-python"])
    tested = set(python_versions(jobs))
    for other in {version, *tested}:
        if f"{other}.99" not in supported:
            yield f"{PROJECT} supports Python {supported}, but {other} is used"
    if version not in tested:
        yield f"{WORKFLOW} does not test Python {version} of {CONDA}"

    bases = re.findall(r"^FROM (\S+)", files[DOCKER], re.MULTILINE)
    if set(bases) != {f"python:{version}-slim-bookworm"}:
        yield f"{DOCKER} is based on {bases}, but {CONDA} has Python {version}"
    mentioned = set(re.findall(r"\bpython:?(\d+\.\d+)", files[DOCKER]))
    if mentioned != {version}:
        yield f"{DOCKER} names Python {mentioned}, but {CONDA} {version}"
    if f'image.version="{project["version"]}"' not in files[DOCKER]:
        yield f"{DOCKER} does not label the image with version {project['version']}"
    for name in (DOCKER, MAKE):
        if f"--requirement {LOCK}" not in files[name]:
            yield f"{name} does not install {LOCK}"
    for name in (DOCKER, MAKE, CONDA, WORKFLOW):
        if own := re.findall(r"[\w.-]+==\d[\w.]*", files[name]):
            yield f"{name} has pins of its own: {own}"
    indices = {tuple(re.findall(r"https://\S+/whl/\w+", files[name])) for name in (DOCKER, MAKE)}
    if len(indices) > 1:
        yield f"{DOCKER} and {MAKE} take CPU builds from different places: {indices}"


def test_the_files_do_not_differ() -> None:
    assert list(differences(FILES)) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        (LOCK, r"^scipy==.*\n", "", "pins scipy to None"),
        (LOCK, r"^torch==.*", "torch==2.6.0", "pins torch to 2.6.0"),
        (PROJECT, r'"papermill>=[\d.]+"', '"papermill>=99"', "wants papermill>=99"),
        (PROJECT, r'">=3\.11"', '">=3.12"', "but 3.11 is used"),
        (CONDA, "python=3.11", "python=3.10", "but 3.10 is used"),
        (CONDA, "python=3.11", "python=3.12", "is based on"),
        (CONDA, r"--requirement \S+", "numpy==2.0.0", "has pins of its own"),
        (CONDA, "  - pip\n", "  - pip\n  - scipy\n", "installs"),
        (DOCKER, "FROM python:3.11", "FROM python:3.12", "is based on"),
        (DOCKER, "lib/python3.11", "lib/python3.12", "names Python"),
        (DOCKER, "requirements.lock", "requirements.txt", "does not install"),
        (DOCKER, "whl/cpu", "whl/nightly", "different places"),
        (MAKE, "--requirement requirements.lock", "torch==2.12.0", "has pins of its own"),
        (WORKFLOW, '"3.11"', '"3.12"', "does not test Python 3.11"),
        (PROJECT, r'^version = "[\d.]+"', 'version = "9.0"', "with version 9.0"),
    ],
)
def test_a_difference_is_found(name: str, old: str, new: str, message: str) -> None:
    changed = re.sub(old, new, FILES[name], flags=re.MULTILINE)
    assert changed != FILES[name]
    assert message in "; ".join(differences({**FILES, name: changed}))


def test_a_loose_pin_is_found() -> None:
    with pytest.raises(AssertionError, match="not an exact pin"):
        pins("numpy>=2.0\n")


def test_the_lock_is_complete() -> None:
    """All that a pinned package needs is pinned too, at a version that it accepts."""
    pinned = pins(FILES[LOCK])
    for name in pinned:
        for text in metadata.requires(name) or ():
            needed = Requirement(text)
            if needed.marker and not needed.marker.evaluate({"extra": ""}):
                continue
            if name == "torch" and needed.name.startswith(("cuda", "nvidia", "triton")):
                continue  # pinned by torch itself
            pin = pinned.get(canonicalize_name(needed.name))
            assert pin is not None, f"{name} needs {text}"
            assert needed.specifier.contains(pin, prereleases=True), f"{name} needs {text}"
