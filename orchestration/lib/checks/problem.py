"""One thing that is wrong with a company's inputs, and how it is mended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from orchestration.lib.loader.load import InputError

Severity = Literal["error", "warning", "notice"]
_ORDER: dict[str, int] = {"error": 0, "warning": 1, "notice": 2}


@dataclass(frozen=True)
class Problem:
    """``error`` stops a build; ``warning`` leaves rows or files out; ``notice`` asks for a look.

    ``row`` is the row of the file as a spreadsheet counts (a CSV header is row 1); null for a whole file.
    ``reason`` is a stable word, ``detail`` the sentence, ``mend`` what to do.
    """

    severity: Severity
    source: str
    object: str | None
    file: str | None
    row: int | None
    reason: str
    detail: str
    mend: str

    def __str__(self) -> str:
        place = " ".join(
            part
            for part in (self.source, self.file or self.object, f"row {self.row}" if self.row is not None else None)
            if part
        )
        return f"{self.severity}: {place}: {self.reason}: {self.detail}" + (f"; {self.mend}" if self.mend else "")


def sort_key(problem: Problem) -> tuple[int, str, str, int]:
    """Errors first, then by source, file and row."""
    return _ORDER[problem.severity], problem.source, problem.file or "", problem.row or 0


def exit_code(problems: Iterable[Problem]) -> int:
    """1 when a build would stop or leave something out, 0 when there are notices alone."""
    return int(any(problem.severity != "notice" for problem in problems))


def raise_errors(problems: Iterable[Problem]) -> None:
    """Raises InputError with one line per error; warnings and notices do not stop a run."""
    errors = [str(problem) for problem in problems if problem.severity == "error"]
    if errors:
        raise InputError("\n".join(errors))
