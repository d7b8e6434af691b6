import { beforeEach, describe, expect, test } from "vitest";
import { compareIds } from "@/lib/market/stream-id";
import { StreamPosition } from "@/lib/market/stream-position";
import { streamId } from "../support/market";

const info = (lastId: string, added: number) => ({ lastId: streamId(lastId), added });
const NOTHING = { lost: 0, gaps: 0, replaced: 0, deleted: 0 };

let counts: typeof NOTHING;
let position: StreamPosition;

beforeEach(() => {
  counts = { ...NOTHING };
  position = new StreamPosition(counts);
  position.begin(info("100-0", 10));
});

test("entries that were all read are no loss", () => {
  position.advance(streamId("103-0"), 3);
  expect(position.compare(info("103-0", 13))).toBe("continues");
  position.caughtUp(info("103-0", 13));
  expect(counts).toEqual(NOTHING);
  expect(position.lastId).toBe("103-0");
});

test("entries that were trimmed before they were read are a gap, counted to the number", () => {
  expect(position.compare(info("150-0", 60))).toBe("continues");
  position.advance(streamId("150-0"), 20);
  position.caughtUp(info("150-0", 60));
  expect(counts).toEqual({ ...NOTHING, lost: 30, gaps: 1 });
  position.caughtUp(info("150-0", 60));
  expect(counts.gaps).toBe(1);
});

test("a stream that is deleted is counted once, and what a new one holds is no loss", () => {
  position.compare(null);
  position.caughtUp(null);
  position.compare(null);
  expect(counts).toEqual({ ...NOTHING, deleted: 1 });
  expect(position.compare(info("200-0", 2))).toBe("continues");
  position.advance(streamId("200-0"), 2);
  position.caughtUp(info("200-0", 2));
  expect(counts).toEqual({ ...NOTHING, deleted: 1 });
});

test("a stream whose ids come before those that were read is another one", () => {
  expect(position.compare(info("99-5", 400))).toBe("replaced");
  expect(counts).toEqual({ ...NOTHING, replaced: 1 });
});

test("a stream to which less was ever added is another one, and is read on", () => {
  expect(position.compare(info("200-0", 4))).toBe("continues");
  position.advance(streamId("200-0"), 4);
  position.caughtUp(info("200-0", 4));
  expect(counts).toEqual({ ...NOTHING, replaced: 1 });
  position.advance(streamId("201-0"), 1);
  position.caughtUp(info("203-0", 7));
  expect(counts).toMatchObject({ lost: 2, gaps: 1 });
});

test("a stream that is trimmed to nothing is no loss", () => {
  expect(position.compare(info("100-0", 10))).toBe("continues");
  position.caughtUp(info("100-0", 10));
  expect(counts).toEqual(NOTHING);
});

describe("ids", () => {
  test.each([
    ["1-0", "1-0", 0],
    ["1-0", "1-1", -1],
    ["9-0", "10-0", -1],
    ["10-0", "9-9", 1],
    ["1-10", "1-9", 1],
    ["18446744073709551615-18446744073709551615", "18446744073709551615-18446744073709551614", 1],
  ])("%s and %s", (one, other, sign) => {
    expect(Math.sign(compareIds(streamId(one), streamId(other)))).toBe(sign);
  });
});
