// Where marks go on the paper. Nothing here is a metric: values come from the exported tables.

/** Round tick values that cover [low, high]. */
export function ticks(low, high, wanted = 4) {
	if (!(high > low)) {
		const pad = Math.abs(high) > 0 ? Math.abs(high) * 0.1 : 1;
		return ticks(low - pad, high + pad, wanted);
	}
	const rough = (high - low) / wanted;
	const power = 10 ** Math.floor(Math.log10(rough));
	const step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((s) => s >= rough) ?? 10 * power;
	const first = Math.floor(low / step + 1e-9);
	const last = Math.ceil(high / step - 1e-9);
	return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** Linear scale from values to pixels. */
export const linear = (from, to, a, b) => (v) => a + ((v - from) / (to - from || 1)) * (b - a);

/** Which of `count` labels to print when `room` fit: always the last, evenly spaced before it. */
export function labelled(count, room) {
	const every = Math.max(1, Math.ceil(count / Math.max(1, room)));
	return (i) => (count - 1 - i) % every === 0;
}

/** Rows of an Evidence query, a plain array, or nothing. */
export function rowsOf(data) {
	if (!data) return [];
	return Array.from({ length: data.length ?? 0 }, (_, i) => data[i]).filter(Boolean);
}

/**
 * The first row of a query; while the browser waits for a new answer, the row before it. A card must never
 * say "no value" when the truth is "not yet known".
 */
export const firstRow = (data, before) => (isWaiting(data) ? (before ?? {}) : (rowsOf(data)[0] ?? {}));

/** A query that the browser is still answering after a filter changed. */
export const isWaiting = (data) => Boolean(data?.dataLoading || (data?.loading && !data?.dataLoaded));

/** Svelte action: tells the drawn width of an element, now and whenever it changes. */
export function measure(node, tell) {
	const seen = new ResizeObserver(([entry]) => tell(Math.max(260, entry.contentRect.width)));
	seen.observe(node);
	return { destroy: () => seen.disconnect() };
}

// Stands for an answer that is still under way, so that a chart keeps its last one.
const WAITING = { length: 0, dataLoading: true };

/** The rows that pass a test, or the answer that is still under way. */
export const only = (data, test) => (isWaiting(data) ? WAITING : rowsOf(data).filter(test));

/** The rows of a query; while the browser waits for a new answer, the rows before it. */
export const lastRows = (data, before) => (isWaiting(data) ? (before ?? []) : rowsOf(data));

/**
 * Rows of (x, kind, value) laid out as one row per x with a column per kind, for charts of parts. Values are moved,
 * none is changed: `pivot(rows, 'quarter', 'reason', 'arr')`. Other columns of the first row of an x stay.
 */
export function pivot(data, x, kind, value) {
	if (isWaiting(data)) return WAITING;
	const laid = new Map();
	for (const row of rowsOf(data)) {
		if (!laid.has(row[x])) laid.set(row[x], { ...row });
		laid.get(row[x])[row[kind]] = row[value];
	}
	return [...laid.values()];
}

/** The values of a column of plain rows, each once, in the order in which they come. */
export const kindsOf = (rows, column) => [...new Set(rows.map((row) => row[column]))];
