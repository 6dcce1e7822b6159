"""A run's rows take the place of the older ones in a file, and people's words stay."""

from __future__ import annotations

from pathlib import Path

from benchmarks import table
from benchmarks.measuring import Result, Spread, compare


def result(name: str, median: float) -> Result:
    spreads = {"kontor": Spread(1, median, 3), "by hand": Spread(1, 1, 1)}
    return compare(
        name, "a thing", spreads, durability="normal", target="2 x", reached=lambda _: True
    )


def rows(file: Path) -> list[str]:
    return [line for line in file.read_text().splitlines() if line.startswith(f"| {'t'}")]


def test_rows_of_a_benchmark_that_ran_again_replace_its_older_ones(tmp_path: Path):
    file = tmp_path / "results.md"
    file.write_text("# Results\n\nSaid before.\n\n## What limits\n")
    table.write(file, [result("task", 2.0), result("tick", 5.0)])
    assert file.read_text().startswith("# Results\n\nSaid before.\n")
    table.write(file, [result("task", 4.0)])
    told = rows(file)
    assert [line.split(" | ")[0] for line in told] == ["| tick", "| task"]
    assert "4 µs CPU (1 to 3) | by hand 1: 4.00 ×" in told[1]


def test_words_behind_the_table_stay_behind_it(tmp_path: Path):
    file = tmp_path / "results.md"
    table.write(file, [result("task", 2.0)])
    file.write_text(file.read_text() + "\n## What limits\n\nThe disk.\n")
    table.write(file, [result("task", 3.0)])
    assert file.read_text().endswith("| yes |\n\n## What limits\n\nThe disk.\n")
    assert len(rows(file)) == 1
