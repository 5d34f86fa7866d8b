"""The structure: no import runs in a circle or upwards, and no file grows too long to read."""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import spectral
from reproduce.training.configuration import deciding_files

ROOT = Path(__file__).parents[1]
PACKAGES = ("spectral", "reproduce")
LONGEST = 300

FLOORS = (
    {"spectral", "spectral.*"}
    | {f"spectral.{room}.*" for room in ("appearance", "datasets", "running")},
    {"spectral.screening.*", "spectral.tables.*"},
    {"spectral.selection.*"},
    {"spectral.estimators.*"},
    {"spectral.rank.*"},
    {"reproduce"}  # empty modules
    | {f"reproduce.{room}" for room in ("ablation", "comparison", "training", "verdicts", "pages")},
    {"reproduce.stored_picture", "reproduce.schema", "reproduce.verdicts.outcome"},
    {"reproduce.comparison.*", "reproduce.experiments", "reproduce.figure_schema"},
    {"reproduce.training.*"},
    {"reproduce.evolution", "reproduce.figure", "reproduce.measures", "reproduce.panels"},
    {"reproduce.verdicts.*"},
    {"reproduce.making", "reproduce.options"},
    {f"reproduce.figure{number}" for number in range(1, 8)},
    {"reproduce.figures"},
    {"reproduce.ablation.*", "reproduce.pages.*"},
    {"reproduce.commands"},
    {"reproduce.__main__"},
)
"""From the ground up; a module may import what lies on its own floor or below."""


PARTS_OF_A_FIGURE = {"FIGURE", "measure", "derived", "follows", "draw"} | {"__all__"}


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for package in PACKAGES for path in (ROOT / package).rglob("*.py")}


def imported(module: str) -> Iterator[str]:
    """The modules of ours that a module imports anywhere, in functions and scripts, too.

    What is imported for the type checker alone is left out.
    """
    tree = ast.parse(MODULES[module].read_text())
    for_types = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in for_types:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in MODULES)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{module} imports by a relative path"
            inner = [full_name(node.module, alias.name) for alias in node.names]
            found = [name for name in inner if name in MODULES]
            yield from found
            if len(found) < len(inner) and node.module in MODULES:
                yield node.module


def full_name(package: str, name: str) -> str:
    """Of a module in a package; names that ``spectral`` itself offers lie in one of its modules."""
    inner = f"{package}.{name}"
    return spectral.MODULES.get(name, inner) if package == "spectral" else inner


IMPORTS = {module: set(imported(module)) - {module} for module in MODULES}


def floor_of(module: str) -> int:
    """The floor that names a module itself, or else its room."""
    room = f"{module.rpartition('.')[0]}.*"
    for name in (module, room):
        for floor, names in enumerate(FLOORS):
            if name in names:
                return floor
    raise AssertionError(f"{module} has no floor")


def test_no_import_runs_in_a_circle() -> None:
    TopologicalSorter(IMPORTS).prepare()  # raises CycleError, which names the circle


def test_no_import_runs_upwards() -> None:
    upwards = [
        f"{module} imports {other}"
        for module, others in IMPORTS.items()
        for other in others
        if floor_of(other) > floor_of(module)
    ]
    assert upwards == []


def test_no_figure_imports_another() -> None:
    figures = FLOORS[floor_of("reproduce.figure1")]
    assert not [module for module in figures if IMPORTS[module] & figures]


def test_every_floor_is_lived_in() -> None:
    rooms = {f"{module.rpartition('.')[0]}.*" for module in MODULES}
    for names in FLOORS:
        assert names <= set(MODULES) | rooms


def reached(module: str, seen: frozenset[str] = frozenset()) -> frozenset[str]:
    """A module and all that it imports, and what that imports."""
    seen |= {module}
    for other in IMPORTS[module] - seen:
        seen = reached(other, seen)
    return seen


def test_the_digest_of_the_code_covers_what_a_training_of_the_paper_imports() -> None:
    """All of the method, and the room for the data; what runs the work decides no number."""
    method = {"spectral", "spectral.datasets"}
    training = {
        module
        for module in reached("reproduce.training.group_training")
        if module.rpartition(".")[0] in method and module not in method
    }
    covered = {name_of(path) for path in deciding_files()} - method
    beside = {
        "spectral.running.arithmetic",
        "reproduce.training.groups",
        "reproduce.training.group_training",
    }
    assert covered == training | beside


@pytest.mark.parametrize("folder", [*PACKAGES, "benchmarks", "tests"])
def test_files_can_be_read_in_one_sitting(folder: str) -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text().splitlines())
        for path in (ROOT / folder).rglob("*.py")
    }
    assert {path: length for path, length in lengths.items() if length > LONGEST} == {}


def test_one_name_stands_for_one_thing() -> None:
    """No two modules share a name, and no two things in them, but for the parts of a figure."""
    names = [path.stem for path in MODULES.values() if path.stem != "__init__"]
    for path in MODULES.values():
        names += set(defined(ast.parse(path.read_text()).body)) - PARTS_OF_A_FIGURE
    assert sorted(name for name in set(names) if names.count(name) > 1) == []


def defined(statements: list[ast.stmt]) -> Iterator[str]:
    """The names that a module gives to functions, classes and values of its own."""
    for statement in statements:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            yield statement.name
        elif isinstance(statement, ast.Assign):
            yield from (name.id for name in statement.targets if isinstance(name, ast.Name))
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            yield statement.target.id
