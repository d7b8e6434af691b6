import { randomUUID } from "node:crypto";
import postgres from "postgres";

export interface TestDatabase {
  /** Connection string of the empty database. */
  url: string;
  /** Deletes the database, also when something is still connected to it. */
  drop(): Promise<void>;
}

/**
 * Creates an empty database with a name of its own on the server that the test runner provides in
 * `TEST_POSTGRES_URL`.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = process.env.TEST_POSTGRES_URL;
  if (!server) {
    throw new Error("TEST_POSTGRES_URL is not set: run `npm run test:integration` or `npm run test:e2e`");
  }
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  await execute(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => execute(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

async function execute(server: string, statement: string): Promise<void> {
  const sql = postgres(server, { max: 1, onnotice: () => {} });
  try {
    await sql.unsafe(statement);
  } finally {
    await sql.end();
  }
}
