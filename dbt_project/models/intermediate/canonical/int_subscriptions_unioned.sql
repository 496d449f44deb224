{{ config(materialized='view') }}

select {{ select_columns(canonical_columns('subscriptions') + canonical_lineage_columns()) }}
from {{ ref('int_subscriptions_checked') }}
where is_usable
