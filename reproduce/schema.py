"""Reads JSON: what a file has to hold is a model, and whatever else it holds one sentence.

Files that a person may name go through :func:`parse`; those of a run are checked where they are
used, for there a broken one is no mistake of the user. The models are strict: a number is no
string, no boolean and never NaN. Arrays are nested lists, annotated with their :class:`Shape`.
"""

from __future__ import annotations

import re
import reprlib
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, TypeVar

import numpy as np
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    ValidationError,
)
from pydantic_core import ErrorDetails

from spectral.running.one_sentence import printable

LARGEST_FLOAT = 3.4e38
"""Of the numbers of a network, which are float32."""

PYDANTICS_NAMES = ("function-after[", "list[")
"""How pydantic begins to name what may stand in a place, where it may be one thing or another."""

Model = TypeVar("Model", bound=BaseModel)


class UnreadableFileError(ValueError):
    """A file is missing or does not hold what it should; the message says which and how."""

    def __init__(self, message: str) -> None:
        super().__init__(printable(message))


def parse(model: type[Model], path: Path) -> Model:
    """The JSON of a file as ``model``.

    Raises
    ------
    UnreadableFileError
        If the file is missing, is not JSON, or does not fit the model.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "report.json"
    >>> _ = path.write_text('{"epochs": 7, "resumed_at": 0, "seconds": 1.5, "accuracy": 1.5}')
    >>> try:
    ...     parse(Progress, path)
    ... except UnreadableFileError as error:
    ...     print(str(error).removeprefix(f"{path.parent}/"))
    report.json: accuracy is 1.5, but should be less than or equal to 1
    """
    try:
        if path.exists() and not path.is_file():  # a device or a pipe may have no end
            raise UnreadableFileError(f"{path} is not a file")
        return model.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        raise UnreadableFileError(f"{path} is missing") from None
    except OSError as error:
        raise UnreadableFileError(f"{path} cannot be read: {error.strerror}") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise UnreadableFileError(f"{path}{complaint(first)}") from None


def complaint(error: ErrorDetails) -> str:
    """What is wrong in a file, to be said after its name."""
    reason, place = error["msg"], place_in_words(error["loc"])
    if error["type"] == "json_invalid":
        return f" cannot be read as JSON: {error['ctx']['error']}"
    if error["type"] == "missing":
        return f" lacks the key '{place}'"
    if error["type"] == "extra_forbidden":
        return f" has the key '{place}', which is not known"
    if error["type"] == "value_error":
        return f": {f'{place}: ' if place else ''}{error['ctx']['error']}"
    allowed = re.sub("^(Input|String|List) | after validation, not .*", "", reason)
    return f": {place or 'it'} is {in_words(error['input'])}, but {allowed}"


def in_words(value: Any) -> str:
    """What stands somewhere in a JSON file, in short."""
    if isinstance(value, list | dict):
        return f"{'a list' if isinstance(value, list) else 'an object'} of {len(value)}"
    return reprlib.repr(value)


def place_in_words(place: Sequence[str | int]) -> str:
    """A place in a JSON file, without pydantic's names for the kinds that may stand there.

    Examples
    --------
    >>> place_in_words(("values", "accuracy", 2, 5))
    'values.accuracy[2][5]'
    """
    keys = [key for key in place if isinstance(key, int) or not key.startswith(PYDANTICS_NAMES)]
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys).lstrip(".")


class Shape:
    """The sizes of an array: numbers, or names of numbers that are the same throughout a file.

    ``"bins+1"`` is one more than ``"bins"``. No size is zero.
    """

    def __init__(self, *sizes: str | int) -> None:
        self.sizes = sizes

    def check(self, name: str, array: Sequence[Any], known: dict[str, int]) -> None:
        """Compare with the sizes ``known`` by name, and add to them those that are not yet."""
        try:
            found = np.shape(array)
        except ValueError:
            raise ValueError(f"the rows of '{name}' differ in length") from None
        expected = []
        for size, wanted in zip(found, self.sizes, strict=False):
            if isinstance(wanted, str):
                key, _, more = wanted.partition("+")
                wanted = known.setdefault(key, max(1, size - int(more or 0))) + int(more or 0)
            expected.append(wanted)
        if list(found) != expected:
            shapes = (" × ".join(map(str, sizes)) for sizes in (found, expected))
            raise ValueError("'{}' has {} numbers, but has to have {}".format(name, *shapes))


def distinct(numbers: list[int]) -> list[int]:
    if len(set(numbers)) < len(numbers):
        raise ValueError(f"{reprlib.repr(numbers)} names a number twice")
    return numbers


def increasing(numbers: list[Any]) -> list[Any]:
    if any(second <= first for first, second in pairwise(numbers)):
        raise ValueError("each number has to be larger than the one before")
    return numbers


Number = Annotated[float, Field(ge=-LARGEST_FLOAT, le=LARGEST_FLOAT)]
Size = Annotated[float, Field(ge=0, le=LARGEST_FLOAT)]
Share = Annotated[float, Field(ge=0, le=1)]
Seconds = Annotated[float, Field(ge=0, le=1e10)]
Count = Annotated[int, Field(ge=0, le=2**63 - 1)]
Seeds = Annotated[list[Count], Field(min_length=1), AfterValidator(distinct)]
Word = Annotated[str, Field(pattern="^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=40)]
Checksum = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Strict(BaseModel):
    """No type is converted, no unknown key is accepted."""

    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)


class Lenient(Strict):
    """Further keys are kept as they are."""

    model_config = ConfigDict(extra="allow")


class Progress(Strict):
    """What a worker reports: so many epochs are done, after so many seconds of this process.

    Epochs that it went on from, ``resumed_at``, took it no time. ``accuracy`` is that on the
    training data, once there is one.
    """

    epochs: Count
    resumed_at: Count
    seconds: Seconds
    accuracy: Share | None


class Provenance(Lenient):
    """When, where and how a seed was trained."""

    trained: str
    seconds: Seconds
    trained_with_seeds: Seeds
    device: str
    code_sha256: Checksum
    data_sha256: Checksum
    versions: dict[str, str]


class SeedRecord(Lenient):
    """``seed-00.json``: what is stored of a trained seed beside its weights."""

    seed: Count
    metrics: dict[str, Number]
    provenance: Provenance
    sha256: Checksum


class StoredSeedRecord(SeedRecord):
    """``seed-00.json`` itself, which says of which configuration it is; a figure need not."""

    configuration: Checksum


class ScheduleRecord(Strict):
    epochs: Count
    learning_rate: Size
    cooldown: Count = 0
    validations: Count = 10
    records: Count = 100


class Configuration(Lenient):
    """``config.json``: the hyperparameters of a run."""

    experiment: Word
    schedule: ScheduleRecord
    classifier: dict[str, JsonValue]
    data: dict[str, JsonValue]


class ShapedValues(Strict):
    """Arrays with their shapes."""

    def check_shapes(self, **known: int) -> None:
        """Raise ``ValueError`` unless all arrays fit together and the ``known`` sizes."""
        for name, field in type(self).model_fields.items():
            for shape in field.metadata:
                if isinstance(shape, Shape):
                    shape.check(name, getattr(self, name), known)
