import { createTestDatabase } from "./database";
import { insertReports, suiteReports } from "./e2e-reports";
import { type RunningSite, startSite } from "./server";

/**
 * Starts one site for the whole suite, on a database with the rows of `e2e-reports.ts`. Tests find it
 * in `E2E_BASE_URL`.
 */
export default async function globalSetup(): Promise<() => Promise<void>> {
  const database = await createTestDatabase();
  let site: RunningSite | undefined;
  const stop = async (): Promise<void> => {
    await site?.stop();
    await database.drop();
  };
  try {
    // Before the site sees the database: on start it renders its first pages, and would keep them as
    // they are without reports.
    await insertReports(database.url, await suiteReports());
    site = await startSite({ databaseUrl: database.url });
    process.env.E2E_BASE_URL = site.url;
    return stop;
  } catch (error) {
    await stop();
    throw error;
  }
}
