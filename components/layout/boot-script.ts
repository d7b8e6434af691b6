/**
 * Runs in `<head>` before the first paint, so that neither the theme nor the language flashes:
 *
 * - `data-theme` is the remembered theme, else the system's. Without script it is absent and the
 *   style sheet follows the system alone.
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
  let theme = null, language = null;
  try {
    theme = localStorage.getItem("theme");
    language = localStorage.getItem("language");
  } catch {}
  const [opening] = performance.getEntriesByType("navigation");
  const isOpened = opening?.type === "navigate";
  const isFromHere = document.referrer.startsWith(location.origin + "/");
  if (location.pathname === "/" && language === "en" && isOpened && !isFromHere)
    location.replace("/en" + location.search + location.hash);
  if (theme !== "light" && theme !== "dark") theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  root.dataset.theme = theme;
  if (!location.hash && isOpened) root.dataset.laysOutLater = "";
})();`;
