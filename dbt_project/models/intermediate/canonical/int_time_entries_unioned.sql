{{ config(materialized='view') }}

select {{ select_columns(canonical_columns('time_entries') + ['account_reference'] + canonical_lineage_columns()) }}
from {{ ref('int_time_entries_checked') }}
where is_usable
