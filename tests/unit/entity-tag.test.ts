import { expect, test } from "vitest";
import { matchesStrongly, matchesTag } from "@/lib/http/entity-tag";

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

test.each([
  ["*", '"a-1"', true],
  ["*", undefined, true],
  ['"x", "a-1"', '"a-1"', true],
  ['W/"a-1"', '"a-1"', false],
  ['"a-1"', 'W/"a-1"', false],
  ['W/"a-1"', 'W/"a-1"', false],
  ['"a-10"', '"a-1"', false],
  ["", '"a-1"', false],
  ['"a-1"', undefined, false],
])("If-Match of %j, where the tag is %j: %j", (header, tag, expected) => {
  expect(matchesStrongly(header, tag)).toBe(expected);
});
