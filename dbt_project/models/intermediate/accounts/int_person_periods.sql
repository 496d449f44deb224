-- Grain: member of staff x period in which function, team and capacity are constant.
{{ stored_states(
    relation=ref('int_person_versions_unioned'),
    key='email',
    columns=['function', 'team', 'weekly_capacity_hours']
) }}
