/* Every load and every row set aside can be found again: by file, content and time, with a reason where refused. */
with loads as (

    select * from {{ ref('audit_load') }}

),

quarantine as (

    select * from {{ ref('audit_quarantine') }}

),

status as (

    select * from {{ ref('audit_source_status') }}

),

final as (

    select load_id as key_value
    from loads
    where source is null
        or connector is null
        or object is null
        or file is null
        or length(file_hash) <> 64
        or bytes < 0
        or known_at is null
        or loaded_at is null
        or rows_withdrawn < 0
        or rows_late not between 0 and rows_loaded
        or columns_seen not like '[%]'
        or extra_columns not like '[%]'
        or missing_columns not like '[%]'
        or (status = 'quarantined' and (reason is null or detail is null))

    union all

    select quarantine.quarantine_id as key_value
    from quarantine
    left join loads on quarantine.load_id = loads.load_id
    where loads.load_id is null
        or quarantine.connector <> loads.connector
        or quarantine.loaded_at is null
        or quarantine.known_at is null
        or (quarantine.row_hash is null and quarantine.raw_record is null and quarantine.detail is null)

    union all

    select object as key_value
    from status
    where (row_count > 0) <> is_connected
        or row_count < 0
        or quarantined_rows < 0
        or (is_connected and last_loaded_at is null)
        or (not is_connected and latest_event_on is not null)
        or expected_every_days <= 0
        or (is_stale and (latest_event_on is null or expected_every_days is null))
        or (is_connected and canonical_object = '')

)

select * from final
