"""Columns of the raw zone's tables, in order, with their DuckDB types."""

from __future__ import annotations

from orchestration.lib.contracts.model import ObjectContract

LINEAGE_COLUMNS: dict[str, str] = {
    "_extra": "VARCHAR",
    "_source": "VARCHAR",
    "_object": "VARCHAR",
    "_file": "VARCHAR",
    "_row_number": "BIGINT",
    "_record_id": "VARCHAR",
    "_page": "BIGINT",
    "_load_id": "VARCHAR",
    "_loaded_at": "TIMESTAMP",
    "_known_at": "TIMESTAMP",
    "_row_hash": "VARCHAR",
    "_is_withdrawn": "BOOLEAN",
}

LINEAGE_DESCRIPTIONS: dict[str, str] = {
    "_extra": "JSON of the columns that the contract does not know; null when there are none.",
    "_source": "Name of the source in postsale.toml.",
    "_object": "Object of the connector.",
    "_file": "Path of the file below the source's path.",
    "_row_number": "Row of the file, null if withdrawn: a CSV header is row 1, JSONL and Parquet count from 1.",
    "_record_id": "Id of the record in the vendor's API; null for files.",
    "_page": "Page of the vendor's API; null for files.",
    "_load_id": "Load that brought the row; later loads sort later.",
    "_loaded_at": "When it was loaded, UTC.",
    "_known_at": "When it was delivered, UTC: the delivered= folder's time, else the time of loading.",
    "_row_hash": "SHA-256 of the row's content.",
    "_is_withdrawn": "True on the row that says the record is no longer in its file.",
}

# Columns of `stg_<connector>__mapped_raw_rows`.
RAW_ROW_DESCRIPTIONS: dict[str, str] = {
    "source_name": "Name of the source in postsale.toml.",
    "source_connector": "Connector that reads it.",
    "source_object": "Object of the connector.",
    "canonical_object": "Canonical object that it feeds.",
    "record_id": "Id of the record, its key when there is no other; null where rows are counted.",
    "source_file": "Path of the file below the source's path.",
    "row_from": "Row of the file, the first one where rows are counted; null for withdrawals.",
    "row_to": "The last row where rows are counted, else the same row.",
    "row_count": "Rows: 1, or how many of the load and file are counted together.",
    "load_id": "Load that brought the row.",
    "loaded_at": "When it was loaded, UTC.",
    "known_at": "When it had arrived, UTC.",
    "row_hash": "Content hash of the row; null where rows are counted.",
    "fate": (
        "kept: the version that counts, or one of a kept history; superseded: a later version counts; withdrawn: "
        "the record left its file; deleted: the vendor says that the record was deleted; withdrawal: written by the "
        "loader to say that a record left; late: arrived after `known_at`; counted: see the events themselves."
    ),
    "unused_reason": "Why a row of this object may stand behind no fact, as the contract says.",
}

MANIFEST_COLUMNS: dict[str, str] = {
    "load_id": "VARCHAR",
    "source": "VARCHAR",
    "connector": "VARCHAR",
    "object": "VARCHAR",
    "file": "VARCHAR",
    "file_hash": "VARCHAR",
    "bytes": "BIGINT",
    "known_at": "TIMESTAMP",
    "loaded_at": "TIMESTAMP",
    "status": "VARCHAR",
    "rows_arrived": "BIGINT",
    "rows_loaded": "BIGINT",
    "rows_duplicate": "BIGINT",
    "rows_quarantined": "BIGINT",
    "rows_withdrawn": "BIGINT",
    "rows_late": "BIGINT",
    "columns_seen": "VARCHAR",
    "extra_columns": "VARCHAR",
    "missing_columns": "VARCHAR",
    "reason": "VARCHAR",
    "detail": "VARCHAR",
}

QUARANTINE_COLUMNS: dict[str, str] = {
    "source": "VARCHAR",
    "connector": "VARCHAR",
    "object": "VARCHAR",
    "file": "VARCHAR",
    "row_number": "BIGINT",
    "load_id": "VARCHAR",
    "loaded_at": "TIMESTAMP",
    "known_at": "TIMESTAMP",
    "row_hash": "VARCHAR",
    "reason": "VARCHAR",
    "column_name": "VARCHAR",
    "detail": "VARCHAR",
    "raw_record": "VARCHAR",
}

REPLAY_COLUMNS: dict[str, str] = {
    "replayed_by_load": "VARCHAR",
    "load_id": "VARCHAR",
    "source": "VARCHAR",
    "connector": "VARCHAR",
    "object": "VARCHAR",
    "file": "VARCHAR",
    "row_number": "BIGINT",
    "known_at": "TIMESTAMP",
}

ERASURE_COLUMNS: dict[str, str] = {
    "erasure_id": "VARCHAR",
    "pseudonym": "VARCHAR",
    "erased_at": "TIMESTAMP",
    "area": "VARCHAR",
    "file": "VARCHAR",
    "rows_changed": "BIGINT",
    "hash_before": "VARCHAR",
    "hash_after": "VARCHAR",
}

PARAMETER_COLUMNS: dict[str, str] = {
    "as_of": "DATE",
    "as_of_origin": "VARCHAR",
    "known_at": "TIMESTAMP",
    "last_closed_month_end": "DATE",
    "reporting_currency": "VARCHAR",
    "time_zone": "VARCHAR",
    "account_grain": "VARCHAR",
    "renewal_grace_days": "INTEGER",
    "sustained_use_weeks": "INTEGER",
    "fiscal_year_start_month": "INTEGER",
    "fiscal_year_of_as_of": "INTEGER",
    "minimum_slice_accounts": "INTEGER",
    "attribute_history": "VARCHAR",
    "usage_window_days": "INTEGER",
    "usage_baseline_days": "INTEGER",
    "engagement_days": "INTEGER",
    "key_contact_roles": "VARCHAR",
    "live_no_value_days": "INTEGER",
    "engaged_days": "INTEGER",
    "stall_days": "INTEGER",
    "post_live_days": "INTEGER",
    "rework_percent": "INTEGER",
    "core_feature_target": "INTEGER",
    "health_backtest_days": "INTEGER",
    "operating_model_weeks": "INTEGER",
    "conflated_above_percent": "INTEGER",
    "quarter_end_days": "INTEGER",
    "comparison_minimum_books": "INTEGER",
    "comparison_confidence_percent": "INTEGER",
    "renewal_minimum_term_days": "INTEGER",
    "renewal_match_days": "INTEGER",
    "forecast_minimum_renewals": "INTEGER",
    "policy_hash": "VARCHAR",
    "input_hash": "VARCHAR",
    "code_version": "VARCHAR",
    "build_id": "VARCHAR",
    "segments_are_default": "BOOLEAN",
}

SOURCE_STATUS_COLUMNS: dict[str, str] = {
    "source": "VARCHAR",
    "connector": "VARCHAR",
    "object": "VARCHAR",
    "canonical_object": "VARCHAR",
    "is_connected": "BOOLEAN",
    "rows": "BIGINT",
    "latest_event_on": "DATE",
    "last_loaded_at": "TIMESTAMP",
    "quarantined_rows": "BIGINT",
    "expected_every_days": "INTEGER",
    "is_stale": "BOOLEAN",
}


def raw_columns(contract: ObjectContract) -> dict[str, str]:
    """Columns of the object's raw Parquet: the declared ones as text, then the lineage."""
    return dict.fromkeys(contract.columns, "VARCHAR") | LINEAGE_COLUMNS
