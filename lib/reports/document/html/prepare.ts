import type { Element, Root } from "hast";
import type { HostElement } from "../charts/run-script";
import type { Section } from "../model";
import { cutToAllowList } from "./allow-list";
import { settleAttributes } from "./attributes";
import { settleHeadings } from "./headings";
import { takeHeadline } from "./headline";
import { listHostElements } from "./host-elements";
import { drawIcons } from "./icons";
import { settleIds } from "./ids";
import { settleImages } from "./images";
import { settleLinks } from "./links";
import { listSections } from "./outline";
import { parseFragment } from "./parse";
import { replaceSymbols } from "./symbols";
import { settleTables } from "./tables";
import { countWords } from "./words";

/** A report's HTML, ready but for its charts. */
export interface PreparedHtml {
  /** Allow-listed elements only; the charts are still to be placed, see `chart-hosts.ts`. */
  readonly body: Root;
  /** At most 150 characters; null when the report has no usable text. */
  readonly title: string | null;
  /** At most 300 characters; may be empty. */
  readonly summary: string;
  readonly sections: readonly Section[];
  readonly wordCount: number;
  /** Every element of the sanitised tree in document order, with the id that the report wrote. */
  readonly elements: readonly HostElement[];
  /** For each of `elements` its node; almost always one in `body`. */
  readonly nodes: readonly Element[];
}

/**
 * Turns a report's untrusted HTML into a tree that is safe to render, and reads from it what the site
 * shows around a report. Never throws; takes time linear in the length of `html`.
 *
 * @param options.sanitizeInlineStyle Makes the value of a `style` attribute safe; empty to drop it.
 */
export function prepareHtml(
  html: string,
  options: { readonly sanitizeInlineStyle: (style: string) => string },
): PreparedHtml {
  const body = cutToAllowList(parseFragment(html));
  const { elements, nodes } = listHostElements(body);
  settleAttributes(body, options.sanitizeInlineStyle);
  settleImages(body);
  settleLinks(body);
  const ids = settleIds(body);
  drawIcons(body);
  replaceSymbols(body);
  const { title, summary } = takeHeadline(body);
  settleHeadings(body);
  settleTables(body);
  const sections = listSections(body, ids);
  return { body, title, summary, sections, wordCount: countWords(body), elements, nodes };
}
