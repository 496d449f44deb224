select dimension, value
from postsale.filter_choices
where value is not null
order by dimension, value
