select distinct person
from postsale.time_by_person
where person is not null and person <> 'All'
order by person
