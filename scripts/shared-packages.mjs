// @ts-check
/**
 * Loaded by Node, and not put into the bundles of Next or of the entries: WebAssembly, worker threads and sockets do
 * not survive bundling, and what both sides use is in the process once.
 */
export const sharedPackages = [
  "@electric-sql/pglite",
  "@electric-sql/pglite-socket",
  "ioredis",
  "pino",
  "piscina",
  "postgres",
  "prom-client",
];
