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
        rejected.raw_record
    from rejected
    inner join parameters
        on rejected.known_at <= parameters.known_at

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
    raw_record
from final
