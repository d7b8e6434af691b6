import type { Element, Root } from "hast";
import { shorten, splitSentences } from "./sentences";
import { forEachElement, hasClass, type Parent, plainText } from "./tree";

/** What lists, feeds and search engines show of a report. */
export interface Headline {
  readonly title: string | null;
  readonly summary: string;
}

const MAX_TITLE = 150;
const MAX_CUT_TITLE = 110;
const MAX_SUMMARY = 300;
const MAX_SUMMARY_SENTENCES = 3;
const MIN_LEAD = 40;

/** As much of a paragraph as a headline can come from. */
const MAX_LEAD = 2_000;

/**
 * Reads a title and a summary from a report that rarely has either: the title is its `h1`, else the
 * first sentence of the lead paragraph, else the first `h2`, else the beginning of the lead. The
 * summary is what the lead says beside the title. An `h1` that became the title is taken out of the
 * body, since the page shows the title itself.
 */
export function takeHeadline(root: Root): Headline {
  const sentences = leadSentences(root);
  const [first = "", ...others] = sentences;
  const opening = withoutFullStop(first);

  const heading = takeTitleHeading(root);
  if (heading !== null)
    return { title: heading, summary: summarise(heading === opening ? others : sentences) };
  if (first.length >= 20 && first.length <= 130) return { title: opening, summary: summarise(others) };
  const section = firstSectionTitle(root);
  if (section !== null) return { title: shorten(section, MAX_TITLE), summary: summarise(sentences) };
  if (first === "") return { title: null, summary: "" };
  return { title: shorten(opening, MAX_CUT_TITLE), summary: summarise(others) };
}

function takeTitleHeading(root: Root): string | null {
  const headings: { readonly element: Element; readonly parent: Parent }[] = [];
  forEachElement(root, (element, parent) => {
    if (element.tagName === "h1") headings.push({ element, parent });
  });
  const [first] = headings;
  if (first === undefined) return null;
  const title = plainText(first.element);
  if (title === "" || title.length > MAX_TITLE) return null;
  // Where each section has an h1, the first is as much a section's heading as the others.
  const headsSection = first.parent.type === "element" && first.parent.tagName === "section";
  if (headings.length === 1 || !headsSection) {
    first.parent.children = first.parent.children.filter((child) => child !== first.element);
  }
  return withoutFullStop(title);
}

function firstSectionTitle(root: Root): string | null {
  let title: string | null = null;
  forEachElement(root, (element) => {
    if (title === null && element.tagName === "h2") title = plainText(element) || null;
  });
  return title;
}

/** The sentences of the lead paragraph; when it has only one, those of the next paragraph too. */
function leadSentences(root: Root): string[] {
  const paragraphs: Element[] = [];
  collectRunningText(root, paragraphs);
  const marked = paragraphs.findIndex((paragraph) => isMarked(paragraph) && plainText(paragraph) !== "");
  const lead = marked >= 0 ? marked : paragraphs.findIndex(isLong);
  const sentences = sentencesOf(paragraphs[lead]);
  if (sentences.length !== 1) return sentences;
  return [...sentences, ...sentencesOf(paragraphs.slice(lead + 1).find(isLong))];
}

function collectRunningText(parent: Parent, paragraphs: Element[]): void {
  for (const child of parent.children) {
    if (child.type !== "element" || child.tagName === "table" || child.tagName === "figure") continue;
    if (child.tagName !== "p") collectRunningText(child, paragraphs);
    else if (!hasClass(child, "card-subtitle")) paragraphs.push(child);
  }
}

function isMarked(paragraph: Element): boolean {
  return hasClass(paragraph, "analysis-text");
}

function isLong(paragraph: Element): boolean {
  return plainText(paragraph).length >= MIN_LEAD;
}

function sentencesOf(paragraph: Element | undefined): string[] {
  return paragraph === undefined ? [] : splitSentences(plainText(paragraph).slice(0, MAX_LEAD));
}

/** As many whole sentences as fit; of a first one that does not fit, the beginning. */
function summarise([first, ...others]: readonly string[]): string {
  if (first === undefined) return "";
  let summary = shorten(first, MAX_SUMMARY);
  for (const sentence of others.slice(0, MAX_SUMMARY_SENTENCES - 1)) {
    if (summary.length + 1 + sentence.length > MAX_SUMMARY) break;
    summary += ` ${sentence}`;
  }
  return summary;
}

/** A title has no full stop; an ellipsis of three stays. */
function withoutFullStop(text: string): string {
  return text.replace(/(?<!\.)\.$/, "");
}
