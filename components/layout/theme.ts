/** What a visitor chose. The root element has it as `data-theme-choice`, and what it comes to as `data-theme`. */
export type ThemeChoice = "system" | "light" | "dark";

/** Of the browser's own bars: that of the page (`--bg-primary` in app/tokens.css). */
export const BAR_COLORS = { light: "#f6f4ef", dark: "#0e131b" } as const;

/** The event of the window that has the boot script apply the root's `data-theme-choice`. */
export const THEME_CHOSEN = "site-theme-chosen";
