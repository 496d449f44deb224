// How a number of each unit reads. One place, so that a ratio looks the same on every page.
// The locale is fixed: the page rendered at build time and the page in the browser must agree.
import { ALL, sliceWords } from './slices.js';
import { WORDS } from './words.js';

export { sliceName } from './slices.js';

const LOCALE = 'en-US';
export const EMPTY = '–';

const number = (options) => new Intl.NumberFormat(LOCALE, options);
const plain = {
	ratio: number({ style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 }),
	days: number({ maximumFractionDigits: 1 }),
	hours: number({ maximumFractionDigits: 0 }),
	count: number({ maximumFractionDigits: 0 }),
	number: number({ maximumFractionDigits: 2 }),
	score: number({ minimumFractionDigits: 1, maximumFractionDigits: 1 })
};
const signs = { signDisplay: 'exceptZero' };
const signed = {
	ratio: number({ style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1, ...signs }),
	days: number({ maximumFractionDigits: 1, ...signs }),
	hours: number({ maximumFractionDigits: 0, ...signs }),
	count: number({ maximumFractionDigits: 0, ...signs }),
	number: number({ maximumFractionDigits: 2, ...signs }),
	score: number({ minimumFractionDigits: 1, maximumFractionDigits: 1, ...signs })
};
const axisRatio = number({ style: 'percent', maximumFractionDigits: 1 });
const compactCount = number({ notation: 'compact', maximumFractionDigits: 1 });

/** True when there is a number to show. */
export const has = (value) => value !== null && value !== undefined && Number.isFinite(Number(value));

function money(value, currency, options) {
	const base = { style: 'currency', currency: currency || 'USD', currencyDisplay: 'narrowSymbol' };
	return number({ ...base, ...options }).format(value);
}

/** One decimal from a thousand on ($482.4K, $28.0M), none below: a figure keeps its width in a column. */
const compact = (value) => {
	const digits = Math.abs(value) >= 1000 ? 1 : 0;
	return { notation: 'compact', minimumFractionDigits: digits, maximumFractionDigits: digits };
};

const plural = (text, word) => (text === '1' || text === '+1' || text === '-1' ? word : `${word}s`);

/**
 * A value in words a reader can quote: 103.4%, $14.2M, 33 days, 1,204 hours, 262.
 * @param {number | null | undefined} value fractions for ratios
 * @param {'ratio' | 'currency' | 'days' | 'hours' | 'count'} unit
 * @param {{ currency?: string, exact?: boolean, bare?: boolean }} [how] exact: whole currency units; bare: no unit word
 */
export function show(value, unit, how = {}) {
	if (!has(value)) return EMPTY;
	if (unit === 'currency') {
		return how.exact
			? money(value, how.currency, { maximumFractionDigits: 0 })
			: money(value, how.currency, compact(value));
	}
	const text = (plain[unit] ?? plain.count).format(value);
	if (how.bare || (unit !== 'days' && unit !== 'hours')) return text;
	return `${text} ${plural(text, unit === 'days' ? 'day' : 'hour')}`;
}

/** A difference with its sign: +1.4 pp, −3 days, +$1.2M. Ratios differ in percentage points. */
export function showChange(value, unit, how = {}) {
	if (!has(value)) return EMPTY;
	if (unit === 'currency') {
		const digits = how.exact ? { maximumFractionDigits: 0 } : compact(value);
		return money(value, how.currency, { ...digits, ...signs }).replace('-', '−');
	}
	const text = (signed[unit] ?? signed.count).format(value);
	const read = unit === 'ratio' ? text.replace('%', ' pp') : text;
	const word = unit === 'days' || unit === 'hours' ? ` ${plural(text, unit.slice(0, -1))}` : '';
	return `${read}${word}`.replace('-', '−');
}

/** Axis labels: short, no unit words. */
export function showTick(value, unit, how = {}) {
	if (unit === 'currency') {
		return money(value, how.currency, { notation: 'compact', maximumFractionDigits: 1 }).replace('-', '−');
	}
	if (unit === 'ratio') return axisRatio.format(value).replace('-', '−');
	return compactCount.format(value).replace('-', '−');
}

/** Words for the slice of the row that is shown, else (no row) of the choice. */
export const sliceOf = (row, inputs, everything = 'All customers') => sliceWords(row?.slice ?? inputs.slice.chosen) || everything;

/** Words for the first of these filters that is set, else `all`; so too before a choice is known. */
export const chosenOf = (inputs, names, all = '') => names.map((name) => inputs[name]).find((one) => typeof one?.chosen === 'string' && one.chosen !== ALL)?.label ?? all;

/** `time_entries` as a reader says it. */
export const objectName = (name) => (name ?? '').replace(/_/g, ' ');

/** A policy's name as a reader says it: `goals_and_success_criteria` → Goals and success criteria. */
export const wordsOf = (name) => {
	const text = (name ?? '').replace(/_/g, ' ').trim();
	return WORDS[name] ?? (text ? text[0].toUpperCase() + text.slice(1) : EMPTY);
};
