// Replaces Evidence's own layout loader. Two things differ from it:
// the query engine (18 MB of WebAssembly) starts only when a query was not answered at build time,
// that is when a filter is used; and the state of the build reaches every page's banner.
import { browser, building, dev } from '$app/environment';
import {
	arrowTableToJSON,
	initDB,
	query as runQuery,
	setParquetURLs,
	tableFromIPC,
	updateSearchPath
} from '@evidence-dev/universal-sql/client-duckdb';
import { setTrackProxy } from '@evidence-dev/sdk/usql';
import { addBasePath } from '@evidence-dev/sdk/utils/svelte';
import md5 from 'blueimp-md5';

export const ssr = !dev;
export const prerender = true;
export const trailingSlash = 'always';

const NO_VALUE = '(SELECT NULL WHERE 0 /* An Input has not been set */)';
const STATUS_SQL = {
	site_build: 'select as_of, last_closed_month_end, reporting_currency, segments_are_default from postsale.build',
	site_stale: 'select distinct canonical_object from postsale.deliveries where is_stale order by canonical_object'
};

async function readManifest() {
	if (browser) {
		const response = await fetch(addBasePath('/data/manifest.json'));
		return response.ok ? response.json() : {};
	}
	const { readFile } = await import('fs/promises');
	return JSON.parse(await readFile('./static/data/manifest.json', 'utf-8').catch(() => '{}'));
}

async function openTables() {
	const { renderedFiles = {} } = await readManifest();
	await initDB();
	const schemas = Object.keys(renderedFiles);
	if (schemas.length === 0) return;
	await setParquetURLs(renderedFiles, { addBasePath });
	await updateSearchPath(schemas);
}

let opened;
/** Starts the engine at the first call; every later call waits for the same start. */
const engine = () => (opened ??= openTables());

async function answeredAtBuild(routeHash, paramsHash, get) {
	const index = await get(addBasePath(`/api/${routeHash}/${paramsHash}/all-queries.json`));
	if (!index.ok) return {};
	const answers = await Promise.all(
		Object.entries(await index.json()).map(async ([name, hash]) => {
			const answer = await get(addBasePath(`/api/prerendered_queries/${hash}.arrow`));
			return answer.ok ? [name, arrowTableToJSON(await tableFromIPC(answer))] : null;
		})
	);
	return Object.fromEntries(answers.filter(Boolean));
}

/** Paths under way in the first of the two passes that fill the inputs' defaults. */
const firstPass = new Map();

export const load = async ({ fetch, route, params, url }) => {
	const json = (path) => fetch(addBasePath(path)).then((response) => response.json());
	const [{ customFormattingSettings }, pagesManifest, evidencemeta] = await Promise.all([
		json('/api/customFormattingSettings.json/GET.json'),
		json('/api/pagesManifest.json'),
		json(`/api/${route.id}/evidencemeta.json`).catch(() => ({ queries: [] }))
	]);

	const routeHash = md5(route.id);
	const paramsHash = md5(
		Object.entries(params)
			.sort()
			.map(([key, value]) => `${key}\x1F${value}`)
			.join('\x1E')
	);
	const isUserPage = Boolean(route.id) && !/^\/(settings|explore)/.test(route.id);

	const inFirstPass = firstPass.has(url.pathname);
	const inputs = firstPass.get(url.pathname)?.inputs ?? setTrackProxy({ label: '', value: NO_VALUE });
	if ((dev || building) && !browser && !inFirstPass) {
		firstPass.set(url.pathname, { inputs });
		await fetch(url);
		firstPass.delete(url.pathname);
	}

	if (!browser) await engine();

	const data = browser && isUserPage && !dev ? await answeredAtBuild(routeHash, paramsHash, fetch) : {};

	function query(sql, { query_name, callback = (rows) => rows } = {}) {
		if (browser) {
			// Evidence asks again, in the background, what the build has answered already. That would
			// start the engine on every page for nothing.
			if (sql.startsWith('--data') && !opened) return Promise.resolve(callback([]));
			return engine().then(() => runQuery(sql)).then(callback);
		}
		const cache = { route_hash: routeHash, additional_hash: paramsHash, query_name, prerendering: building };
		return callback(runQuery(sql, cache));
	}

	const status = {};
	for (const [name, sql] of Object.entries(STATUS_SQL)) {
		status[name] = data[name] ?? (isUserPage ? await query(sql, { query_name: name }) : []);
	}

	return {
		__db: {
			query,
			load: engine,
			async updateParquetURLs(manifest) {
				await setParquetURLs(JSON.parse(manifest).renderedFiles, { addBasePath });
			}
		},
		inputs,
		data,
		status,
		customFormattingSettings,
		isUserPage,
		evidencemeta,
		pagesManifest
	};
};
