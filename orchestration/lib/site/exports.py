"""What the pages read: the result of every source query, as one fingerprint."""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb

from orchestration.lib.site.errors import SiteError

_FOLDER = "reports/sources/postsale"


def source_queries(reports: Path) -> dict[str, str]:
    """Source table name → its SQL, by name."""
    return {file.stem: file.read_text() for file in sorted((reports / "sources" / "postsale").glob("*.sql"))}


def exports_fingerprint(warehouse: Path, queries: dict[str, str]) -> tuple[str, dict[str, int]]:
    """sha256 hex over every row the pages read, whatever their order, and the rows per source table.

    A source that cannot be read raises `SiteError` naming it: better here, in a second, than at the end of
    Evidence's build. A source that returns no row would break the strict build, so that is an error too.
    """
    digest = hashlib.sha256()
    rows: dict[str, int] = {}
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        for name, sql in queries.items():
            text = sql.strip().rstrip(";")
            try:
                columns = [(c[0], str(c[1])) for c in connection.execute(f"describe {text}").fetchall()]
                counted = connection.execute(
                    "select count(*), coalesce(md5(string_agg(row_hash, '' order by row_hash)), '') from "
                    f"(select md5(cast(source as varchar)) as row_hash from ({text}) as source)"
                ).fetchone()
            except duckdb.Error as error:
                raise SiteError(
                    f"reports/sources/postsale/{name}.sql cannot be read from {warehouse}: {error}"
                ) from error
            count, content = counted if counted else (0, "")
            if count == 0:
                raise SiteError(f"{_FOLDER}/{name}.sql returns no row: start it from a row that is always there")
            rows[name] = count
            digest.update(f"{name}\0{columns}\0{count}\0{content}\n".encode())
    return digest.hexdigest(), rows
