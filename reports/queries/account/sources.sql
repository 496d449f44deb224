select canonical_object, source_name, source_object, record_id, file, row_number, known_at, row_hash
from postsale.account_sources
where account_id = '${inputs.account.value}'
order by canonical_object, known_at desc, row_number
