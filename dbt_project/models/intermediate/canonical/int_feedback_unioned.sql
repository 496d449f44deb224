{{ config(materialized='view') }}

select {{ select_columns(canonical_columns('feedback') + canonical_lineage_columns()) }}
from {{ ref('int_feedback_checked') }}
where is_usable
