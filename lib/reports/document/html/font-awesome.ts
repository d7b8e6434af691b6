import { fab, type IconDefinition, type IconPack } from "@fortawesome/free-brands-svg-icons";
import { far } from "@fortawesome/free-regular-svg-icons";
import { fas } from "@fortawesome/free-solid-svg-icons";

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
  const packs = iconPacks();
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
    const definition = packs[candidate].get(alias);
    if (definition !== undefined) return shapeOf(definition);
  }
  return null;
}

function shapeOf({ icon: [width, height, , , path] }: IconDefinition): IconShape {
  return { width, height, path: Array.isArray(path) ? path.join(" ") : path };
}

let packs: Readonly<Record<Style, ReadonlyMap<string, IconDefinition>>> | undefined;

function iconPacks(): Readonly<Record<Style, ReadonlyMap<string, IconDefinition>>> {
  packs ??= { solid: byName(fas), regular: byName(far), brands: byName(fab) };
  return packs;
}

function byName(pack: IconPack): ReadonlyMap<string, IconDefinition> {
  const names = new Map<string, IconDefinition>();
  for (const definition of Object.values(pack)) {
    for (const alias of definition.icon[2]) {
      // Code points are listed among the aliases, as numbers.
      if (typeof alias === "string" && !names.has(alias)) names.set(alias, definition);
    }
  }
  for (const definition of Object.values(pack)) names.set(definition.iconName, definition);
  return names;
}
