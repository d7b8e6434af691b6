/** A value that would not come back as it went in. */
export class UnencodableValueError extends TypeError {
  readonly code = "E_CACHE_UNENCODABLE";

  constructor(path: string, what: string) {
    super(`Cannot cache ${what} at ${path || "the top"}: the cache takes plain data only`);
    this.name = "UnencodableValueError";
  }
}

/** What stands for a value that JSON does not know: an object with this key. */
const MARK = "$";
const LENGTH_BYTES = 4;
/** Deeper data is refused: encoding and decoding recurse. A cycle ends here too. */
const MAX_DEPTH = 500;

type PlainObject = Record<string, unknown>;

/**
 * Plain data (null, booleans, finite numbers, strings, arrays and plain objects of these), and beside it
 * `Date`, `Map` and bytes (a `Uint8Array` comes back as a `Buffer`). Bytes are kept as they are, behind the
 * JSON: base64 would make them a third longer. A property that is `undefined` is left out.
 *
 * Layout: length of the JSON in 4 bytes, big-endian; JSON; all bytes one after the other.
 *
 * @throws UnencodableValueError on what would not come back as it is
 */
export function encodeValue(value: unknown): Buffer {
  const bytes: Uint8Array[] = [];
  const json = Buffer.from(JSON.stringify(new Encoding(bytes).plain(value)));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(json.length);
  return Buffer.concat([length, json, ...bytes]);
}

/** @throws an error of any kind on bytes that `encodeValue` has not written */
export function decodeValue(encoded: Buffer): unknown {
  const end = LENGTH_BYTES + encoded.readUInt32BE(0);
  if (end > encoded.length) throw new MalformedValueError("the JSON is cut off");
  // A copy: views of `encoded` would keep the JSON in memory for as long as the bytes.
  const bytes = Buffer.from(encoded.subarray(end));
  return revive(JSON.parse(encoded.toString("utf8", LENGTH_BYTES, end)), bytes, 0);
}

/** Bytes that `encodeValue` has not written. */
class MalformedValueError extends TypeError {
  readonly code = "E_CACHE_MALFORMED";
}

class Encoding {
  readonly #bytes: Uint8Array[];
  #offset = 0;
  /** Where in the value it is: names of properties, indexes of items. */
  readonly #path: (string | number)[] = [];

  constructor(bytes: Uint8Array[]) {
    this.#bytes = bytes;
  }

  /**
   * The value as JSON can hold it; itself where nothing in it needs a mark, so that a large tree is not copied.
   *
   * @throws UnencodableValueError
   */
  plain(value: unknown): unknown {
    if (value === null || typeof value === "string" || typeof value === "boolean") return value;
    if (typeof value === "number") {
      if (Number.isFinite(value) && !Object.is(value, -0)) return value;
      throw this.#refusal(`${value}`);
    }
    if (typeof value !== "object") throw this.#refusal(typeof value);
    if (this.#path.length > MAX_DEPTH) throw this.#refusal("data nested too deeply");
    if (Array.isArray(value)) return this.#items(value);
    if (value instanceof Date) return { [MARK]: "date", ms: this.plain(value.getTime()) };
    if (value instanceof Map) return { [MARK]: "map", entries: this.#items([...value]) };
    if (value instanceof Uint8Array) return this.#append(value);
    return this.#object(value);
  }

  #items(items: readonly unknown[]): readonly unknown[] {
    let copy: unknown[] | undefined;
    // By index, which does not leave out the holes of a sparse array.
    for (let index = 0; index < items.length; index++) {
      const plain = this.#within(index, items[index]);
      if (plain !== items[index]) copy ??= items.slice();
      if (copy) copy[index] = plain;
    }
    return copy ?? items;
  }

  #object(value: object): object {
    const prototype = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) {
      throw this.#refusal(`a ${prototype.constructor?.name ?? "class instance"}`);
    }
    if ("toJSON" in value) throw this.#refusal("an object with toJSON");
    const properties = value as PlainObject;
    let copy: PlainObject | undefined;
    for (const name of Object.keys(properties)) {
      const property = properties[name];
      if (name === "__proto__") throw this.#refusal("a property named __proto__");
      // JSON leaves it out, too.
      if (property === undefined) continue;
      const plain = this.#within(name, property);
      if (plain === property) continue;
      copy ??= { ...properties };
      copy[name] = plain;
    }
    return MARK in value ? { [MARK]: "object", value: copy ?? value } : (copy ?? value);
  }

  #within(name: string | number, value: unknown): unknown {
    this.#path.push(name);
    const plain = this.plain(value);
    this.#path.pop();
    return plain;
  }

  #append(bytes: Uint8Array): PlainObject {
    const offset = this.#offset;
    this.#bytes.push(bytes);
    this.#offset += bytes.length;
    return { [MARK]: "bytes", offset, length: bytes.length };
  }

  #refusal(what: string): UnencodableValueError {
    const path = this.#path.map((name) => (typeof name === "number" ? `[${name}]` : `.${name}`)).join("");
    return new UnencodableValueError(path.slice(0, 80), what);
  }
}

/** Changes `value`, which nobody else has. */
function revive(value: unknown, bytes: Buffer, depth: number): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (depth > MAX_DEPTH * 2) throw new MalformedValueError("data nested too deeply");
  if (Array.isArray(value)) return reviveItems(value, bytes, depth);
  const object = value as PlainObject;
  if (!Object.hasOwn(object, MARK)) return reviveProperties(object, bytes, depth);
  switch (object[MARK]) {
    case "date":
      if (typeof object.ms !== "number") break;
      return new Date(object.ms);
    case "map":
      if (!Array.isArray(object.entries)) break;
      return new Map(reviveItems(object.entries, bytes, depth).map(asEntry));
    case "bytes":
      return slice(bytes, object.offset, object.length);
    case "object":
      if (typeof object.value !== "object" || object.value === null) break;
      return reviveProperties(object.value as PlainObject, bytes, depth);
  }
  throw new MalformedValueError(`an unknown mark: ${JSON.stringify(object[MARK])?.slice(0, 40)}`);
}

function reviveItems(items: unknown[], bytes: Buffer, depth: number): unknown[] {
  for (let index = 0; index < items.length; index++) items[index] = revive(items[index], bytes, depth + 1);
  return items;
}

function reviveProperties(object: PlainObject, bytes: Buffer, depth: number): PlainObject {
  for (const name of Object.keys(object)) {
    if (name === "__proto__") throw new MalformedValueError("a property named __proto__");
    const revived = revive(object[name], bytes, depth + 1);
    if (revived !== object[name]) object[name] = revived;
  }
  return object;
}

function asEntry(entry: unknown): [unknown, unknown] {
  if (Array.isArray(entry) && entry.length === 2) return [entry[0], entry[1]];
  throw new MalformedValueError("a map entry that is no pair");
}

function slice(bytes: Buffer, offset: unknown, length: unknown): Buffer {
  const isIndex = (number: unknown): number is number => Number.isSafeInteger(number) && Number(number) >= 0;
  if (isIndex(offset) && isIndex(length) && offset + length <= bytes.length) {
    return bytes.subarray(offset, offset + length);
  }
  throw new MalformedValueError("bytes beyond the end");
}
