{{ config(materialized='view') }}

select {{ select_columns(canonical_columns('onboardings') + canonical_lineage_columns()) }}
from {{ ref('int_onboardings_checked') }}
where is_usable
