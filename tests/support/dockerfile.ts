import { readFileSync } from "node:fs";

export interface Instruction {
  /** `COPY` */
  readonly name: string;
  /** `--from=build` as `{ from: "build" }` */
  readonly flags: Readonly<Record<string, string>>;
  /** What follows the flags. */
  readonly value: string;
}

export interface Stage {
  readonly name: string;
  /** An image, or the name of an earlier stage. */
  readonly base: string;
  readonly instructions: readonly Instruction[];
}

/** Reads the part of the language that the project's Dockerfile is written in. */
export function readDockerfile(path: string): Stage[] {
  const lines = readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => !/^\s*(#|$)/.test(line));
  const args = new Map<string, string>();
  const stages: (Stage & { readonly instructions: Instruction[] })[] = [];
  for (const line of lines.join("\n").replaceAll("\\\n", "").split("\n")) {
    const instruction = parseInstruction(line);
    const stage = stages.at(-1);
    if (instruction.name === "FROM") stages.push({ ...parseFrom(instruction.value, args), instructions: [] });
    else if (stage) stage.instructions.push(instruction);
    else if (instruction.name === "ARG") args.set(...pair(instruction.value));
    else throw new Error(`${instruction.name} before the first FROM`);
  }
  return stages;
}

/** `["node", "server.js"]`; the form without brackets would be run by a shell, which passes no signals on. */
export function execForm(value: string): [string, ...string[]] {
  const parsed: unknown = JSON.parse(value);
  if (!Array.isArray(parsed) || typeof parsed[0] !== "string") throw new Error(`no exec form: ${value}`);
  return parsed as [string, ...string[]];
}

/** `A=1 B=2` */
export function pairs(value: string): Record<string, string> {
  return Object.fromEntries(value.split(/\s+/).map(pair));
}

function parseInstruction(line: string): Instruction {
  const match = /^([A-Z]+)((?:\s+--[a-z-]+=\S+)*)\s+(.+)$/.exec(line);
  if (!match) throw new Error(`not understood: ${line}`);
  const [, name = "", flags = "", value = ""] = match;
  return { name, value, flags: Object.fromEntries(flags.split("--").slice(1).map(pair)) };
}

function parseFrom(value: string, args: ReadonlyMap<string, string>): Pick<Stage, "name" | "base"> {
  const [base = "", as, name = ""] = value.split(/\s+/);
  if (as !== "AS") throw new Error(`a stage without a name: ${value}`);
  return { name, base: base.replace(/\$\{(\w+)\}/g, (_, arg: string) => args.get(arg) ?? "") };
}

function pair(text: string): [string, string] {
  const at = text.indexOf("=");
  return [text.slice(0, at), text.slice(at + 1).trim()];
}

/**
 * Which names at the root of the build context reach the build: the last line that fits decides.
 *
 * @param path of a .dockerignore that has `*` and exceptions by name alone
 */
export function readContextFilter(path: string): (name: string) => boolean {
  const patterns = readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => !/^\s*(#|$)/.test(line));
  const unknown = patterns.filter((pattern) => !/^(\*|![\w.-]+)$/.test(pattern));
  if (unknown.length > 0) throw new Error(`not understood: ${unknown.join(", ")}`);
  return (name) => patterns.includes(`!${name}`) || !patterns.includes("*");
}
