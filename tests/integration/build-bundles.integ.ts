import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import { sharedPackages } from "../../scripts/shared-packages.mjs";

/** The scripts that a page or route of the build loads before it is asked for anything. */
function bundlesOf(entry: string): readonly string[] {
  const loaded = readFileSync(entry, "utf8").matchAll(/^R\.c\("(?<path>[^"]+)"\)/gm);
  return Array.from(loaded, ({ groups }) => join(".next", groups?.path ?? ""));
}

const entries = readdirSync(".next/server/app", { recursive: true, encoding: "utf8" })
  .filter((path) => ["page.js", "route.js"].includes(basename(path)))
  .map((path) => join(".next/server/app", path));

describe("what Next loads beside the production entry", () => {
  test("every page and route is looked at", () => {
    expect(entries.length).toBeGreaterThan(15);
    for (const entry of entries) expect(bundlesOf(entry).length, entry).toBeGreaterThan(3);
  });

  // Pino is what they log with.
  test.each(sharedPackages.filter((name) => name !== "pino"))("no page and no route loads %s", (name) => {
    const loading = entries.filter((entry) =>
      bundlesOf(entry).some((path) => readFileSync(path, "utf8").includes(`"${name}-`)),
    );
    expect(loading).toEqual([]);
  });
});
