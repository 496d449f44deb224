-- Expansion by driver over the last 12 complete quarters.
select quarter, quarter_label, driver, expansion_arr_by_driver
from postsale.expansion
where
    driver <> 'All'
    and motion = 'All'
    and slice = '${inputs.slice.value}'
    and is_complete
    and quarter in (select distinct quarter from postsale.expansion where is_complete order by quarter desc limit 12)
order by quarter, driver = 'unattributed', driver
