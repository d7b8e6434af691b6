import type { Root } from "hast";
import { fromParse5 } from "hast-util-from-parse5";
import { type DefaultTreeAdapterMap, defaultTreeAdapter, html, Parser, Token } from "parse5";
import { ALLOWED_TAGS, DROPPED_TAGS, RENAMED_TAGS } from "./allow-list";

/** Open elements at one time. Later passes and React recurse; reports nest about ten deep. */
export const MAX_DEPTH = 200;

/** Elements in all; a rich daily report has about 700. */
const MAX_ELEMENTS = 100_000;

const VOID_TAGS: ReadonlySet<string> = new Set(["br", "hr", "img", "wbr", "col"]);

const TABLE_TAGS: ReadonlySet<string> = new Set(
  "table caption colgroup col thead tbody tfoot tr th td".split(" "),
);

/** Elements that hold table parts only. */
const TABLE_LEVELS: ReadonlySet<html.TAG_ID> = new Set([
  html.TAG_ID.TABLE,
  html.TAG_ID.THEAD,
  html.TAG_ID.TBODY,
  html.TAG_ID.TFOOT,
  html.TAG_ID.TR,
]);

type Tree = DefaultTreeAdapterMap;

/**
 * The standard's tree construction, but only for the elements of the allow-list, and bounded. Whether
 * a tag is let through is decided before the tree is built: so there is no foreign content, no template
 * and no form control whose special rules could nest elements in a way a browser would not, and
 * hostile nesting costs no more than its length. A tag that is left out leaves its text in place.
 */
class BoundedParser extends Parser<Tree> {
  private created = 0;

  override onStartTag(token: Token.TagToken): void {
    if (DROPPED_TAGS.has(token.tagName)) {
      // Models write `<script src="…"/>`; read to the letter, it would swallow the rest of the report.
      if (!token.selfClosing) super.onStartTag(token);
      return;
    }
    if (!this.admit(token)) return;
    if (this.isFull() && !VOID_TAGS.has(token.tagName)) return;
    if (!TABLE_TAGS.has(token.tagName)) this.openCell();
    super.onStartTag(token);
  }

  override onEndTag(token: Token.TagToken): void {
    if (DROPPED_TAGS.has(token.tagName) || this.admit(token)) super.onEndTag(token);
  }

  override onCharacter(token: Token.CharacterToken): void {
    this.openCell();
    super.onCharacter(token);
  }

  override onComment(): void {}

  override onDoctype(): void {}

  /**
   * The standard opens unclosed `<b>`, `<a>`, … again in each following block. Leaving that out keeps
   * one forgotten `</strong>` from reaching the end of the report, and the tree from growing with the
   * product of unclosed elements and blocks.
   */
  override _reconstructActiveFormattingElements(): void {}

  override _createElement(
    tagName: string,
    namespace: html.NS,
    attributes: Token.Attribute[],
    intendedParent: Tree["parentNode"],
  ): Tree["element"] {
    this.created += 1;
    return super._createElement(tagName, namespace, attributes, intendedParent);
  }

  /**
   * Opens a cell for what stands between the parts of a table. The standard would move it in front of
   * the table, out of its row, and into places where a browser would not read it back: a link in a
   * link, a heading in a heading.
   */
  private openCell(): void {
    const level = this.openElements.currentTagId;
    if (level === undefined || !TABLE_LEVELS.has(level) || this.isFull()) return;
    super.onStartTag({
      type: Token.TokenType.START_TAG,
      tagName: "td",
      tagID: html.TAG_ID.TD,
      selfClosing: false,
      ackSelfClosing: false,
      attrs: [],
      location: null,
    });
  }

  private isFull(): boolean {
    return this.openElements.stackTop >= MAX_DEPTH || this.created >= MAX_ELEMENTS;
  }

  private admit(token: Token.TagToken): boolean {
    const name = RENAMED_TAGS.get(token.tagName) ?? token.tagName;
    if (name !== token.tagName) {
      token.tagName = name;
      token.tagID = html.getTagID(name);
    }
    return ALLOWED_TAGS.has(name) && this.created < MAX_ELEMENTS;
  }
}

/**
 * Parses a report's HTML as the content of a `div`. Takes any string, never throws, and needs time
 * linear in its length. Beyond 200 open or 100,000 elements tags are left out, text is not.
 */
export function parseFragment(source: string): Root {
  const context = defaultTreeAdapter.createElement("div", html.NS.HTML, []);
  const parser = BoundedParser.getFragmentParser<Tree>(context, {
    treeAdapter: defaultTreeAdapter,
    scriptingEnabled: false,
    sourceCodeLocationInfo: false,
    onParseError: null,
  });
  parser.tokenizer.write(source, true);
  const tree = fromParse5(parser.getFragment());
  return tree.type === "root" ? tree : { type: "root", children: [] };
}
