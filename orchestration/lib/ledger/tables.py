"""The ledger as tables of the warehouse, for pages and auditors."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from orchestration.lib.contracts.sql import literal
from orchestration.lib.ledger.entries import BUILD, CAUSE, PART, SEGMENT_COLUMNS, VALUE, WITHDRAWN

KEY = ("metric", "grain", "metric_time", "slice")
# Wide enough for every published number; differences of texts in it add up exactly.
EXACT = "decimal(38, 18)"


def audit_tables(segments: Sequence[Path]) -> dict[str, str]:
    """Selects by table name, over the files of the ledger.

    `ledger`: every entry. `restatement`: one row per value of a closed period that changed, with both values and the
    causes. `restatement_part`: one row per step of it; `difference` adds up to that of the restatement, exactly.
    `restatement_finding`: one row per thing that a cause consists of (`item` is JSON), `found` of them in all.
    """
    files = ", ".join(literal(str(path)) for path in segments)
    entries = (
        f"(select *, sum(case when kind = '{BUILD}' then 1 else 0 end) over (order by sequence) as build_number "
        f"from read_parquet([{files}]))"
    )
    key = ", ".join(KEY)
    difference = f"try_cast(value_after as {EXACT}) - try_cast(value_before as {EXACT}) as difference"
    parts = f"""
        select
            sequence, build_number, build_id, published_at, {key},
            cast(value ->> 'step' as integer) as step,
            value ->> 'cause' as cause,
            value ->> 'before' as value_before,
            value ->> 'after' as value_after
        from {entries} where kind = '{PART}'
    """
    same = " and ".join(f"entries.{name} = ends.{name}" for name in ("build_number", *KEY))
    return {
        "ledger": f"select {', '.join(SEGMENT_COLUMNS)} from {entries} order by sequence",
        "restatement_part": f"select * exclude (build_number), {difference} from ({parts}) order by sequence",
        "restatement": f"""
            with parts as ({parts}),
            builds as (
                select build_number, lag(build_id) over (order by sequence) as previous_build_id
                from {entries} where kind = '{BUILD}'
            ),
            ends as (
                select
                    build_number, build_id, published_at, {key}, min_by(struct_pack(text := value_before), step).text
                        as value_before,
                    max_by(struct_pack(text := value_after), step).text as value_after,
                    string_agg(distinct cause, ', ' order by cause) as causes
                from parts group by all
            )
            select
                entries.sequence, ends.build_id, builds.previous_build_id, ends.published_at,
                {", ".join(f"ends.{name}" for name in KEY)}, value_before, value_after, {difference}, causes
            from ends
            inner join builds on ends.build_number = builds.build_number
            inner join {entries} as entries on entries.kind in ('{VALUE}', '{WITHDRAWN}') and {same}
            order by entries.sequence
        """,
        "restatement_finding": f"""
            select
                sequence, build_id, published_at,
                value ->> 'cause' as cause,
                value ->> 'object' as object,
                cast(value ->> 'count' as bigint) as found,
                cast(from_json(value -> 'metrics', '["varchar"]') as varchar[]) as metrics,
                cast(items.item as varchar) as item
            from {entries}
            left join lateral (select unnest(from_json(value -> 'items', '["json"]')) as item) as items on true
            where kind = '{CAUSE}' order by sequence
        """,
    }
