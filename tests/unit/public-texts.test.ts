import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { drawableText } from "../../app/[locale]/crypto_report/[id]/card.png/drawable-text";
import { xmlText } from "../../app/[locale]/rss.xml/xml-text";

test.each([
  ["BTC 110.000 → 115.920 USD (≥ +5%) 🚀📉", "BTC 110.000 -> 115.920 USD (>= +5%)"],
  ["Thị trường “đi ngang” – chờ CPI…", "Thị trường “đi ngang” – chờ CPI…"],
  ["Thi\u0323 tru\u031Bo\u031B\u0300ng \u202Eđảo", "Thị trường đảo"],
  ["中文 العربية", ""],
  ["a\u0000\u200B\uFE0Fb\t c", "ab c"],
])("a card shows %j with the letters it has", (title, shown) => {
  expect(drawableText(title)).toBe(shown);
});

test("a feed holds no character that XML forbids", () => {
  expect(xmlText("a\u0000\u0008\u001B\uFFFE\uFFFF\uD800b\n\t 🚀 \u{1FFFE}]]>")).toBe(
    "ab\n\t 🚀 \u{1FFFE}]]>",
  );
});

test("Vietnamese texts have one spelling of a word that has two", () => {
  expect(readFileSync("messages/vi.json", "utf8").match(/hoá/gi)).toBeNull();
});
