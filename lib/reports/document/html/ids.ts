import type { Element, Root } from "hast";
import { slugify } from "./slug";
import { forEachElement, stringProperty } from "./tree";

const PREFIX = "report-";
const MAX_LENGTH = 100;

/** Kebab-case in lower-case letters of any script, or one such word: anchors that are known outside. */
const KEBAB_CASE = /^[\p{Ll}\p{Lo}\p{M}\p{N}]+(?:-[\p{Ll}\p{Lo}\p{M}\p{N}]+)*$/u;

/** Ids of the page around the report. */
const PAGE_ID = /^(?:site-.*|report-container|main|content)$/;

/**
 * Lower-case words that scripts probe as a global variable that may be missing. An element with such
 * an id would be that variable. Globals that always exist cannot be shadowed by an id.
 */
const PROBED_GLOBALS: ReadonlySet<string> = new Set(
  (
    "next process global module exports require define amd navigation scheduler chrome safari opera event " +
    "external caches webpack turbopack webkit browser bun electron android cordova phantom mocha jest " +
    "jasmine cypress jquery react gtag ga fbq"
  ).split(" "),
);

/**
 * Gives every id of a report a value that is unique and can clash neither with the page's ids nor with
 * a global variable (DOM clobbering), and lets in-page links and `headers` follow.
 *
 * Of elements with the same id the first keeps it; a later `section` gets a number, so that it can be
 * linked to, and others lose theirs.
 *
 * @returns The ids in use.
 */
export function settleIds(root: Root): UsedIds {
  const used = new UsedIds();
  const renamed = new Map<string, string>();
  forEachElement(root, (element) => {
    const written = stringProperty(element, "id");
    if (written === null) return;
    const id = safeId(written.trim());
    if (id === "" || (used.has(id) && element.tagName !== "section")) {
      delete element.properties.id;
      return;
    }
    const unique = used.add(id);
    element.properties.id = unique;
    if (!renamed.has(written)) renamed.set(written, unique);
  });
  followIds(root, renamed);
  return used;
}

/** Ids that are taken, and numbers for the next one of the same name. */
export class UsedIds {
  private readonly counts = new Map<string, number>();

  has(id: string): boolean {
    return this.counts.has(id);
  }

  /** Takes `id`, or the first free one of `id-2`, `id-3`, … and returns it. */
  add(id: string): string {
    let unique = id;
    let count = this.counts.get(id) ?? 0;
    while (this.counts.has(unique)) {
      count += 1;
      unique = `${id}-${Math.max(count, 2)}`;
    }
    this.counts.set(id, Math.max(count, 1));
    if (unique !== id) this.counts.set(unique, 1);
    return unique;
  }
}

/** The id as it may be used on the page; empty when nothing of it can be. */
export function safeId(id: string): string {
  if (id.length <= MAX_LENGTH && KEBAB_CASE.test(id)) {
    return PAGE_ID.test(id) || PROBED_GLOBALS.has(id) ? PREFIX + id : id;
  }
  const rest = id.length <= MAX_LENGTH && /^[\p{L}\p{M}\p{N}_-]+$/u.test(id) ? id : slugify(id);
  return rest === "" ? "" : PREFIX + rest;
}

function followIds(root: Root, renamed: ReadonlyMap<string, string>): void {
  forEachElement(root, (element) => {
    const href = stringProperty(element, "href");
    if (href?.startsWith("#")) {
      const target = renamed.get(href.slice(1)) ?? renamed.get(decodeFragment(href.slice(1)));
      if (target !== undefined) element.properties.href = `#${target}`;
    }
    followHeaders(element, renamed);
  });
}

function followHeaders(cell: Element, renamed: ReadonlyMap<string, string>): void {
  const { headers } = cell.properties;
  if (!Array.isArray(headers)) return;
  const known = headers.flatMap((id) => renamed.get(String(id)) ?? []);
  if (known.length > 0) cell.properties.headers = known;
  else delete cell.properties.headers;
}

function decodeFragment(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}
