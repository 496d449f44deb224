select distinct segment
from postsale.board
where segment is not null and segment <> 'All'
order by segment
