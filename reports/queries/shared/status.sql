select canonical_object, is_connected, feeds
from postsale.source_status
where canonical_object is not null
order by canonical_object
