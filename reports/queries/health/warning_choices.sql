select distinct label
from postsale.warning_list
where label is not null
order by label
