import { readFileSync } from "node:fs";

type Texts = typeof import("../../messages/vi.json");

/** What the site's own elements say, in each language. */
export const TEXTS: Readonly<Record<"vi" | "en", Texts>> = { vi: read("vi"), en: read("en") };

export const LANGUAGES = ["vi", "en"] as const;

/** The path of a page in a language. */
export function pathIn(language: "vi" | "en", path: string): string {
  if (language === "vi") return path;
  return path === "/" ? "/en" : `/en${path}`;
}

function read(language: "vi" | "en"): Texts {
  return JSON.parse(readFileSync(`messages/${language}.json`, "utf8"));
}
