// Runs after `npm ci`. Evidence's template carries its developer pages (a SQL console, a schema viewer,
// settings) into every build: 7 MB of script that no reader opens. Without them the build is
// faster and the pages share less weight.
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

for (const name of ['explore', 'settings']) {
	const folder = new URL(`./node_modules/@evidence-dev/evidence/template/src/pages/${name}`, import.meta.url);
	rmSync(fileURLToPath(folder), { recursive: true, force: true });
}
