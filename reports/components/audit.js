// How causes and slices of the ledger read.
import { EMPTY } from './format.js';
import { DIMENSIONS, sliceName } from './slices.js';

const CAUSES = {
	rows_late: 'rows that came late',
	rows_changed: 'rows that changed',
	rows_withdrawn: 'rows that were withdrawn',
	hierarchy: 'accounts under another parent',
	policy: 'policy',
	fx: 'exchange rates',
	as_of: 'a later day of data',
	grace_expired: 'grace that ran out',
	definition: 'the definition',
	code: 'the code',
	unexplained: 'not explained by any input'
};

/** `rows_late, fx` in words. */
export const causeName = (text) =>
	(text ?? '')
		.split(', ')
		.map((cause) => cause.split(' and ').map((name) => CAUSES[name] ?? name).join(' and '))
		.join(', ') || EMPTY;

/** `{"segment": "hybrid"}` in words; the total is everything. */
export function jsonSliceWords(text) {
	const entries = Object.entries(JSON.parse(text || '{}'));
	return entries.map(([name, value]) => `${DIMENSIONS[name]?.label ?? name.replace(/_/g, ' ')} ${sliceName(value)}`).join(', ') || 'Total';
}
