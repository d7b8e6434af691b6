/**
 * The pipeline's entry in a worker thread. Loaded by Node, not by Next's bundler: the build compiles
 * it to `.build/document-worker.js`.
 */
import { type BuiltDocument, buildDocument, readHeadline } from "./build-document";
import type { Headline } from "./html/headline";
import type { ReportSource } from "./model";

export interface BuildTask {
  readonly source: ReportSource;
  readonly language: "vi" | "en";
  readonly date: Date;
}

export function build({ source, language, date }: BuildTask): Promise<BuiltDocument> {
  return buildDocument(source, language, date);
}

export function headlines(openings: readonly string[]): readonly Headline[] {
  return openings.map(readHeadline);
}
