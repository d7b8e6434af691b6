import { expect, test } from "vitest";
import { matchesTag } from "@/lib/http/entity-tag";

test.each([
  [null, false],
  ["", false],
  ['W/"a-1"', true],
  ['"a-1"', true],
  ['"x", W/"a-1" , "y"', true],
  ["*", true],
  ['"a-10"', false],
  ["a-1", false],
  ['"a-1', false],
])("If-None-Match of %j: %j", (header, expected) => {
  expect(matchesTag(header, 'W/"a-1"')).toBe(expected);
});
