import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import type { Sql } from "../clients/postgres";

const indexSchema = z.array(z.object({ slug: z.string(), hoursAgo: z.number().positive() }));

const HOUR_MS = 3_600_000;

/**
 * Fills an empty table with the sample reports of `folder`, dated relative to `now`.
 * @returns how many were inserted; 0 when the table holds a report already.
 */
export async function insertSamples(sql: Sql, folder: string, now: Date): Promise<number> {
  const [row] = await sql<{ empty: boolean }[]>`SELECT NOT EXISTS (SELECT FROM crypto_report) AS empty`;
  if (!row?.empty) return 0;
  const index = indexSchema.parse(JSON.parse(await readFile(join(folder, "index.json"), "utf8")));
  // Oldest first, so that ids ascend with the dates as they do in a grown table.
  const oldestFirst = index.toSorted((a, b) => b.hoursAgo - a.hoursAgo);
  const rows = await Promise.all(
    oldestFirst.map(async ({ slug, hoursAgo }) => {
      const column = (name: string) => readColumn(join(folder, slug, name));
      return {
        html_content: (await column("vi.html")) ?? "",
        css_content: await column("style.css"),
        js_content: await column("vi.js"),
        html_content_en: await column("en.html"),
        js_content_en: await column("en.js"),
        created_at: new Date(now.getTime() - hoursAgo * HOUR_MS),
      };
    }),
  );
  await sql.begin(async (transaction) => {
    for (const report of rows) await transaction`INSERT INTO crypto_report ${transaction(report)}`;
  });
  return rows.length;
}

async function readColumn(file: string): Promise<string | null> {
  return existsSync(file) ? readFile(file, "utf8") : null;
}
