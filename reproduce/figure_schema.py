"""What the JSON behind each figure has to hold, as ``measure`` of the figure returns it."""

from __future__ import annotations

from typing import Annotated, Generic, Literal, Self, TypeVar

from pydantic import AfterValidator, BaseModel, Field, model_validator

from reproduce.schema import (
    Configuration,
    Count,
    Number,
    SeedRecord,
    Seeds,
    Shape,
    ShapedValues,
    Share,
    Size,
    Strict,
    Word,
    distinct,
    increasing,
)
from spectral.datasets.mnist import SIDE

Label = Literal[0, 1]
Pixel = Annotated[int, Field(ge=0, lt=SIDE * SIDE)]
Pixels = Annotated[list[Pixel], AfterValidator(distinct)]
Edges = Annotated[list[Number], Shape("bins+1"), AfterValidator(increasing)]


class Figure1(ShapedValues):
    relevance: Annotated[list[list[Size]], Shape("seeds", 20)]
    mean: Annotated[list[Size], Shape(20)]
    std: Annotated[list[Size], Shape(20)]
    distance: Annotated[list[Size], Shape(20)]


class Figure2(ShapedValues):
    relevance: Annotated[list[list[Size]], Shape("seeds", 10)]
    mean: Annotated[list[Size], Shape(10)]
    std: Annotated[list[Size], Shape(10)]
    p: Annotated[list[Share], Shape(10)]


class Figure3(ShapedValues):
    pixels: Annotated[
        list[Annotated[int, Field(ge=1, le=SIDE * SIDE)]],
        Shape("pixels"),
        AfterValidator(increasing),
    ]
    accuracy: Annotated[list[list[Share]], Shape("seeds", "pixels")]
    accuracy_random: Annotated[list[list[Share]], Shape("seeds", "pixels")]
    accuracy_full: Annotated[list[Share], Shape("seeds")]
    larger_class: Share
    top20: Annotated[list[Pixels], Shape("seeds", 20)]
    top20_mean: Annotated[Pixels, Shape(20)]


class Figure4(ShapedValues):
    examples: Annotated[list[list[Share]], Shape(4, SIDE * SIDE)]
    labels: Annotated[list[Label], Shape(4)]
    mask: Annotated[list[Label], Shape(SIDE * SIDE)]
    center: Pixels
    pixels: Annotated[Pixels, Shape(20)]
    brightness_zeros: Annotated[list[Share], Shape(20)]
    brightness_ones: Annotated[list[Share], Shape(20)]
    seeds_brighter_in_ones: Annotated[list[Annotated[int, Field(ge=0, le=20)]], Shape("seeds")]


class Figure5(ShapedValues):
    edges: Edges
    class_0: Annotated[list[list[Size]], Shape(20, "bins")]
    class_1: Annotated[list[list[Size]], Shape(20, "bins")]


class Figure6(ShapedValues):
    components: Annotated[list[Annotated[int, Field(ge=0, lt=10)]], Shape(2)]
    edges: Edges
    class_0: Annotated[list[list[Size]], Shape(2, "bins")]
    class_1: Annotated[list[list[Size]], Shape(2, "bins")]
    scatter_0: Annotated[list[list[Number]], Shape("points of class 0", 2)]
    scatter_1: Annotated[list[list[Number]], Shape("points of class 1", 2)]


class Figure7(ShapedValues):
    relevance: Annotated[list[list[Share]], Shape("seeds", SIDE * SIDE)]
    histogram: Annotated[
        list[list[Annotated[int, Field(ge=0, le=SIDE * SIDE)]]], Shape("seeds", "bins")
    ]
    edges: Edges


class Evolution(ShapedValues):
    epochs: Annotated[list[Count], Shape("epochs"), AfterValidator(increasing)]
    relevant: Annotated[list[list[Size]], Shape("epochs", "relevant inputs")]
    irrelevant: Annotated[list[list[Size]], Shape("epochs", 3)]


Name = TypeVar("Name")
FigureValues = TypeVar("FigureValues", bound=ShapedValues)


class FigureProvenance(Strict):
    """How the seeds of a figure were trained."""

    configuration: Configuration
    seeds: list[SeedRecord]


class FigureFile(Strict, Generic[Name, FigureValues]):
    """``figure<N>.json``, or ``evolution-<experiment>.json``."""

    figure: Name
    preset: Word
    seeds: Seeds
    values: FigureValues
    provenance: FigureProvenance

    @model_validator(mode="after")
    def _fits_its_seeds(self) -> Self:
        self.values.check_shapes(seeds=len(self.seeds))
        if [record.seed for record in self.provenance.seeds] != self.seeds:
            raise ValueError("the seeds of its provenance are not those of the figure")
        return self


SCHEMAS: dict[str, type[BaseModel]] = {
    "figure1": FigureFile[Literal["figure1"], Figure1],
    "figure2": FigureFile[Literal["figure2"], Figure2],
    "figure3": FigureFile[Literal["figure3"], Figure3],
    "figure4": FigureFile[Literal["figure4"], Figure4],
    "figure5": FigureFile[Literal["figure5"], Figure5],
    "figure6": FigureFile[Literal["figure6"], Figure6],
    "figure7": FigureFile[Literal["figure7"], Figure7],
    "evolution-independent-gaussians": FigureFile[
        Literal["evolution-independent-gaussians"], Evolution
    ],
    "evolution-correlated-gaussians": FigureFile[
        Literal["evolution-correlated-gaussians"], Evolution
    ],
    "evolution-mnist-zeros-ones": FigureFile[Literal["evolution-mnist-zeros-ones"], Evolution],
}
"""By the figure's name."""
