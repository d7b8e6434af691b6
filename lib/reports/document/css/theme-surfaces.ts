/** A theme of the site, as in `:root[data-theme="…"]` and `prefers-color-scheme`. */
export type Theme = "light" | "dark";

export const THEMES: readonly Theme[] = ["light", "dark"];

export interface ThemeSurfaces {
  /** What a report's text can stand on: card, page, secondary background. */
  readonly surfaces: readonly [card: string, page: string, secondary: string];
  /** The text colour that rules without one inherit. */
  readonly text: string;
}

/** The site's own colours, equal to the CSS tokens of both themes. */
export const THEME_SURFACES: Readonly<Record<Theme, ThemeSurfaces>> = {
  light: { surfaces: ["#ffffff", "#f6f4ef", "#efece4"], text: "#1a2130" },
  dark: { surfaces: ["#151b26", "#0e131b", "#1d2531"], text: "#e6e9ef" },
};

/** Tokens of the site that colour text. A report may give them another value, which is then made legible. */
export const INK_TOKENS: ReadonlySet<string> = new Set([
  "--text-primary",
  "--text-secondary",
  "--text-accent",
  "--text-muted",
  "--accent-color",
  "--positive-color",
  "--negative-color",
  "--neutral-color",
  "--warning-color",
]);

/** Tokens of the site that text stands on. A report can not change them: every other ink relies on them. */
export const SURFACE_TOKENS: ReadonlySet<string> = new Set([
  "--bg-primary",
  "--bg-secondary",
  "--card-bg",
  "--bull-card-bg",
  "--bear-card-bg",
  "--sideway-card-bg",
]);

/** True for a custom property that the site defines, so that a fallback for it never applies. */
export function isSiteToken(name: string): boolean {
  return INK_TOKENS.has(name) || SURFACE_TOKENS.has(name) || name === "--border-color";
}
