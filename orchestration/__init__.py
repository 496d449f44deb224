"""Postsale: the Dagster code location and the `postsale` command."""
