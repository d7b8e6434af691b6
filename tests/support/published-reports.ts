import postgres from "postgres";
import { createTestDatabase } from "./database";

export interface PublishedReports {
  readonly url: string;
  /** The connection of the program that writes reports. */
  readonly generator: postgres.Sql;
  drop(): Promise<void>;
}

/** A database with reports in it. */
export async function createPublishedReports(count: number): Promise<PublishedReports> {
  const database = await createTestDatabase();
  const generator = postgres(database.url, { max: 1, onnotice: () => {} });
  await publishReports(generator, count);
  return {
    url: database.url,
    generator,
    async drop() {
      await generator.end({ timeout: 1 });
      await database.drop();
    },
  };
}

/** Creates the table with reports, ids from 1, the last one the newest. */
export async function publishReports(generator: postgres.Sql, count: number): Promise<void> {
  await generator`
    CREATE TABLE crypto_report (
      id SERIAL PRIMARY KEY, html_content TEXT NOT NULL, css_content TEXT, js_content TEXT,
      html_content_en TEXT, js_content_en TEXT, created_at TIMESTAMPTZ NOT NULL DEFAULT now())`;
  await generator`
    INSERT INTO crypto_report (html_content, created_at)
    SELECT '<section id="s"><h2>First words of ' || n || '</h2><p>Text.</p></section>',
           now() - interval '1 hour' * (${count} - n + 1)
    FROM generate_series(1, ${count}::int) AS n`;
}

export function reportHtml(heading: string): string {
  return `<section id="s"><h2>${heading}</h2><p>Text of ${heading}.</p></section>`;
}
