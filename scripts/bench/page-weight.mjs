// @ts-check
// What a browser downloads when it opens a page and does nothing: `node scripts/bench/page-weight.mjs`.
// Prints a table for docs/performance.md.
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright";
import { CHROMIUM_FLAGS, provideChromium } from "../test/chromium.mjs";
import { fixtureRows, machine, startFixtureSite } from "./fixture-site.mjs";

/**
 * Bytes of a page; scripts are those that its HTML names, which run before it can be used.
 *
 * @typedef {object} PageWeight
 * @property {number} scripts compressed as by `gzip -9`
 * @property {number} scriptsServed as the server sent them
 * @property {number} scriptCount
 * @property {number} laterScripts what scripts have asked for in the seconds after that, `gzip -9`
 * @property {number} html as the server sent it
 * @property {number} styles as the server sent them
 * @property {number} fonts as the server sent them
 */

/**
 * @param {import("playwright").Browser} browser
 * @param {string} url
 * @param {{ isScrolled?: boolean }} [options] `isScrolled`: to its end, so that what loads on sight is loaded
 * @returns {Promise<PageWeight>}
 */
export async function weighPage(browser, url, { isScrolled = false } = {}) {
  const page = await browser.newPage({ viewport: { width: 412, height: 823 } });
  try {
    /** @type {import("playwright").Response[]} */
    const responses = [];
    page.on("response", (response) => void responses.push(response));
    const document = await page.goto(url);
    if (isScrolled) await page.evaluate(() => scrollTo(0, globalThis.document.body.scrollHeight));
    // The stream of the market never ends: the network is not idle.
    await page.waitForTimeout(QUIET_MS);
    const named = namedScripts((await document?.text()) ?? "", url);
    const weight = {
      scripts: 0,
      scriptsServed: 0,
      scriptCount: 0,
      laterScripts: 0,
      html: 0,
      styles: 0,
      fonts: 0,
    };
    for (const response of responses) {
      const type = response.request().resourceType();
      // It has no size: it never ends.
      if (type === "eventsource") continue;
      const served = (await response.request().sizes()).responseBodySize;
      if (type === "document") weight.html += served;
      if (type === "stylesheet") weight.styles += served;
      if (type === "font") weight.fonts += served;
      if (type !== "script") continue;
      const compressed = gzipSync(await response.body(), { level: 9 }).length;
      if (named.has(response.url())) {
        weight.scripts += compressed;
        weight.scriptsServed += served;
        weight.scriptCount += 1;
      } else weight.laterScripts += compressed;
    }
    return weight;
  } finally {
    await page.close();
  }
}

/**
 * @param {string} html
 * @param {string} base
 */
function namedScripts(html, base) {
  const sources = html.matchAll(/<script\b[^>]*?\bsrc="([^"]+)"/g);
  return new Set(
    Array.from(sources, ([, source = ""]) => new URL(source.replaceAll("&amp;", "&"), base).href),
  );
}

/**
 * Launches the browser the tests use.
 *
 * @param {readonly string[]} [flags] beyond theirs
 */
export function launchBrowser(flags = []) {
  return chromium.launch({
    executablePath: provideChromium().path,
    args: [...CHROMIUM_FLAGS, ...flags],
  });
}

/** So long after the page was loaded its own scripts have asked for what they need. */
const QUIET_MS = 3_000;

const kilobytes = (/** @type {number} */ bytes) => (bytes / 1024).toFixed(1);

async function main() {
  const site = await startFixtureSite(fixtureRows());
  const browser = await launchBrowser();
  try {
    console.log(`\nKB (1,024 bytes), ${machine()}\n`);
    console.log(
      "| page | scripts in the HTML, gzip -9 | as served | files | scripts loaded later, gzip -9 | HTML | CSS | fonts |",
    );
    console.log("|---|---:|---:|---:|---:|---:|---:|---:|");
    for (const path of [
      "/",
      "/crypto_report/1",
      "/en/crypto_report/1",
      "/crypto_report/3",
      "/crypto_reports_list",
    ]) {
      const weight = await weighPage(browser, site.url + path);
      const { scripts, scriptsServed, scriptCount, laterScripts, html, styles, fonts } = weight;
      const figures = [laterScripts, html, styles, fonts].map(kilobytes).join(" | ");
      console.log(
        `| \`${path}\` | ${kilobytes(scripts)} | ${kilobytes(scriptsServed)} | ${scriptCount} | ${figures} |`,
      );
    }
  } finally {
    await browser.close();
    await site.stop();
  }
}

if (resolve(process.argv[1] ?? "") === fileURLToPath(import.meta.url)) await main();
