"""Exports computed in two processes: most of the work is Python's, which uses one core."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from orchestration.lib.semantic.exports import Exporter, ExportResult, Progress
from orchestration.lib.semantic.layer import SemanticLayer
from orchestration.lib.semantic.postsale import reference_tables
from orchestration.lib.semantic.settings import LayerPaths


def export_side_by_side(paths: LayerPaths, names: Sequence[str], on_progress: Progress) -> Iterator[ExportResult]:
    """Write the exports of `names` of the build under way and make their tables, in that order.

    Files first, by readers of the warehouse; then the tables, by its one writer. `on_progress` is told what is being
    computed here. Raises `PostsaleError` like `SemanticLayer.export`.
    """
    queries = [name for name in names if name not in reference_tables()]
    written: dict[str, ExportResult] = {}
    # Spawned and not forked: this process has threads, which a fork would leave behind with their locks.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as other:
        theirs = other.submit(write_files, paths, queries[1::2])
        written |= write_files(paths, queries[::2], on_progress)
        written |= theirs.result()
    with SemanticLayer.open(paths, read_only=False) as layer:
        exporter = Exporter(layer)
        for name in names:
            yield exporter.as_table(written[name]) if name in written else exporter.export(name)


def write_files(
    paths: LayerPaths, names: Sequence[str], on_progress: Progress | None = None
) -> dict[str, ExportResult]:
    """Write the Parquet files of saved queries, and keep what was compiled for them."""
    written = {}
    with SemanticLayer.open(paths) as layer:
        exporter = Exporter(layer)
        for name in names:
            if on_progress is not None:
                on_progress(name)
            written[name] = exporter.write_file(name)
        layer.compiler.save()
    return written
