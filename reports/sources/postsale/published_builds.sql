-- Every build that was published, from the ledger.
select
    strftime(ledger.published_at, '%Y-%m-%d %H:%M') as published_at,
    ledger.build_id,
    strftime(ledger.as_of, '%Y-%m-%d') as as_of,
    strftime(ledger.known_at, '%Y-%m-%d %H:%M') as known_at,
    substr(ledger.input_hash, 1, 12) as input_hash,
    substr(ledger.policy_hash, 1, 12) as policy_hash,
    ledger.code_version,
    substr(ledger.entry_hash, 1, 12) as entry_hash
from (select 1 as one) as always_one_row
left join audit.ledger as ledger on ledger.kind = 'build'
order by ledger.sequence desc
limit 200
