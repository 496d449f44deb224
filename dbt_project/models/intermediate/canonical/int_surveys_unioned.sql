{{ config(materialized='view') }}

select {{ select_columns(canonical_columns('surveys') + canonical_lineage_columns()) }}
from {{ ref('int_surveys_checked') }}
where is_usable
