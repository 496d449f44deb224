// Compressed copies beside the files that are worth it: `name.br` and `name.gz`.
// The engine's WebAssembly is the same in every build, so its copies are kept in a cache by content.
// usage: node compress.mjs SITE CACHE
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const [site, cache] = process.argv.slice(2);
mkdirSync(cache, { recursive: true });
const WORTH_IT = /\.(?:html|js|css|json|svg|webmanifest|wasm|arrow)$/;
const SMALL = 1400;

const brotli = (bytes) =>
	brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });
const gzip = (bytes) => gzipSync(bytes, { level: 6 });

for (const entry of readdirSync(site, { recursive: true, withFileTypes: true })) {
	if (!entry.isFile() || !WORTH_IT.test(entry.name)) continue;
	const file = join(entry.parentPath ?? entry.path, entry.name);
	const bytes = readFileSync(file);
	if (bytes.length < SMALL) continue;
	const keep = entry.name.endsWith('.wasm');
	const id = keep ? createHash('sha256').update(bytes).digest('hex') : '';
	// The engine for browsers older than WebAssembly exceptions: seldom asked for, so only the quick way.
	const ways = entry.name.startsWith('duckdb-mvp') ? [['gz', gzip]] : [['br', brotli], ['gz', gzip]];
	for (const [ending, compress] of ways) {
		const kept = join(cache, `${id}.${ending}`);
		if (keep && existsSync(kept)) {
			copyFileSync(kept, `${file}.${ending}`);
			continue;
		}
		const small = compress(bytes);
		if (small.length >= bytes.length) continue;
		writeFileSync(`${file}.${ending}`, small);
		if (keep) {
			writeFileSync(`${kept}.part`, small);
			renameSync(`${kept}.part`, kept);
		}
	}
}
