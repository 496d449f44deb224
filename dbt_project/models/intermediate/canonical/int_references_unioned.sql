{{ config(materialized='view') }}

select {{ select_columns(canonical_columns('references') + canonical_lineage_columns()) }}
from {{ ref('int_references_checked') }}
where is_usable
