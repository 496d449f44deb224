select source, object, file, row_number, reason, column_name, stage, loaded_at
from postsale.quarantine
where reason is not null
order by loaded_at desc, object, file, row_number
