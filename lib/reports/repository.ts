import type { Sql } from "../clients/postgres";
import type { QueryPool } from "../clients/query-pool";
import { log } from "../log";
import type { ReportSource } from "./document/model";
import type { Report } from "./report";

/** The beginning of a report: enough to read its title and summary from. */
export interface ReportOpening {
  readonly id: number;
  readonly createdAt: Date;
  readonly vi: string;
  readonly en: string | null;
}

export interface ReportNeighbours {
  /** The next newer report. */
  readonly newer: ReportOpening | null;
  /** The next older reports, newest first. */
  readonly older: readonly ReportOpening[];
}

/** An entry of the sitemap. */
export interface ReportReference {
  readonly id: number;
  readonly createdAt: Date;
}

/** Reads `crypto_report`. Every method rejects with Postgres' own error when the database fails. */
export interface ReportRepository {
  latest(): Promise<Report | null>;
  byId(id: number): Promise<Report | null>;
  opening(id: number): Promise<ReportOpening | null>;
  /** Newest first, starting after `offset` reports; `total` is the count of all of them. */
  openings(range: { offset: number; limit: number; total: number }): Promise<ReportOpening[]>;
  neighbours(id: number, olderCount: number): Promise<ReportNeighbours>;
  count(): Promise<number>;
  references(range: { offset: number; limit: number }): Promise<ReportReference[]>;
}

/** Characters of HTML that hold a report's title and summary; the rest of a 2 MB report stays in Postgres. */
const OPENING_LENGTH = 20_000;

interface ReportRow {
  id: number;
  created_at: Date;
  html_content: string;
  css_content: string | null;
  js_content: string | null;
  html_content_en: string | null;
  js_content_en: string | null;
}

interface OpeningRow {
  id: number;
  created_at: Date;
  vi: string;
  en: string | null;
}

export function createReportRepository(sql: Sql): ReportRepository {
  const columns = sql`id, created_at, html_content, css_content, js_content, html_content_en, js_content_en`;
  const opening = sql`id, created_at, left(html_content, ${OPENING_LENGTH}) AS vi, left(html_content_en, ${OPENING_LENGTH}) AS en`;

  // What can have a page: an id that its address takes, and a time that clocks, feeds and sitemaps know. Postgres
  // has others, such as `infinity`, which would be that of the latest report for ever.
  const published = sql`id > 0 AND created_at BETWEEN '0001-01-01Z' AND '9999-12-31Z'`;

  return {
    async latest() {
      const [row] = await sql<ReportRow[]>`
        SELECT ${columns} FROM crypto_report WHERE ${published} ORDER BY created_at DESC, id DESC LIMIT 1`;
      return row ? toReport(row) : null;
    },

    async byId(id) {
      const [row] = await sql<
        ReportRow[]
      >`SELECT ${columns} FROM crypto_report WHERE id = ${id} AND ${published}`;
      return row ? toReport(row) : null;
    },

    async opening(id) {
      const [row] = await sql<
        OpeningRow[]
      >`SELECT ${opening} FROM crypto_report WHERE id = ${id} AND ${published}`;
      return row ? toOpening(row) : null;
    },

    async openings({ offset, limit, total }) {
      // The ids come from the index alone, and a page beyond the middle is counted from the end:
      // never more than half of the index is walked. As an array, since Postgres would take a subquery
      // with an unknown limit for a tenth of the table, and read all of it.
      const fromEnd = total - offset - limit;
      const ids =
        fromEnd >= offset
          ? sql`SELECT id FROM crypto_report WHERE ${published} ORDER BY created_at DESC, id DESC OFFSET ${offset} LIMIT ${limit}`
          : sql`SELECT id FROM crypto_report WHERE ${published} ORDER BY created_at ASC, id ASC
                OFFSET ${Math.max(0, fromEnd)} LIMIT ${Math.max(0, Math.min(limit, total - offset))}`;
      const rows = await sql<OpeningRow[]>`
        SELECT ${opening} FROM crypto_report WHERE id = ANY (ARRAY(${ids})) ORDER BY created_at DESC, id DESC`;
      return rows.map(toOpening);
    },

    async neighbours(id, olderCount) {
      // Compared inside Postgres: a JavaScript Date would cut created_at to milliseconds.
      const position = sql`(SELECT created_at, id FROM crypto_report WHERE id = ${id})`;
      const [newer, older] = await Promise.all([
        sql<OpeningRow[]>`
          SELECT ${opening} FROM crypto_report WHERE (created_at, id) > ${position} AND ${published}
          ORDER BY created_at ASC, id ASC LIMIT 1`,
        sql<OpeningRow[]>`
          SELECT ${opening} FROM crypto_report WHERE (created_at, id) < ${position} AND ${published}
          ORDER BY created_at DESC, id DESC LIMIT ${olderCount}`,
      ]);
      return { newer: newer[0] ? toOpening(newer[0]) : null, older: older.map(toOpening) };
    },

    async count() {
      const [row] = await sql<{ all: number; count: number }[]>`
        SELECT count(*)::int AS all, count(*) FILTER (WHERE ${published})::int AS count FROM crypto_report`;
      if (!row) return 0;
      const left = row.all - row.count;
      if (left > 0)
        log.warn("rows of crypto_report have no page: their id or created_at is out of range", {
          rows: left,
        });
      return row.count;
    },

    async references({ offset, limit }) {
      const rows = await sql<{ id: number; created_at: Date }[]>`
        SELECT id, created_at FROM crypto_report WHERE ${published} ORDER BY id OFFSET ${offset} LIMIT ${limit}`;
      return rows.map(({ id, created_at }) => ({ id, createdAt: created_at }));
    },
  };
}

/** The same over a pool: a method also rejects with a `DeadlineError` when the database does not answer. */
export function createPooledRepository({ run }: Pick<QueryPool, "run">): ReportRepository {
  const read = <T>(from: (repository: ReportRepository) => Promise<T>): Promise<T> =>
    run((sql) => from(createReportRepository(sql)));
  return {
    latest: () => read((repository) => repository.latest()),
    byId: (id) => read((repository) => repository.byId(id)),
    opening: (id) => read((repository) => repository.opening(id)),
    openings: (range) => read((repository) => repository.openings(range)),
    neighbours: (id, olderCount) => read((repository) => repository.neighbours(id, olderCount)),
    count: () => read((repository) => repository.count()),
    references: (range) => read((repository) => repository.references(range)),
  };
}

function toReport(row: ReportRow): Report {
  return {
    id: row.id,
    createdAt: row.created_at,
    vi: { html: row.html_content, css: present(row.css_content), js: present(row.js_content) },
    en: toEnglish(row),
  };
}

function toEnglish(row: ReportRow): ReportSource | null {
  const html = present(row.html_content_en);
  // A translation without a script of its own draws no charts: the Vietnamese script's hosts have other ids.
  return html === null ? null : { html, css: present(row.css_content), js: present(row.js_content_en) };
}

function toOpening(row: OpeningRow): ReportOpening {
  return { id: row.id, createdAt: row.created_at, vi: row.vi, en: present(row.en) };
}

/** A column that is null, empty or only white space (also U+00A0) is absent (contracts: section 1). */
function present(text: string | null): string | null {
  return text === null || text.trim() === "" ? null : text;
}
