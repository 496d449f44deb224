{{ config(alias='quarantine') }}

with parameters as (

    select known_at from {{ ref('stg_build__parameters') }}

),

rejected_at_load as (

    select
        'load' as stage,
        source,
        connector,
        object,
        cast(null as {{ dbt.type_string() }}) as record_id,
        file,
        row_number,
        load_id,
        loaded_at,
        known_at,
        row_hash,
        reason,
        column_name,
        detail,
        raw_record
    from {{ ref('stg_raw_zone__quarantine') }}

),

replays as (

    select
        load_id,
        coalesce(row_number, -1) as row_number,
        replayed_by_load,
        known_at
    from {{ ref('stg_raw_zone__replays') }}

),

-- one row per rejected row, or rejected file: the latest load that had brought it mended
latest_replays as (

    select
        replays.load_id,
        replays.row_number,
        max(replays.replayed_by_load) as replayed_by_load
    from replays
    inner join parameters
        on replays.known_at <= parameters.known_at
    group by replays.load_id, replays.row_number

),

rejected_at_build as (

    select
        'build' as stage,
        source_name as source,
        source_connector as connector,
        source_object as object,
        record_id,
        source_file as file,
        source_row_number as row_number,
        load_id,
        loaded_at,
        known_at,
        row_hash,
        fault as reason,
        fault_column as column_name,
        fault_detail as detail,
        cast(null as {{ dbt.type_string() }}) as raw_record
    from {{ ref('int_orphan_rows') }}

),

rejected as (

    select
        stage,
        source,
        connector,
        object,
        record_id,
        file,
        row_number,
        load_id,
        loaded_at,
        known_at,
        row_hash,
        reason,
        column_name,
        detail,
        raw_record
    from rejected_at_load

    union all

    select
        stage,
        source,
        connector,
        object,
        record_id,
        file,
        row_number,
        load_id,
        loaded_at,
        known_at,
        row_hash,
        reason,
        column_name,
        detail,
        raw_record
    from rejected_at_build

),

final as (

    select
        {{ surrogate_key([
            'rejected.stage',
            'rejected.load_id',
            'rejected.object',
            'rejected.file',
            'rejected.row_number',
            'rejected.record_id',
            'rejected.reason',
            'rejected.column_name',
        ]) }} as quarantine_id,
        rejected.stage,
        rejected.source,
        rejected.connector,
        rejected.object,
        rejected.record_id,
        rejected.file,
        rejected.row_number,
        rejected.load_id,
        rejected.loaded_at,
        rejected.known_at,
        rejected.row_hash,
        rejected.reason,
        rejected.column_name,
        rejected.detail,
        rejected.raw_record,
        latest_replays.replayed_by_load
    from rejected
    inner join parameters
        on rejected.known_at <= parameters.known_at
    left join latest_replays
        on rejected.load_id = latest_replays.load_id
        and coalesce(rejected.row_number, -1) = latest_replays.row_number
        and rejected.stage = 'load'

)

select
    quarantine_id,
    stage,
    source,
    connector,
    object,
    record_id,
    file,
    row_number,
    load_id,
    loaded_at,
    known_at,
    row_hash,
    reason,
    column_name,
    detail,
    raw_record,
    replayed_by_load
from final
