select published_at, build_id, as_of, known_at, input_hash, policy_hash, code_version, entry_hash
from postsale.published_builds
where build_id is not null
order by published_at desc
