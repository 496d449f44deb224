{{ config(materialized='view') }}

select {{ select_columns(canonical_columns('handoffs') + canonical_lineage_columns()) }}
from {{ ref('int_handoffs_checked') }}
where is_usable
