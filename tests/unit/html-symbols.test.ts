import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mathToText } from "@/lib/reports/document/html/latex";
import { latexToSymbols } from "@/lib/reports/document/html/symbols";
import { rendered } from "./html-support";

const say = String.raw;

describe("mathToText", () => {
  test.each([
    [say`\uparrow`, "↑"],
    [say`\downarrow`, "↓"],
    [say`\leftarrow`, "←"],
    [say`\rightarrow`, "→"],
    [say`\Rightarrow`, "⇒"],
    [say`\Uparrow`, "⇑"],
    [say`\to`, "→"],
    [say`\nearrow 5`, "↗ 5"],
    [say`\pm 8`, "± 8"],
    [say`\mp\times\div\cdot`, "∓×÷·"],
    [say`\ge40\%`, "≥40%"],
    [say`\geq 40\%`, "≥ 40%"],
    [say`\leq \le \ne \neq \approx`, "≤ ≤ ≠ ≠ ≈"],
    [say`\sim 0.3\%`, "~ 0.3%"],
    [say`\infty \dots \ldots \cdots`, "∞ … … ⋯"],
    [say`\alpha\beta\Omega\Delta = +0.12`, "αβΩΔ = +0.12"],
    [say`\text{BTC tăng 5\%}`, "BTC tăng 5%"],
    [say`\mathrm{RSI} \ge 70`, "RSI ≥ 70"],
    [say`\frac{1}{2}`, "1/2"],
    [say`\frac{a + b}{\text{EPS}}`, "(a + b)/EPS"],
    [say`\sqrt{2}`, "√2"],
    [say`\sqrt{x + 1}`, "√(x + 1)"],
    [say`10^{9} \times 5^2_1`, "10⁹ × 5²₁"],
    [say`25^\circ`, "25°"],
    [say`\left( 1 \right)`, "( 1 )"],
    [say`\$5.6`, "$5.6"],
    [say`10\,000`, "10\u202F000"],
    [say`{\pm 1}`, "± 1"],
  ])("%s", (math, text) => {
    expect(mathToText(math)?.trim()).toBe(text);
  });

  test.each([
    say`\unknown`,
    say`\frac{1}`,
    say`\text`,
    "tỷ",
    "two words",
    "a_b",
    "^",
    "{",
    "}",
    "$",
    "\\",
    say`\constructor`,
    say`x^{y}`,
  ])("%s is not known", (math) => expect(mathToText(math)).toBeNull());
});

describe("latexToSymbols", () => {
  test.each([
    [say`tăng $\uparrow$ 1.63%`, "tăng ↑ 1.63%"],
    [say`$\uparrow$5%`, "↑5%"],
    [say`$ \uparrow $ 5%`, "↑ 5%"],
    [say`$\ge 40\%$.`, "≥ 40%."],
    [say`$$\pm 5$$ \(\alpha\) \[ \beta \]`, "± 5 α β"],
    [say`giá $\uparrow$, đòn bẩy $\downarrow$.`, "giá ↑, đòn bẩy ↓."],
    [say`0.0347 $\to$ 0.0359`, "0.0347 → 0.0359"],
  ])("%s", (text, expected) => {
    expect(latexToSymbols(text)).toBe(expected);
  });

  test.each([
    ["$114,390 xuống đáy $110,740", "$114,390 xuống đáy $110,740"],
    [say`$113,650 $\rightarrow$ $110,740 $\rightarrow$ $116,260`, "$113,650 → $110,740 → $116,260"],
    [say`$5.6 tỷ ($\uparrow$ 12%)`, "$5.6 tỷ (↑ 12%)"],
    [say`$\approx$ $1.02 nghìn tỷ`, "≈ $1.02 nghìn tỷ"],
    [say`$116,260 ($\uparrow$ 1.63%), $\approx$ $1.02`, "$116,260 (↑ 1.63%), ≈ $1.02"],
    [say`$113,650 \rightarrow $110,740`, "$113,650 → $110,740"],
    [say`ETF $\ge$ $200 triệu`, "ETF ≥ $200 triệu"],
    [say`\$114,390 và 40\%`, "$114,390 và 40%"],
  ])("prices survive: %s", (text, expected) => {
    expect(latexToSymbols(text)).toBe(expected);
  });

  test.each([
    [say`a \rightarrow b`, "a → b"],
    [say`5 \le 6 \ge 4 \pm 1 \approx \dots`, "5 ≤ 6 ≥ 4 ± 1 ≈ …"],
    [say`\text{BTC}`, "BTC"],
    [say`$\uparrow 5%`, "↑ 5%"],
  ])("without delimiters: %s", (text, expected) => {
    expect(latexToSymbols(text)).toBe(expected);
  });

  test.each([
    say`$\unknown{x}$ và $5`,
    say`\left \leq \pmatrix \gets`,
    say`C:\temp\users`,
    say`$x$ $5$`,
    "$",
    "$$",
    "\\",
    say`\(`,
    say`a\\b`,
  ])("leaves %s to the letter", (text) => {
    expect(latexToSymbols(text)).toBe(text);
  });

  test("text without a backslash is never changed", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const plain = text.replaceAll("\\", "");
        expect(latexToSymbols(plain)).toBe(plain);
      }),
    );
  });

  test("prices survive between any known commands", () => {
    const price = fc.integer({ min: 1, max: 999_999 }).map((value) => `$${value.toLocaleString("en")}`);
    const sign = fc.constantFrom(["\\uparrow", "↑"], ["\\rightarrow", "→"], ["\\ge", "≥"], ["\\approx", "≈"]);
    fc.assert(
      fc.property(fc.array(fc.tuple(price, sign)), (pairs) => {
        const written = pairs.map(([value, [command]]) => `${value} $${command}$ `).join("");
        const expected = pairs.map(([value, [, character]]) => `${value} ${character} `).join("");
        expect(latexToSymbols(written)).toBe(expected);
      }),
    );
  });
});

describe("symbols of a report", () => {
  test("are replaced in text, not in code or attributes", () => {
    expect(rendered(say`<p title="\pm">$\pm$</p><pre>$\pm$</pre><p><code>\ge</code></p>`)).toBe(
      say`<p title="\pm">±</p><pre>$\pm$</pre><p><code>\ge</code></p>`,
    );
  });

  test("cannot become markup", () => {
    expect(rendered(say`<p>$\lt b\gt$ $\text{&lt;b>}\pm$</p>`)).toBe(
      "<p>&lt; b&gt; &lt;b&gt;±</p>".replace("&lt; b", "&lt; b"),
    );
  });
});
