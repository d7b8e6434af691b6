import type { Codec } from "./cache";

/** A value that would not come back as it went in. */
export class UnencodableValueError extends TypeError {
  readonly code = "E_CACHE_UNENCODABLE";

  constructor(path: string, what: string) {
    super(`Cannot cache ${what} at ${path || "the top"}: the JSON codec takes plain data only`);
    this.name = "UnencodableValueError";
  }
}

/**
 * Plain data: null, booleans, finite numbers, strings, arrays and plain objects of these. A property
 * that is `undefined` is left out; everything else that JSON would change is refused.
 */
export const jsonCodec: Codec = {
  encode(value) {
    assertPlain(value, "", 0);
    return Buffer.from(JSON.stringify(value));
  },
  decode(bytes) {
    return JSON.parse(bytes.toString("utf8"));
  },
};

/** Deeper data is refused: `JSON.stringify` recurses, and so does this. A cycle ends here too. */
const MAX_DEPTH = 500;

function assertPlain(value: unknown, path: string, depth: number): void {
  if (value === null || typeof value === "string" || typeof value === "boolean") return;
  if (typeof value === "number") {
    if (!Number.isFinite(value) || Object.is(value, -0)) throw new UnencodableValueError(path, `${value}`);
    return;
  }
  if (typeof value !== "object") throw new UnencodableValueError(path, typeof value);
  if (depth > MAX_DEPTH) throw new UnencodableValueError(path.slice(0, 80), "data nested too deeply");
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      assertPlain(value[index], `${path}[${index}]`, depth + 1);
    }
    return;
  }
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new UnencodableValueError(path, `a ${prototype.constructor?.name ?? "class instance"}`);
  }
  if ("toJSON" in value) throw new UnencodableValueError(path, "an object with toJSON");
  for (const [name, property] of Object.entries(value)) {
    if (name === "__proto__") throw new UnencodableValueError(path, "a property named __proto__");
    if (property !== undefined) assertPlain(property, `${path}.${name}`, depth + 1);
  }
}
