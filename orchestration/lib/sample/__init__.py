"""The sample company: a simulated SaaS vendor, its exports in the vendors' own shapes, and the right answers."""
