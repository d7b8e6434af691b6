import { createHash } from "node:crypto";
import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeEnvelope, encodeEnvelope } from "@/lib/cache/envelope";

const HEADER = { fence: 1_795_375_721_901_465, ttlMs: 1_000, graceMs: 500, tags: ["report:1", "bản tin"] };

/** Bytes with a right checksum over whatever is in them. */
function sealed(header: unknown, body: Buffer): Buffer {
  const headerBytes = Buffer.from(JSON.stringify(header));
  const bytes = Buffer.concat([Buffer.alloc(17), headerBytes, body]);
  bytes.write("WSRC", 0);
  bytes.writeUInt8(1, 4);
  bytes.writeUInt32BE(headerBytes.length, 5);
  const checksum = createHash("sha256").update(bytes.subarray(0, 9)).update(bytes.subarray(17)).digest();
  checksum.copy(bytes, 9, 0, 8);
  return bytes;
}

describe("an envelope", () => {
  test("brings header and body back, compressed or not", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.nat(400), async (piece, times) => {
        const body = Buffer.concat(Array.from({ length: times }, () => piece));
        const decoded = await decodeEnvelope(await encodeEnvelope(HEADER, body), 1_000_000);
        expect(decoded.header).toEqual(HEADER);
        expect(decoded.body.equals(body)).toBe(true);
      }),
    );
  });

  test("compresses what is large and can be compressed", async () => {
    const length = async (body: Buffer) => (await encodeEnvelope(HEADER, body)).length;
    expect(await length(Buffer.alloc(100_000, "a"))).toBeLessThan(2_000);
    expect(await length(Buffer.alloc(1_000, "a"))).toBeGreaterThan(1_000);
  });

  test("ends decompression at the size it names", async () => {
    const bomb = sealed(
      { f: 1, t: 1, g: 0, a: [], e: "deflate", u: 10 },
      deflateSync(Buffer.alloc(10_000_000)),
    );
    await expect(decodeEnvelope(bomb, 1_000)).rejects.toMatchObject({ reason: "encoding" });
  });

  test.each([
    ["size", { f: 1, t: 1, g: 0, a: [], e: "raw", u: 3 }],
    ["size", { f: 1, t: 1, g: 0, a: [], e: "raw", u: 2_000 }],
    ["encoding", { f: 1, t: 1, g: 0, a: [], e: "rot13", u: 2 }],
    ["encoding", { f: 1, t: 1, g: 0, a: [], e: "deflate", u: 2 }],
    ["header", { f: "1", t: 1, g: 0, a: [], e: "raw", u: 2 }],
    ["header", { f: 1, t: 1, g: 0, a: Array(257).fill("tag"), e: "raw", u: 2 }],
    ["header", null],
  ])("whose %s does not fit is refused", async (reason, header) => {
    await expect(decodeEnvelope(sealed(header, Buffer.from("{}")), 1_000)).rejects.toMatchObject({ reason });
  });

  test("with more tags than can be checked is not made", async () => {
    const tags = Array.from({ length: 257 }, (_, id) => `report:${id}`);
    await expect(encodeEnvelope({ ...HEADER, tags }, Buffer.from("1"))).rejects.toMatchObject({
      reason: "header",
    });
  });
});
