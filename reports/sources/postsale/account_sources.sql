-- The raw rows that speak of each account: where they came from and when they were known.
select
    account_source.account_id,
    account_source.canonical_object,
    account_source.source_name,
    account_source.source_object,
    account_source.record_id,
    account_source.file,
    cast(account_source.row_number as double) as row_number,
    strftime(account_source.known_at, '%Y-%m-%d %H:%M') as known_at,
    account_source.row_hash
from (select 1 as one) as always_one_row
left join audit.account_source as account_source on true
order by account_source.account_id, account_source.canonical_object, account_source.known_at
