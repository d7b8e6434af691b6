import type { Chart, LineChart } from "@/lib/reports/document/charts/model";
import screenReader from "../layout/hidden.module.css";
import { doughnutShares } from "./doughnut-shares";
import { gaugeArcs, gaugeReading } from "./gauge-scale";
import { type ChartLocale, formatAmount, formatNumber, formatRange, formatShare } from "./number-format";
import { numbered } from "./numbered";

/** Words of the data table, in the language of the page. */
export interface ChartTexts {
  /** What the table is, read before the chart's caption: "Data table". */
  readonly dataTable: string;
  /** Column of names: "Item". */
  readonly label: string;
  /** Column of numbers, and the row of a gauge's number: "Value". */
  readonly value: string;
  /** Row with the name of a gauge's reading: "Reading". */
  readonly reading: string;
  /** Column of positions on a line, counted from 1: "Point". */
  readonly point: string;
  /** Row with the two ends of a gauge's scale: "Range". */
  readonly range: string;
  /** Column with parts of the whole, in percent: "Share". */
  readonly share: string;
  /** Columns of a long line, of which each row sums up a run of points: "Lowest", "Highest", "Last". */
  readonly lowest: string;
  readonly highest: string;
  readonly last: string;
}

interface Table {
  readonly columns: readonly string[];
  /** The first cell of a row names it. */
  readonly rows: readonly (readonly string[])[];
}

/** Lines with more values than this get one row for a run of points. */
const MOST_ROWS = 60;

export interface ChartTableProps {
  readonly chart: Chart;
  /** The figure's; tells tables apart in a list of them. */
  readonly caption: string;
  readonly texts: ChartTexts;
  readonly locale: ChartLocale;
}

/** A chart's numbers as a table. */
export function ChartTable({ chart, caption, texts, locale }: ChartTableProps) {
  const { columns, rows } = tabulate(chart, texts, locale);
  return (
    <table>
      <caption>
        {texts.dataTable}
        <span className={screenReader.hidden}>: {caption}</span>
      </caption>
      <thead>
        <tr>
          {numbered(columns).map(({ id, item }) => (
            <th key={id} scope="col">
              {item}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {numbered(rows).map(({ id, item: [name, ...cells] }) => (
          <tr key={id}>
            <th scope="row">{name}</th>
            {numbered(cells).map((cell) => (
              <td key={cell.id}>{cell.item}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function tabulate(chart: Chart, texts: ChartTexts, locale: ChartLocale): Table {
  switch (chart.kind) {
    case "gauge": {
      const reading = gaugeReading(chart);
      return {
        columns: [texts.label, texts.value],
        rows: [
          [texts.value, formatNumber(chart.value, locale)],
          ...(reading === null ? [] : [[texts.reading, reading]]),
          [texts.range, formatRange(chart.min, chart.max, locale)],
          ...gaugeArcs(chart).flatMap(({ from, to, segment }) => {
            const label = segment === null ? undefined : chart.segments[segment]?.label;
            return label === undefined ? [] : [[label, formatRange(from, to, locale)]];
          }),
        ],
      };
    }
    case "doughnut": {
      const shares = doughnutShares(chart);
      return {
        columns: [texts.label, texts.value, texts.share],
        rows: chart.slices.map(({ label, value }, index) => [
          label,
          formatNumber(value, locale),
          formatShare(shares[index] ?? 0, locale),
        ]),
      };
    }
    case "bar":
      return {
        columns: [texts.label, chart.yAxisLabel ?? texts.value],
        rows: chart.bars.map(({ label, value }) => [label, formatAmount(value, chart, locale)]),
      };
    case "line":
      return chart.values.length > MOST_ROWS
        ? tabulateRuns(chart, texts, locale)
        : {
            columns: [texts.point, texts.value],
            rows: chart.values.map((value, index) => [
              formatNumber(index + 1, locale),
              formatAmount(value, chart, locale),
            ]),
          };
  }
}

// Thousands of rows would weigh more than the rest of the page, and nobody could listen to them.
function tabulateRuns(line: LineChart, texts: ChartTexts, locale: ChartLocale): Table {
  const length = Math.ceil(line.values.length / MOST_ROWS);
  const rows: string[][] = [];
  for (let start = 0; start < line.values.length; start += length) {
    const run = line.values.slice(start, start + length);
    const numbers = [Math.min(...run), Math.max(...run), run.at(-1) ?? Number.NaN];
    rows.push([
      formatRange(start + 1, start + run.length, locale),
      ...numbers.map((value) => formatAmount(value, line, locale)),
    ]);
  }
  return { columns: [texts.point, texts.lowest, texts.highest, texts.last], rows };
}
