{{ config(materialized='view') }}

select {{ select_columns(canonical_columns('tickets') + canonical_lineage_columns()) }}
from {{ ref('int_tickets_checked') }}
where is_usable
