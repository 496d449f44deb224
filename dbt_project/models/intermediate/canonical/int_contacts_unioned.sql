{{ config(materialized='view') }}

select {{ select_columns(canonical_columns('contacts') + canonical_lineage_columns()) }}
from {{ ref('int_contacts_checked') }}
where is_usable
