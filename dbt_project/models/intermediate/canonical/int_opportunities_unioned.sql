{{ config(materialized='view') }}

select {{ select_columns(canonical_columns('opportunities') + canonical_lineage_columns()) }}
from {{ ref('int_opportunities_checked') }}
where is_usable
