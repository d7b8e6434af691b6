import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ImageResponse } from "next/og";
import { CARD_SIZE } from "@/lib/seo/page-metadata";

export interface CardTexts {
  readonly siteName: string;
  readonly title: string;
  /** In small, side by side below the title. */
  readonly notes: readonly string[];
}

/** Two files a weight: Vietnamese letters are in one of their own. */
const FONT_FILES = [400, 600].flatMap((weight) =>
  ["latin", "vietnamese"].map((subset) => ({ weight: weight as 400 | 600, subset })),
);

/** Until what it tells changes: then the page cache asks again. What ImageResponse says by itself nobody keeps. */
const CACHE_CONTROL = "public, s-maxage=86400, stale-while-revalidate=86400";

export async function renderCard({ siteName, title, notes }: CardTexts): Promise<Response> {
  return new ImageResponse(
    <div
      style={{
        width: "100%",
        height: "100%",
        display: "flex",
        flexDirection: "column",
        justifyContent: "space-between",
        padding: 72,
        background: "#0e131b",
        color: "#e6e9ef",
        fontFamily: "Plex latin, Plex vietnamese",
      }}
    >
      <div style={{ display: "flex", alignItems: "center", fontSize: 32, fontWeight: 600, color: "#6fd0df" }}>
        {siteName}
      </div>
      <div
        style={{
          display: "flex",
          fontSize: title.length > 90 ? 54 : 66,
          lineHeight: 1.2,
          fontWeight: 600,
          letterSpacing: -1.5,
        }}
      >
        {title}
      </div>
      <div style={{ display: "flex", justifyContent: "space-between", fontSize: 30, color: "#98a2b3" }}>
        {notes.map((note) => (
          <span key={note}>{note}</span>
        ))}
      </div>
    </div>,
    {
      ...CARD_SIZE,
      headers: { "cache-control": CACHE_CONTROL },
      fonts: await Promise.all(FONT_FILES.map(loadFont)),
    },
  );
}

async function loadFont({ weight, subset }: { weight: 400 | 600; subset: string }) {
  const file = join(
    process.cwd(),
    `node_modules/@fontsource/ibm-plex-sans/files/ibm-plex-sans-${subset}-${weight}-normal.woff`,
  );
  return { name: `Plex ${subset}`, data: await readFile(file), weight, style: "normal" as const };
}
