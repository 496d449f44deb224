{{ config(materialized='view') }}

select {{ select_columns(canonical_columns('account_owners') + canonical_lineage_columns()) }}
from {{ ref('int_account_owners_checked') }}
where is_usable
