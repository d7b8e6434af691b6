import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { IconDefinition } from "@fortawesome/free-solid-svg-icons";

/** The shape of an icon: its box and the outline in it. */
export interface IconShape {
  readonly width: number;
  readonly height: number;
  readonly path: string;
}

type Style = "solid" | "regular" | "brands";

const STYLE_CLASSES: ReadonlyMap<string, Style> = new Map([
  ...["fa", "fas", "fa-solid", "fal", "fa-light", "fat", "fa-thin", "fad", "fa-duotone"].map(
    (name) => [name, "solid"] as const,
  ),
  ["far", "regular"],
  ["fa-regular", "regular"],
  ["fab", "brands"],
  ["fa-brands", "brands"],
]);

/** Names of version 4 that later versions neither kept nor made an alias. */
const FORMER_NAMES: ReadonlyMap<string, string> = new Map([
  ["files-o", "copy"],
  ["flash", "bolt"],
  ["floppy-o", "floppy-disk"],
  ["glass", "martini-glass-empty"],
  ["group", "users"],
  ["linkedin-square", "linkedin"],
  ["money", "money-bill-1"],
  ["photo", "image"],
  ["picture-o", "image"],
  ["toggle-down", "square-caret-down"],
  ["toggle-up", "square-caret-up"],
]);

const NAME_CLASS = /^fa-([a-z0-9-]+)$/;

/** Whether a class asks for an icon font, and so is not wanted once the icon is drawn. */
export function isStyleClass(name: string): boolean {
  return STYLE_CLASSES.has(name);
}

/**
 * The icon that an element's classes ask for, by any name that Font Awesome 4 to 7 gave it. A style
 * that the free set lacks falls back to one that it has.
 *
 * @returns null when the classes ask for no icon, `"unknown"` when for one that does not exist.
 */
export function findIcon(classes: readonly string[]): IconShape | "unknown" | null {
  const style = classes.map((name) => STYLE_CLASSES.get(name)).find((found) => found !== undefined);
  if (style === undefined) return null;
  const names = classes.flatMap((name) => (isStyleClass(name) ? [] : (NAME_CLASS.exec(name)?.[1] ?? [])));
  if (names.length === 0) return null;
  for (const name of names) {
    const icon = lookUp(style, name);
    if (icon !== null) return icon;
  }
  return "unknown";
}

function lookUp(style: Style, name: string): IconShape | null {
  // Version 4 marked outlined icons by an "-o" in the name.
  const outlined = name.replace(/-o(?=-|$)/, "");
  const attempts: readonly (readonly [Style, string])[] = [
    ...([style, "solid", "regular", "brands"] as const).map((candidate) => [candidate, name] as const),
    ["regular", outlined],
    ["solid", outlined],
    ...(["solid", "brands"] as const).map(
      (candidate) => [candidate, FORMER_NAMES.get(name) ?? name] as const,
    ),
  ];
  for (const [candidate, alias] of attempts) {
    const definition = load(candidate, alias);
    if (definition !== null) return shapeOf(definition);
  }
  return null;
}

function shapeOf({ icon: [width, height, , , path] }: IconDefinition): IconShape {
  return { width, height, path: Array.isArray(path) ? path.join(" ") : path };
}

const packages = createRequire(import.meta.url);

/**
 * Of the icon sets. Each has a module for every icon, and is asked for those that reports draw: all together hold
 * 13 MB of a thread.
 */
const MANIFESTS: Readonly<Record<Style, string>> = {
  solid: packages.resolve("@fortawesome/free-solid-svg-icons/package.json"),
  regular: packages.resolve("@fortawesome/free-regular-svg-icons/package.json"),
  brands: packages.resolve("@fortawesome/free-brands-svg-icons/package.json"),
};

const modules = new Map<Style, ReadonlyMap<string, string>>();

function load(style: Style, name: string): IconDefinition | null {
  const known = modules.get(style) ?? modulesOf(style);
  modules.set(style, known);
  const file = known.get(name.replaceAll("-", ""));
  if (file === undefined) return null;
  const { definition } = packages(file) as { readonly definition: IconDefinition };
  const { iconName, icon } = definition;
  // A name with its hyphens elsewhere has the same module.
  return iconName === name || icon[2].includes(name) ? definition : null;
}

/** `arrow-down-1-9` is in `faArrowDown19.js`; capitals alone never tell two modules apart. */
function modulesOf(style: Style): ReadonlyMap<string, string> {
  const folder = dirname(MANIFESTS[style]);
  return new Map(
    readdirSync(folder).flatMap((file) => {
      const name = /^fa(\w+)\.js$/.exec(file)?.[1];
      return name === undefined ? [] : [[name.toLowerCase(), join(folder, file)] as const];
    }),
  );
}
