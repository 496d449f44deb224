// The slices a reader may choose, and how the exported tables name them (column `slice`).
import { WORDS } from './words.js';

export const ALL = 'All';

/** Dimensions in the order in which the exports name them. */
export const DIMENSIONS = {
	segment: { label: 'Segment', all: 'All segments' },
	csm: { label: 'CSM', all: 'All CSMs' },
	team: { label: 'Team', all: 'All teams' },
	region: { label: 'Region', all: 'All regions' },
	product: { label: 'Product', all: 'All products' },
	operating_model: { label: 'Operating model', all: 'All operating models' }
};
/** What can be chosen at once; every other dimension stands alone. */
export const TOGETHER = ['segment', 'csm'];

/** `{ segment: 'hybrid', csm: 'Dana Fox' }` as the exported tables say it: `segment=hybrid; csm=Dana Fox`. */
export const sliceKey = (chosen) =>
	Object.keys(DIMENSIONS)
		.filter((name) => chosen[name])
		.map((name) => `${name}=${chosen[name]}`)
		.join('; ') || ALL;

const NAMES = { high_touch: 'High touch', hybrid: 'Hybrid', tech_touch: 'Tech touch', unassigned: 'Unassigned', unknown: 'Unknown', none: 'No account', conflated: 'Conflated', separated: 'Separated' };
/** Readable name of a slice value; unknown ones are shown as the company wrote them, missing ones as a dash. */
export const sliceName = (value) => (value === null || value === undefined || value === '' ? '–' : (NAMES[value] ?? WORDS[value] ?? value));

/** A slice in words: `segment=hybrid; csm=Dana Fox` is "Hybrid, Dana Fox"; nothing for the total, nor before a choice is known. */
export const sliceWords = (key) =>
	typeof key === 'string' && key !== ALL
		? key
				.split(/; (?=[a-z_]+=)/)
				.map((part) => part.match(/^([a-z_]+)=(.*)$/s))
				.map(([, name, value]) => (TOGETHER.includes(name) ? sliceName(value) : `${DIMENSIONS[name]?.label ?? name} ${sliceName(value)}`))
				.join(', ')
		: '';
