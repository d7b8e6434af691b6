import { afterAll, beforeAll, expect, test } from "vitest";
import { migrate } from "../../lib/clients/migrations";
import { createPostgres, type Sql } from "../../lib/clients/postgres";
import { readContent, readState } from "../../lib/reports/changes/comparison";
import { createTestDatabase, type TestDatabase } from "../support/database";

let database: TestDatabase;
let sql: Sql;

beforeAll(async () => {
  database = await createTestDatabase();
  await migrate(database.url, "migrations");
  sql = createPostgres(database.url, { max: 1 });
});

afterAll(async () => {
  await sql.end({ timeout: 1 });
  await database.drop();
});

// Seen on a real standby: its snapshot stays the same when a transaction commits between two that go on.
test("the gate holds how far a standby has replayed: before the table is read, not after", async () => {
  const state = await readState(sql);
  expect(state.snapshot).toMatch(/^\d+:\d+:\S* /);
  expect(state.snapshot.split(" ")[1]).toBe(state.replayed);

  const { snapshot } = await readContent(sql, { ...state, replayed: "0/42" });
  expect(snapshot).toMatch(/^\d+:\d+:\S* 0\/42$/);
});
