import type { Element } from "hast";

/** A cell and the first column that it stands in. */
export interface PlacedCell {
  readonly cell: Element;
  readonly column: number;
  readonly columns: number;
}

/** No table is wider; further columns are not placed. */
const MAX_COLUMNS = 100;

/**
 * Places the cells of one row group after another in columns, by `colspan` and by the `rowspan` of
 * the rows above.
 */
export class TableGrid {
  /** For each column, the number of rows below that a cell still reaches into. */
  private readonly reaching: number[] = [];

  placeRow(row: Element): PlacedCell[] {
    const placed: PlacedCell[] = [];
    const reaching: number[] = this.reaching.map((rows) => rows - 1);
    let column = 0;
    for (const cell of row.children) {
      if (cell.type !== "element") continue;
      while ((this.reaching[column] ?? 0) > 0) column += 1;
      if (column >= MAX_COLUMNS) break;
      const columns = span(cell, "colSpan");
      placed.push({ cell, column, columns });
      for (let index = column; index < Math.min(column + columns, MAX_COLUMNS); index += 1) {
        reaching[index] = span(cell, "rowSpan") - 1;
      }
      column += columns;
    }
    for (let index = 0; index < reaching.length; index += 1) {
      this.reaching[index] = Math.max(reaching[index] ?? 0, 0);
    }
    return placed;
  }
}

function span(cell: Element, name: "colSpan" | "rowSpan"): number {
  const value = Number(cell.properties[name] ?? 1);
  return Number.isInteger(value) && value > 0 ? value : 1;
}
