"""The semantic layer: metrics by dimension and period, from one set of definitions, for every reader.

`SemanticLayer` compiles with MetricFlow, runs over one warehouse and writes the exports. Everything but
`postsale.py` is free of this project's tables and can serve another dbt project through `LayerSettings`.
"""

from orchestration.lib.semantic.exports import Exporter, ExportResult
from orchestration.lib.semantic.layer import CompiledQuery, QueryResult, SemanticLayer
from orchestration.lib.semantic.settings import Calendar, ComputedExport, LayerPaths, LayerSettings, TableExport

__all__ = [
    "Calendar",
    "CompiledQuery",
    "ComputedExport",
    "ExportResult",
    "Exporter",
    "LayerPaths",
    "LayerSettings",
    "QueryResult",
    "SemanticLayer",
    "TableExport",
]
