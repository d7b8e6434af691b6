/** What a visitor chose, kept in their browser. Storage may be switched off: then nothing is remembered. */
type Name = "theme" | "language";

export function rememberPreference(name: Name, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, value);
  } catch {
    // The choice holds for this page.
  }
}
