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
	red: 'var(--c-band-red)',
	amber: 'var(--c-band-amber)',
	green: 'var(--c-band-green)',
	unknown: 'var(--c-band-unknown)',
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
	red: 'Red',
	amber: 'Amber',
	green: 'Green',
	unknown: 'No score',
	implementation_hours: 'Implementation',
	success_hours: 'Success',
	support_hours: 'Support',
	internal_hours: 'Internal',
	unclassified_hours: 'Unclassified'
};

/**
 * Series of one hue for parts that are kinds of the same thing (reasons of churn, drivers of expansion): the
 * hue says what they have in common, the legend which is which. `names`: value → words.
 */
export const shades = (colour, keys, names = (key) => key) =>
	keys.map((key, i) => {
		const strength = Math.round(100 - (72 * i) / Math.max(1, keys.length - 1));
		return { key, label: names(key), colour: keys.length === 1 ? colour : `color-mix(in srgb, ${colour} ${strength}%, var(--paper))` };
	});

/** Series description for the charts: key, words, colour. */
export const series = (...keys) =>
	keys.map((key) => ({ key, label: LABELS[key] ?? key, colour: COLOURS[key] ?? 'var(--c-line-1)' }));
