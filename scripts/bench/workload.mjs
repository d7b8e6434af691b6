// @ts-check
import { get } from "node:http";
import { connect } from "node:net";
import { promisify } from "node:util";
import { brotliDecompress, gunzip } from "node:zlib";

/** Head of an answer on the wire: more than this beyond its body, and it is another answer. */
const LARGEST_HEAD_BYTES = 4_096;

/**
 * A line of the table: what is asked for, and what must come for the figure to count.
 *
 * @typedef {object} Workload
 * @property {string} name
 * @property {string} path
 * @property {string} accept `Accept-Encoding`
 * @property {"identity" | "gzip" | "br"} [encoding] that the site's answer must have; absent: whichever it chooses
 * @property {boolean} [conditional] asks with the page's own ETag, and 304 must come
 *
 * @typedef {object} Answer
 * @property {number} status
 * @property {string} encoding `identity` where none is said
 * @property {string | undefined} etag
 * @property {number} bytes of the body as it came
 * @property {Buffer} content of the body, decoded
 *
 * What one server answers to a workload: the request that is timed, or why none is.
 *
 * @typedef {{ request: import("./load.mjs").Request, answer: Answer } | { none: string }} Checked
 */

/** What a browser sends, but for zstd, which only some Node can make. */
export const BROWSER = "gzip, deflate, br";

/**
 * Asks once and looks whether the answer is what the workload claims: status, encoding, and a body that
 * decodes to what comes without any encoding.
 *
 * @param {string} url
 * @param {Workload} workload
 * @param {boolean} isStrict whether the encoding must be that of the workload
 * @returns {Promise<Checked>}
 */
export async function check(url, { path, accept, encoding, conditional }, isStrict) {
  const headers = { "Accept-Encoding": accept };
  const plain = await ask(url + path, { "Accept-Encoding": "identity" });
  const answer = await ask(url + path, headers);
  if (answer.status !== 200) return { none: `status ${answer.status}` };
  if (plain.encoding !== "identity") return { none: `${plain.encoding} where none was accepted` };
  if (!answer.content.equals(plain.content)) return { none: "its encodings differ" };
  if (isStrict && encoding !== undefined && answer.encoding !== encoding) return { none: answer.encoding };
  if (!conditional) return { request: { path, headers }, answer };
  if (answer.etag === undefined) return { none: "no ETag" };
  const request = { path, headers: { ...headers, "If-None-Match": answer.etag } };
  const unchanged = await ask(url + path, request.headers);
  if (unchanged.status !== 304) return { none: `status ${unchanged.status}` };
  return { request, answer: unchanged };
}

/**
 * Tells from the bytes that came under load that each answer was still the one that was checked.
 *
 * @param {Answer} answer
 * @param {import("./load.mjs").LoadResult} result
 * @param {number} connections each may hold a part of one more answer
 */
export function isSameAnswer({ bytes }, result, connections) {
  const most = result.requests * (bytes + LARGEST_HEAD_BYTES) + connections * bytes;
  return result.bytes > result.requests * bytes && result.bytes <= most;
}

/**
 * @param {string} url
 * @param {Readonly<Record<string, string>>} headers
 * @returns {Promise<Answer>}
 */
function ask(url, headers) {
  return new Promise((resolve, reject) => {
    get(url, { agent: false, headers }, async (response) => {
      try {
        const body = Buffer.concat(await response.toArray());
        const encoding = response.headers["content-encoding"] ?? "identity";
        resolve({
          status: response.statusCode ?? Number.NaN,
          encoding,
          etag: response.headers.etag,
          bytes: body.length,
          content: body.length > 0 ? await decode(body, encoding) : body,
        });
      } catch (error) {
        reject(error);
      }
    }).on("error", reject);
  });
}

/**
 * The bytes of an answer as they come on the connection, its head included.
 *
 * @param {string} url
 * @param {import("./load.mjs").Request} request
 * @param {Answer} answer that was checked
 * @returns {Promise<Buffer>}
 */
export async function rawAnswer(url, { path, headers }, answer) {
  const { hostname, port, host } = new URL(url);
  const fields = Object.entries({ Host: host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  const socket = connect(Number(port), hostname);
  socket.write(`GET ${path} HTTP/1.1\r\n${fields.join("")}\r\n`);
  let bytes = Buffer.alloc(0);
  for await (const chunk of socket) {
    bytes = Buffer.concat([bytes, chunk]);
    const head = bytes.indexOf("\r\n\r\n");
    if (head >= 0 && bytes.length >= head + 4 + answer.bytes) return bytes;
  }
  throw new Error(`${path}: the connection ended after ${bytes.length} bytes`);
}

/**
 * @param {Buffer} body
 * @param {string} encoding
 * @returns {Promise<Buffer>}
 */
async function decode(body, encoding) {
  if (encoding === "br") return promisify(brotliDecompress)(body);
  return encoding === "gzip" ? promisify(gunzip)(body) : body;
}
