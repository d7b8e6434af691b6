/** The sections of the report that the page shows, in order. */
export function reportSections(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("#report-container section")];
}

/** Gives a section its real height now, and not only when it comes near the screen (report-content.css). */
export function layOut(section: HTMLElement): void {
  section.style.contentVisibility = "visible";
}
