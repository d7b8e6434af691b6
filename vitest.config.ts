import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** They hold the site to limits of time, which other tests beside them on the same machine would use up. */
const ALONE = ["chaos", "isr-publishing"].map((name) => `tests/integration/${name}.integ.ts`);
const integration = { testTimeout: 60_000, hookTimeout: 120_000 };

export default defineConfig({
  resolve: { alias: { "@": fileURLToPath(new URL(".", import.meta.url)) } },
  test: {
    // next-intl imports "next/navigation", which plain Node does not resolve without the extension.
    server: { deps: { inline: ["next-intl"] } },
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["tests/unit/**/*.test.{ts,tsx}"],
          setupFiles: ["tests/support/property-tests.ts"],
          // These tests keep nothing for the next file, so that a file need not load its modules anew.
          isolate: false,
          maxWorkers: "100%",
          // Property tests take seconds; how many depends on what else the machine does.
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          ...integration,
          name: "integration",
          include: ["tests/integration/**/*.integ.ts"],
          exclude: ALONE,
          // Each file starts servers of its own: more of them at once would only wait for each other.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          ...integration,
          name: "integration-alone",
          include: ALONE,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
