// One meaning, one colour, on every page, in both modes. The colours are CSS variables (theme.css);
// they were chosen to stay apart for the three common kinds of colour blindness, and every chart also
// names its series in words.
export const COLOURS = {
	new_arr: 'var(--c-new)',
	expansion_arr: 'var(--c-expansion)',
	reactivation_arr: 'var(--c-reactivation)',
	contraction_arr: 'var(--c-contraction)',
	churned_arr: 'var(--c-churn)',
	transferred_arr: 'var(--c-neutral)',
	implementation_hours: 'var(--c-implementation)',
	success_hours: 'var(--c-success)',
	support_hours: 'var(--c-support)',
	internal_hours: 'var(--c-internal)',
	unclassified_hours: 'var(--c-unclassified)',
	implementation_share: 'var(--c-implementation)',
	csm_implementation_share: 'var(--c-implementation)',
	nrr: 'var(--c-line-1)',
	grr: 'var(--c-line-2)'
};

export const LABELS = {
	new_arr: 'New',
	expansion_arr: 'Expansion',
	reactivation_arr: 'Reactivation',
	contraction_arr: 'Contraction',
	churned_arr: 'Churn',
	transferred_arr: 'Moved between slices',
	implementation_hours: 'Implementation',
	success_hours: 'Success',
	support_hours: 'Support',
	internal_hours: 'Internal',
	unclassified_hours: 'Unclassified'
};

/** Series description for the charts: key, words, colour. */
export const series = (...keys) =>
	keys.map((key) => ({ key, label: LABELS[key] ?? key, colour: COLOURS[key] ?? 'var(--c-line-1)' }));
