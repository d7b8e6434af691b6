import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { BAR_COLORS } from "@/components/layout/theme";
import { THEME_SURFACES } from "@/lib/reports/document/css/theme-surfaces";
import { serverArguments } from "../../scripts/server-command.mjs";
import { readDockerfile } from "../support/dockerfile";

/** Code that the structure forbids, by the path that it would stand at, and the rule that must fire. */
const OFFENCES = [
  ["lib/clients/up.ts", 'import { x } from "../services";', "noRestrictedImports"],
  ["lib/clients/domain.ts", 'import { x } from "../reports/reports";', "noRestrictedImports"],
  ["lib/reports/up.ts", 'import { x } from "../services";', "noRestrictedImports"],
  ["lib/reports/document/impure.ts", 'import { x } from "../../clients/migrations";', "noRestrictedImports"],
  ["lib/cache/next.ts", 'import { x } from "next/cache";', "noRestrictedImports"],
  ["lib/cache/environment.ts", 'import { x } from "../env";', "noRestrictedImports"],
  ["lib/cache/log.ts", 'import { x } from "../log";', "noRestrictedImports"],
  ["lib/cache/reports.ts", 'import { x } from "../reports/reports";', "noRestrictedImports"],
  ["lib/cache/services.ts", 'import { x } from "../services";', "noRestrictedImports"],
  ["lib/cache/i18n.ts", 'import { x } from "../i18n/routing";', "noRestrictedImports"],
  ["lib/cache/metrics.ts", 'import { x } from "../observability/metrics";', "noRestrictedImports"],
  ["lib/cache/isr.ts", 'import { x } from "../isr/handler";', "noRestrictedImports"],
  ["lib/isr/reports.ts", 'import { x } from "../reports/reports";', "noRestrictedImports"],
  ["lib/isr/environment.ts", 'import { x } from "../env";', "noRestrictedImports"],
  ["lib/market/up.ts", 'import { x } from "../services";', "noRestrictedImports"],
  ["lib/market/reports.ts", 'import { x } from "../reports/reports";', "noRestrictedImports"],
  ["lib/market/metrics.ts", 'import { x } from "../observability/metrics";', "noRestrictedImports"],
  ["lib/market/environment.ts", 'import { x } from "../env";', "noRestrictedImports"],
  ["lib/process/http.ts", 'import { x } from "../http/observed";', "noRestrictedImports"],
  ["lib/process/site.ts", 'import { x } from "../site";', "noRestrictedImports"],
  ["lib/process/environment.ts", 'import { x } from "../env";', "noRestrictedImports"],
  ["lib/front.ts", 'import { x } from "./services";', "noRestrictedImports"],
  ["lib/site.ts", 'import { x } from "./market/market";', "noRestrictedImports"],
  ["app/page.tsx", 'import { x } from "@/lib/wiring";', "noRestrictedImports"],
  ["lib/reports/wired.ts", 'import { x } from "../wiring";', "noRestrictedImports"],
  ["lib/trusted-proxies.ts", 'import { x } from "./env";', "noRestrictedImports"],
  ["lib/http/market.ts", 'import { x } from "../market/market";', "noRestrictedImports"],
  ["lib/seo/up.ts", 'import { x } from "@/components/layout/icons";', "noRestrictedImports"],
  ["lib/http/domain.ts", 'import { x } from "../reports/reports";', "noRestrictedImports"],
  ["lib/observability/up.ts", 'import { x } from "../services";', "noRestrictedImports"],
  ["lib/api/up.ts", 'import { x } from "../services";', "noRestrictedImports"],
  ["components/schemas.ts", 'import { x } from "@/lib/api/schemas";', "noRestrictedImports"],
  ["components/up.ts", 'import { x } from "@/lib/services";', "noRestrictedImports"],
  ["lib/cycle-a.ts", 'import { x } from "./cycle-b";\nexport const y = x;', "noImportCycles"],
  ["lib/environment.ts", "export const port = process.env.PORT;", "noProcessEnv"],
  [
    "components/raw.tsx",
    "export const X = <p dangerouslySetInnerHTML={{ __html: '' }} />;",
    "noDangerouslySetInnerHtml",
  ],
] as const;

describe("the rules that keep the structure fire", () => {
  const folder = mkdtempSync(join(tmpdir(), "project-rules-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  cpSync("biome.json", join(folder, "biome.json"));
  const files = [
    ...OFFENCES,
    ["lib/cycle-b.ts", 'import { y } from "./cycle-a";\nexport const x = y;', ""] as const,
  ];
  for (const [path, code] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), `${code}\n`);
  }
  const biome = resolve("node_modules/@biomejs/biome/bin/biome");
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [biome, "lint", "--vcs-enabled=false", "--max-diagnostics=200"],
    { cwd: folder, encoding: "utf8" },
  );

  test.each(OFFENCES)("%s: %s", (path, _code, rule) => {
    expect(stdout + stderr).toMatch(new RegExp(`^${path}:\\d+:\\d+ lint/\\w+/${rule} `, "m"));
  });
});

describe("the lock file", () => {
  interface LockedPackage {
    version?: string;
    integrity?: string;
    optionalDependencies?: Record<string, string>;
  }
  const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8")) as {
    packages: Record<string, LockedPackage>;
  };

  // npm leaves out what it cannot find when it writes the file, and then refuses the file it wrote.
  test("holds the binaries of every platform, so that it installs on all of them", () => {
    const names = new Set(Object.keys(packages).map((path) => path.replace(/^.*node_modules\//, "")));
    const wanted = Object.values(packages).flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}));
    expect(wanted.length).toBeGreaterThan(50);
    expect(wanted.filter((name) => !names.has(name))).toEqual([]);
  });

  test("names a version and a checksum for each package", () => {
    const vague = Object.entries(packages).filter(([path, entry]) => {
      return path !== "" && !(entry.version && entry.integrity);
    });
    expect(vague.map(([path]) => path)).toEqual([]);
  });
});

describe("the theme", () => {
  const css = readFileSync("app/tokens.css", "utf8");
  const token = (name: string): [string, string] => {
    const [, light = "", dark = ""] =
      new RegExp(`--${name}: light-dark\\((#\\w+), (#\\w+)\\)`).exec(css) ?? [];
    return [light, dark];
  };

  test("reports are kept legible against the surfaces that the site really has", () => {
    expect([THEME_SURFACES.light.surfaces, THEME_SURFACES.dark.surfaces]).toEqual([
      ["card-bg", "bg-primary", "bg-secondary"].map((name) => token(name)[0]),
      ["card-bg", "bg-primary", "bg-secondary"].map((name) => token(name)[1]),
    ]);
    expect([THEME_SURFACES.light.text, THEME_SURFACES.dark.text]).toEqual(token("text-primary"));
  });

  test("the browser's bars have the colour of the page", () => {
    expect([BAR_COLORS.light, BAR_COLORS.dark]).toEqual(token("bg-primary"));
  });
});

const sheets = ["app", "components"].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".css"))
    .map((path) => `${folder}/${path}`),
);

test("content with words for reading aloud has a form for browsers that do not know that", () => {
  const alone = sheets.filter((path) => {
    const plain = readFileSync(path, "utf8").replaceAll(/@supports \(content:.*?\n\}/gs, "");
    return /content: "[^"]*" \//.test(plain);
  });
  expect(alone).toEqual([]);
});

test("no style asks `:has()` for what any element may change: each would have all styles computed anew", () => {
  expect(sheets).toContain("components/report/report-content.css");
  const vague = sheets.flatMap((path) =>
    [...readFileSync(path, "utf8").matchAll(/:has\((?!\.)[^)]*\)/g)].map(([found]) => `${path}: ${found}`),
  );
  expect(vague).toEqual([]);
});

test("`npm start` and the container run the server with the flags that it is tested and measured with", () => {
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8"));
  expect(scripts.start).toBe(["node", ...serverArguments.slice(0, -1), "scripts/start.mjs"].join(" "));
  const command = readDockerfile("Dockerfile")
    .at(-1)
    ?.instructions.findLast(({ name }) => name === "CMD");
  expect(JSON.parse(command?.value ?? "null")).toEqual(["node", ...serverArguments]);
});
