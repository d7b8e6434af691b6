/** What a request may have. Node's parser, the guard and the hit lane hold to the same, so that none lets in what another refuses. */

/** Request line and headers together. */
export const MAX_HEAD_BYTES = 16 * 1024;
/** Browsers send some 20. Node reads 1,000 and is silent about the rest. */
export const MAX_HEADERS = 100;
/** Characters of path and query. */
export const MAX_URL_LENGTH = 2_048;
/** Nothing on the site needs a body. */
export const MAX_BODY_BYTES = 64 * 1024;
