/** The sections of the report that the page shows, in order. */
export function reportSections(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("#report-container section")];
}

/** What is laid out by itself while a report opens (report-content.css), in order. */
export function reportPieces(): HTMLElement[] {
  return [
    ...document.querySelectorAll<HTMLElement>(
      "#report-container > section, #report-container > section > .content-grid > *",
    ),
  ];
}

/** Gives a piece of the report its real height now, and not only when it comes near the screen. */
export function layOut(piece: HTMLElement): void {
  piece.style.contentVisibility = "visible";
}
