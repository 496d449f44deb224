{{ config(materialized='view') }}

select {{ select_columns(canonical_columns('usage_events') + canonical_lineage_columns()) }}
from {{ ref('int_usage_events_checked') }}
where is_usable
