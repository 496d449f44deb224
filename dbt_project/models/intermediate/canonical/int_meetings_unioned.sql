{{ config(materialized='view') }}

select {{ select_columns(canonical_columns('meetings') + canonical_lineage_columns()) }}
from {{ ref('int_meetings_checked') }}
where is_usable
