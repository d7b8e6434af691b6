/** The sections of the report that the page shows, in order. */
export function reportSections(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("#report-container section")];
}

/** The pieces of a report that may be laid out later than the rest (report-content.css), in order. */
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

/** Gives all pieces of this report their real heights, and of those that are opened on this page hereafter. */
export function layOutAll(): void {
  delete document.documentElement.dataset.laysOutLater;
}
