"""The bundled company: as ``write_company`` writes one, with its long answer list compressed to suit git."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from orchestration.lib.sample.parameters import Parameters
from orchestration.lib.sample.write import compress, write_parameters


def write_bundle(folder: Path, parameters: Path, on_progress: Callable[[str], None] | None = None) -> int:
    """Write the company of a parameters file into ``folder`` and return its size in bytes.

    ``truth/metrics.csv`` becomes ``truth/metrics.csv.gz``. Raises SampleError for a key or a size that is none.
    """
    write_parameters(folder, Parameters.from_file(parameters), on_progress)
    answers = folder / "truth" / "metrics.csv"
    (folder / "truth" / "metrics.csv.gz").write_bytes(compress(answers.read_bytes()))
    answers.unlink()
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
