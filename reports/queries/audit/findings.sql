select published_at, cause, object, found
from postsale.restatement_findings
where cause is not null
order by published_at desc, cause, object
