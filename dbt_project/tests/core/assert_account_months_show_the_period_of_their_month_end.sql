-- Attributes of an account at a month-end are those of the period that its book names, and that period holds the day.
with months as (

    select * from {{ ref('dim_account_month') }}

),

periods as (

    select * from {{ ref('dim_account_history') }}

),

final as (

    select months.account_month_id
    from months
    left join periods on months.book_id = periods.book_id
    where months.account_month_id is null
        or periods.book_id is null
        or months.month_end not between periods.valid_from and periods.valid_to
        or months.segment <> periods.segment
        or months.industry <> periods.industry
        or months.region <> periods.region
        or months.csm <> periods.csm
        or months.team <> periods.team
        or months.product <> periods.product
        or months.signed_quarter <> periods.signed_quarter

)

select * from final
