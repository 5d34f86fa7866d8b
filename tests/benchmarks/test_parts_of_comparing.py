"""Where a part of the comparison or of the record goes."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from given_results import result_of

from benchmarks.selection import comparison, record


@pytest.mark.parametrize(
    ("command", "options"),
    [
        (comparison, ["--table", "wine", "--method", "F-test"]),
        (record, ["--inputs", "8", "--folds", "1", "--method", "mutual information"]),
    ],
)
def test_a_part_does_not_replace_the_whole(
    command: Any, options: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(comparison, "compared", lambda *_: result_of(0.5))
    ended = CliRunner().invoke(command.main, [*options, "--workers", "1"])
    assert ended.exit_code == 0, ended.output
    assert {path.parent.name for path in tmp_path.glob("figures/*/*.json")} == {"comparison-part"}
