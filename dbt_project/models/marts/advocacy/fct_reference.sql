-- Grain: stage of a customer reference that had begun by `as_of`.
with parameters as (
    select as_of from {{ ref('stg_build__parameters') }}
),

references_seen as (
    select
        customer_references.reference_id,
        customer_references.account_id,
        customer_references.stage,
        customer_references.kind,
        customer_references.since_on,
        case when customer_references.ended_on <= parameters.as_of then customer_references.ended_on end as ended_on,
        customer_references.source_row_hashes
    from {{ ref('int_references_unioned') }} as customer_references
    inner join parameters on customer_references.since_on <= parameters.as_of
),

accounts as (
    select
        account_id,
        revenue_account_id
    from {{ ref('int_account_hierarchy') }}
),

books as (
    select
        account_id,
        book_id,
        valid_from,
        valid_to
    from {{ ref('dim_account_history') }}
),

final as (
    select
        references_seen.reference_id,
        references_seen.account_id,
        accounts.revenue_account_id,
        references_seen.stage,
        coalesce(references_seen.kind, 'unknown') as kind,
        references_seen.since_on,
        references_seen.ended_on,
        books.book_id,
        references_seen.source_row_hashes
    from references_seen
    inner join accounts on references_seen.account_id = accounts.account_id
    inner join books
        on references_seen.account_id = books.account_id
        and references_seen.since_on between books.valid_from and books.valid_to
)

select
    reference_id,
    account_id,
    revenue_account_id,
    stage,
    kind,
    since_on,
    ended_on,
    book_id,
    source_row_hashes
from final
