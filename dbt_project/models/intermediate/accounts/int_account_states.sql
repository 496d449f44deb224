-- Grain: account x period in which its stored attributes are constant.
{{ stored_states(
    relation=ref('int_account_versions_unioned'),
    key='account_id',
    columns=[
        'account_name', 'parent_account_id', 'segment', 'acv', 'industry', 'region', 'csm_email', 'source_row_hashes',
    ]
) }}
