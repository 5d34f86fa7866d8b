"""What the ablation says is told from the rows that were measured."""

from reproduce.ablation.answers import answers_of_penalties


def test_answers_are_told_from_the_rows() -> None:
    row = {
        "data_set": "independent-gaussians",
        "condition": "both",
        "strength": 1.0,
        "silent": [0.25, 0.5],
        "epochs_to_silence": [3, 6],
        "average_precision": [0.5, 1.0],
        "average_precision_of_eigenvalues": [0.25, 0.25],
        "rank_correlation": [0.5, -0.25],
        "rank_correlation_of_eigenvalues": [None, None],
        "loudest": [0.0625, 0.0625],
        "accuracy": [0.9, 1.0],
        "accuracy_of_first": [0.8, 0.8],
        "accuracy_of_first_of_eigenvalues": [0.7, 0.7],
        "agreement": 0.625,
        "slack": [1.0, 2.0],
        "shared": 0.875,
    }
    other = row | {"data_set": "correlated-gaussians", "silent": [0.75], "slack": [3.0]}
    answers = answers_of_penalties([row, other, row | {"condition": "lasso", "silent": [0.5]}])
    silent, lasso, eigenvalue, seeds = answers
    assert str(silent.sentence).startswith("Not on every data set")
    assert "37.5 to 75.0 %" in str(silent.sentence)
    assert "λ and ψ is 1.5 to 3.0 times" in str(lasso.sentence)
    assert "it silences 37.5 to 75.0 %" in str(lasso.sentence)
    assert str(lasso.sentence).startswith("Not on every"), "no lasso on one, no proximal steps"
    assert str(eigenvalue.sentence).startswith("No: ")
    assert "0.500 at most, in average precision on Independent" in str(eigenvalue.sentence)
    assert "two seeds is 0.625, and they have 87.5 % of the first" in str(seeds.sentence)
    assert [answer.numbers.columns for answer in answers if answer.numbers] == [
        ["Independent Gaussians", "Correlated Gaussians"]
    ] * 4
    assert silent.numbers is not None
    assert silent.numbers.lines == [("silent: L2 on λ and ψ", ["37.5 %", "75.0 %"])]
    assert eigenvalue.numbers is not None
    lines = dict(eigenvalue.numbers.lines)
    assert lines["rank correlation with the true relevance: by |λ|"] == ["–", "–"]
    assert lines["rank correlation with the true relevance: by |λ|·‖ψ‖"] == ["0.125", "0.125"]
    *others, seeds = answers_of_penalties([row | {"agreement": None, "shared": None}])
    assert all(answer.sentence for answer in others)
    assert (seeds.sentence, seeds.needs) == (None, "train two seeds at least")
    assert silent.question == "Does the paper's own penalty silence inputs?"
