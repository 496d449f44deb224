{{ config(materialized='view') }}

select {{ select_columns(canonical_columns('success_plans') + canonical_lineage_columns()) }}
from {{ ref('int_success_plans_checked') }}
where is_usable
