{{ config(materialized='view') }}

select {{ select_columns(canonical_columns('holds') + canonical_lineage_columns()) }}
from {{ ref('int_holds_checked') }}
where is_usable
