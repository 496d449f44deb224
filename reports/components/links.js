// Addresses inside the site, with its base path.
import { addBasePath } from '@evidence-dev/sdk/utils/svelte';

/** The account page of the account that a row is about. */
export const accountPage = (row) => addBasePath(`/account/?account=${encodeURIComponent(row.account_id)}`);

/** The definition of the metric that a row is about. */
export const definition = (row) => addBasePath(`/definitions/#${row.metric}`);

/** The trace of a headline number. */
export const tracePage = (row) => addBasePath(`/trace/?number=${row.metric}`);
