import type { Root } from "hast";
import rehypeSanitize, { type Options as Schema } from "rehype-sanitize";

/** The elements a report may consist of. What is not here is unwrapped: its text stays. */
export const ALLOWED_TAGS: ReadonlySet<string> = new Set(
  [
    "section article header footer div span p h1 h2 h3 h4 h5 h6 hr br wbr",
    "ul ol li dl dt dd figure figcaption blockquote q pre code kbd samp var details summary",
    "table caption colgroup col thead tbody tfoot tr th td",
    "em strong b i u s small sub sup mark abbr cite dfn time del ins a img",
  ].flatMap((line) => line.split(" ")),
);

/**
 * Elements that stand for an allowed one. `main` and `nav` would be landmarks inside the page's own;
 * a `canvas` is a chart host.
 */
export const RENAMED_TAGS: ReadonlyMap<string, string> = new Map([
  ...[
    "main",
    "nav",
    "aside",
    "address",
    "hgroup",
    "search",
    "form",
    "fieldset",
    "legend",
    "dialog",
    "center",
  ].map((name) => [name, "div"] as const),
  ["canvas", "div"],
  ["strike", "s"],
  ["acronym", "abbr"],
  ["menu", "ul"],
  ["tt", "code"],
]);

/** Elements that vanish with what they hold: it is a program, not text. */
export const DROPPED_TAGS: ReadonlySet<string> = new Set(["script", "style"]);

/** `colspan`, `rowspan` and `span` beyond this are not a table that anyone wrote by hand. */
const SMALL_COUNT = /^[1-9]\d?$/;

const SCHEMA: Schema = {
  tagNames: [...ALLOWED_TAGS],
  strip: [...DROPPED_TAGS],
  attributes: {
    "*": [
      "className",
      "id",
      "title",
      ["lang", /^[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,4}$/],
      ["dir", "ltr", "rtl", "auto"],
      "style",
      "data*",
    ],
    a: ["href", "ariaLabel"],
    img: ["src", "alt", ["width", /^[1-9]\d{0,3}$/], ["height", /^[1-9]\d{0,3}$/]],
    ol: [
      ["start", /^-?\d{1,6}$/],
      ["reversed", true],
      ["type", "1", "a", "A", "i", "I"],
    ],
    li: [["value", /^-?\d{1,6}$/]],
    td: [["colSpan", SMALL_COUNT], ["rowSpan", SMALL_COUNT], "headers"],
    th: [
      ["colSpan", SMALL_COUNT],
      ["rowSpan", SMALL_COUNT],
      "headers",
      ["scope", "row", "col", "rowgroup", "colgroup"],
    ],
    col: [["span", SMALL_COUNT]],
    colgroup: [["span", SMALL_COUNT]],
    time: [["dateTime", /^[\w:.+ -]{1,40}$/]],
    del: [["dateTime", /^[\w:.+ -]{1,40}$/]],
    ins: [["dateTime", /^[\w:.+ -]{1,40}$/]],
    details: [["open", true]],
  },
  // Ids, links and images have rules of their own (ids.ts, links.ts, images.ts).
  clobber: [],
  protocols: {},
  ancestors: {},
  required: {},
  allowComments: false,
  allowDoctypes: false,
};

const sanitize = rehypeSanitize(SCHEMA);

/**
 * Cuts a tree to the elements and attributes above. The parser has already let through only these
 * elements; this pass does not rely on it.
 */
export function cutToAllowList(tree: Root): Root {
  return sanitize(tree);
}
