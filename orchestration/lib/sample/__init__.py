"""The sample company: a simulated SaaS vendor, its exports in the vendors' own shapes, and the right answers."""

from orchestration.lib.sample.write import SampleSummary, write_company

__all__ = ["SampleSummary", "write_company"]
