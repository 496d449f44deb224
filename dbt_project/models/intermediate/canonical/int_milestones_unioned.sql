{{ config(materialized='view') }}

select {{ select_columns(canonical_columns('milestones') + canonical_lineage_columns()) }}
from {{ ref('int_milestones_checked') }}
where is_usable
