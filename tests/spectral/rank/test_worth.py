"""What predictions on held-out rows are worth, beside chance and a linear model."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import LinearRegression
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from spectral.rank.target import Target
from spectral.rank.worth import Split, split_rows, worth_of
from spectral.tables.targets import Task

ROWS = 240


def table(seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(rng.normal(size=(ROWS, 4)), columns=list("abcd"))


def classes(values: Any) -> Target:
    return Target("y", "classification", np.array(values, dtype=object), "")


def forest(inputs: pd.DataFrame, targets: np.ndarray) -> Any:
    """Stands in for a network; what is said of its predictions does not depend on what it is."""
    kind = RandomForestRegressor if targets.dtype.kind == "f" else RandomForestClassifier
    return kind(n_estimators=10, random_state=0).fit(inputs, targets)


def tree(inputs: pd.DataFrame, targets: np.ndarray) -> Any:
    """A quicker one."""
    kind = DecisionTreeRegressor if targets.dtype.kind == "f" else DecisionTreeClassifier
    return kind(max_depth=3, random_state=0).fit(inputs, targets)


def test_a_quarter_is_held_out_of_every_class_and_always_the_same_rows() -> None:
    target = classes(["rare"] * 8 + ["common"] * (ROWS - 8))
    split = split_rows(table(), target)
    assert len(split.held_out_targets) == ROWS // 4
    assert (split.held_out_targets == "rare").sum() == 2
    assert not set(split.inputs.index) & set(split.held_out_inputs.index)
    again = split_rows(table(), target)
    assert again.held_out_inputs.index.tolist() == split.held_out_inputs.index.tolist()


def test_missing_values_are_filled_in_by_the_rows_learnt_from() -> None:
    inputs = table().assign(town=["Rome", "Oslo", "Rome"] * (ROWS // 3))
    inputs["town"] = inputs["town"].astype("category")
    inputs.loc[::7, ["a", "town"]] = np.nan
    split = split_rows(inputs, classes(["u", "v"] * (ROWS // 2)), impute=True)
    assert list(split.inputs) == list(inputs)
    known = inputs.loc[split.inputs.index, "a"]
    for part in (split.inputs, split.held_out_inputs):
        missing = inputs.loc[part.index, "a"].isna()
        assert missing.any()
        assert np.allclose(part.loc[missing, "a"].astype(float), known.median())
        assert set(part.loc[missing, "town"]) == {"Rome"}


def test_a_rule_that_no_line_draws_is_worth_more_than_a_linear_model() -> None:
    inputs = table()
    target = classes(np.where(inputs["a"] * inputs["b"] > 0, "same", "other"))
    scores = worth_of(split_rows(inputs, target), ["a", "b"], forest)
    assert scores.measure == "accuracy"
    assert scores.network_has_learnt
    assert scores.selected_inputs is not None
    assert scores.all_inputs > scores.linear_model + 0.15
    assert scores.selected_inputs > scores.linear_model + 0.15
    assert scores.chance < 0.65


def test_numbers_are_judged_by_r_squared_beside_the_mean() -> None:
    inputs = table()
    values = 1e30 * (inputs["a"] + 3 * inputs["c"]).to_numpy()
    split = split_rows(inputs, Target("y", "regression", values, ""))
    scores = worth_of(split, ["c"], lambda x, y: LinearRegression().fit(x, y))
    assert scores.measure == "R²"
    assert scores.all_inputs == pytest.approx(1)
    assert scores.linear_model > 0.99
    expected = np.corrcoef(split.held_out_inputs["c"], split.held_out_targets)[0, 1] ** 2
    assert scores.selected_inputs == pytest.approx(expected, abs=0.05)
    assert abs(scores.chance) < 0.1
    assert scores.p_value <= 0.001


def test_a_rare_class_can_be_learnt_though_accuracy_stays_that_of_chance() -> None:
    inputs = table()
    rng = np.random.default_rng(1)
    rare = rng.random(ROWS) < 0.4 * (inputs["a"] > 0.8)
    scores = worth_of(split_rows(inputs, classes(np.where(rare, "yes", "no"))), [], forest)
    assert scores.all_inputs <= scores.chance + 0.05
    assert scores.network_has_learnt
    assert scores.selected_inputs is None


@pytest.mark.parametrize("task", ["classification", "regression"])
def test_nothing_is_learnt_from_noise_but_in_one_of_twenty_cases(task: Task) -> None:
    """Of 20 tables, with a bound that a fair test misses in 1 of 3000 cases."""
    learnt = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        values = rng.integers(0, 2, ROWS).astype(str).astype(object)
        if task == "regression":
            values = rng.normal(size=ROWS)
        parts = [table(seed).iloc[:180], table(seed).iloc[180:], values[:180], values[180:]]
        split = Split(task, *parts)
        learnt += worth_of(split, [], tree).network_has_learnt
    assert learnt <= 5


def test_of_many_rows_networks_learn_from_some_but_of_every_class(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("spectral.rank.worth.MOST_ROWS_LEARNT_FROM", 50)
    inputs = pd.DataFrame({"a": np.arange(400.0)})
    target = classes(np.where(np.arange(400) < 4, "rare", np.where(np.arange(400) < 200, "x", "y")))
    seen = []

    def fit(few: pd.DataFrame, targets: np.ndarray) -> Any:
        seen.append((len(few), {*targets}))
        return DecisionTreeClassifier().fit(few, targets)

    assert worth_of(split_rows(inputs, target), ["a"], fit).rows == 100
    assert [present for _, present in seen] == [{"rare", "x", "y"}] * 2
    assert all(50 <= number <= 53 for number, _ in seen)
