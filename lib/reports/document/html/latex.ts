import { LATEX_ESCAPES, LATEX_SYMBOLS, SUBSCRIPTS, SUPERSCRIPTS, TEXT_COMMANDS } from "./latex-commands";

/** One token of math: a command, an escaped sign, a script, a single letter, or digits and signs. */
const TOKEN =
  /\\(?<command>[A-Za-z]+)(?<space>\s*)|\\(?<escaped>[^A-Za-z])|(?<script>[\^_])\s*|(?<letter>(?<!\p{L})[A-Za-z](?!\p{L}))|(?<signs>[^\\{}^_$\p{L}]+)/uy;

type Groups = Readonly<Record<string, string | undefined>>;

/**
 * LaTeX math as plain characters: `\frac{1}{2}` is "1/2", `\ge 40\%` is "≥ 40%".
 *
 * @returns null when there is anything in it that is not known; then it may not be math at all.
 */
export function mathToText(math: string): string | null {
  return new MathReader(math).read();
}

class MathReader {
  private position = 0;

  constructor(private readonly math: string) {}

  read(): string | null {
    let output = "";
    while (this.position < this.math.length) {
      const text = this.math[this.position] === "{" ? this.group() : this.token();
      if (text === null) return null;
      output += text;
    }
    return output;
  }

  private token(): string | null {
    const groups: Groups = this.next(TOKEN)?.groups ?? {};
    const { command, space, escaped, script, letter, signs } = groups;
    if (command !== undefined) return this.command(command, space === "" ? "" : " ");
    if (escaped !== undefined) return LATEX_ESCAPES.get(escaped) ?? null;
    if (script !== undefined) return this.script(script === "^" ? SUPERSCRIPTS : SUBSCRIPTS);
    return letter ?? signs?.replaceAll("~", "\u00A0") ?? null;
  }

  private command(name: string, space: string): string | null {
    const symbol = LATEX_SYMBOLS.get(name);
    if (symbol !== undefined) return symbol + space;
    if (name === "left" || name === "right") return "";
    if (TEXT_COMMANDS.has(name)) return this.argument()?.replace(/\\([%$&#_])/g, "$1") ?? null;
    if (name === "sqrt") return this.operand("√");
    if (!/^[dt]?frac$/.test(name)) return null;
    const numerator = this.operand("");
    const denominator = this.operand("/");
    return numerator === null || denominator === null ? null : numerator + denominator;
  }

  private script(characters: ReadonlyMap<string, string>): string | null {
    if (this.next(/\{?\s*\\circ\s*\}?/y) !== null) return "°";
    const value = this.argument() ?? this.next(/[0-9+\-n]/y)?.[0] ?? "";
    const mapped = [...value].map((char) => characters.get(char));
    return value === "" || mapped.includes(undefined) ? null : mapped.join("");
  }

  private operand(sign: string): string | null {
    const value = this.group();
    if (value === null) return null;
    return sign + (/^[\p{L}\p{N}.,%]*$/u.test(value) ? value : `(${value})`);
  }

  private group(): string | null {
    const argument = this.argument();
    return argument === null ? null : mathToText(argument);
  }

  /** What is between a brace here and the one that closes it. */
  private argument(): string | null {
    if (this.math[this.position] !== "{") return null;
    let depth = 0;
    for (let index = this.position; index < this.math.length; index += 1) {
      const char = this.math[index];
      if (char === "\\") index += 1;
      else if (char === "{") depth += 1;
      else if (char === "}") depth -= 1;
      if (depth === 0) {
        const argument = this.math.slice(this.position + 1, index);
        this.position = index + 1;
        return argument;
      }
    }
    return null;
  }

  private next(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.position;
    const match = pattern.exec(this.math);
    if (match !== null) this.position = pattern.lastIndex;
    return match;
  }
}
