import { BAR_COLORS, THEME_CHOSEN } from "./theme";

/**
 * Runs in `<head>` before the first paint, so that neither the theme nor the language flashes:
 *
 * - `data-theme-choice` is the remembered theme or "system", and `data-theme` what that comes to. It follows the
 *   system, the theme button, other tabs, and what was chosen while the page lay in the back/forward cache.
 *   Without script both are absent and the style sheet follows the system alone.
 * - The colour of the browser's bars is the system's theme (`viewport` of the layout). For a chosen one an element
 *   comes before those: browsers take the first that applies. Its colour is in capitals, since React takes an
 *   element with the same content for its own.
 * - `data-lays-out-later` allows what is far below the screen to be laid out later, where neither the address
 *   leads to a section nor the browser to where the page was left (reload, back, forward). An attribute, and not
 *   `:has(:target)` in the style sheet: with that, an element that comes or goes anywhere makes browsers compute
 *   the styles of the whole page anew.
 * - A returning visitor who chose English and opens "/" is taken to "/en", but not who goes there within the
 *   site, back or again: they asked for this page. Here and not on the server: an answer that depended on a
 *   cookie could not be cached.
 */
export const bootScript = `(() => {
  const root = document.documentElement;
  const recall = (name) => {
    try {
      return localStorage.getItem(name);
    } catch {
      return null;
    }
  };

  const [opening] = performance.getEntriesByType("navigation");
  const isOpened = opening?.type === "navigate";
  const isFromHere = document.referrer.startsWith(location.origin + "/");
  if (location.pathname === "/" && recall("language") === "en" && isOpened && !isFromHere)
    location.replace("/en" + location.search + location.hash);
  if (!location.hash && isOpened) root.dataset.laysOutLater = "";

  const colors = ${JSON.stringify(BAR_COLORS)};
  const system = matchMedia("(prefers-color-scheme: dark)");
  const bar = document.createElement("meta");
  bar.name = "theme-color";
  const apply = () => {
    const choice = root.dataset.themeChoice;
    root.dataset.theme = choice === "system" ? (system.matches ? "dark" : "light") : choice;
    if (choice === "system") return bar.remove();
    bar.content = colors[choice].toUpperCase();
    document.head.prepend(bar);
  };
  const recallTheme = () => {
    const theme = recall("theme");
    root.dataset.themeChoice = theme === "light" || theme === "dark" ? theme : "system";
    apply();
  };
  recallTheme();
  system.addEventListener("change", apply);
  addEventListener("${THEME_CHOSEN}", apply);
  addEventListener("storage", recallTheme);
  addEventListener("pageshow", ({ persisted }) => persisted && recallTheme());
})();`;
