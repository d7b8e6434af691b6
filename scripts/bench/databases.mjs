// @ts-check
import { randomUUID } from "node:crypto";
import postgres from "postgres";
import { providePostgres } from "../test/postgres.mjs";

/**
 * Databases on one throw-away Postgres.
 *
 * @typedef {object} Databases
 * @property {(fill: (sql: import("postgres").Sql) => Promise<unknown>) => Promise<string>} create a new one, filled
 *   through one connection; resolves to its connection string
 * @property {() => Promise<void>} stop
 */

/** @returns {Promise<Databases>} */
export async function provideDatabases() {
  const server = await providePostgres();
  /** @type {string[]} */
  const names = [];
  return {
    async create(fill) {
      const name = `bench_${randomUUID().replaceAll("-", "")}`;
      await withConnection(server.url, (sql) => sql.unsafe(`CREATE DATABASE ${name}`));
      names.push(name);
      const url = new URL(server.url);
      url.pathname = `/${name}`;
      await withConnection(url.href, fill);
      return url.href;
    },
    async stop() {
      // The server may be one that goes on without us.
      for (const name of names) {
        await withConnection(server.url, (sql) => sql.unsafe(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
      }
      await server.stop();
    },
  };
}

/**
 * @param {string} url
 * @param {(sql: import("postgres").Sql) => Promise<unknown>} work
 */
async function withConnection(url, work) {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await work(sql);
  } finally {
    await sql.end();
  }
}
