"""Whether books whose CSM no longer implements do better: operating models compared by resampling whole books.

Reads marts, after dbt; the result is exported as the table `metrics.operating_model_comparison`.
"""

from orchestration.lib.comparison.compare import COLUMNS, Comparison, compare_books
from orchestration.lib.comparison.history import MARTS, operating_model_comparison

__all__ = ["COLUMNS", "MARTS", "Comparison", "compare_books", "operating_model_comparison"]
