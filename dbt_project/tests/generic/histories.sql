{#
  Catches periods of one key that overlap (a fact would find two attributes and be counted twice) or leave a gap (it
  would find none and fall out of every slice). Both ends belong to the period; the first has to reach back, the last
  forward, without bound.
#}
{% test periods_cover_all_time(model, key, valid_from, valid_to) %}
    with neighbours as (
        select
            {{ key }} as history_key,
            {{ valid_from }} as valid_from,
            {{ valid_to }} as valid_to,
            lag({{ valid_to }}) over (partition by {{ key }} order by {{ valid_from }}) as previous_valid_to,
            lead({{ valid_from }}) over (partition by {{ key }} order by {{ valid_from }}) as next_valid_from
        from {{ model }}
    )

    select
        history_key,
        valid_from,
        valid_to
    from neighbours
    where
        valid_from > valid_to
        or (previous_valid_to is null and valid_from != {{ far_past() }})
        or (previous_valid_to is not null and {{ add_days('previous_valid_to', 1) }} != valid_from)
        or (next_valid_from is null and valid_to != {{ far_future() }})
{% endtest %}


{#
  Catches a day that the time spine skips or repeats: every cumulative or offset metric that passes over it would be
  wrong.
#}
{% test spine_has_no_gap(model, day_column) %}
    with neighbours as (
        select
            {{ day_column }} as date_day,
            lag({{ day_column }}) over (order by {{ day_column }}) as previous_day
        from {{ model }}
    )

    select date_day
    from neighbours
    where previous_day is not null and {{ add_days('previous_day', 1) }} != date_day
{% endtest %}
