select distinct csm
from postsale.board
where csm is not null and csm <> 'All'
order by csm
