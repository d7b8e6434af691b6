import { expect, test } from "vitest";
import { EVERYTHING, mergeChanges, parseNotice, type ReportChange } from "../../lib/reports/changes/change";

const changed = (...ids: number[]): ReportChange => ({ kind: "changed", ids });

test.each([
  ['{"operation":"INSERT","ids":[7]}', changed(7)],
  ['{"operation":"UPDATE","ids":[7,8]}', changed(7, 8)],
  ['{"operation":"MANY"}', EVERYTHING],
])("the notice %s is read", (payload, change) => {
  expect(parseNotice(payload)).toEqual(change);
});

test.each(["", "hello", "null", "[]", '{"ids":[]}', '{"ids":["7"]}', '{"ids":[7.5]}', '{"ids":7}'])(
  "a notice of somebody else, %j, means that anything may have changed",
  (payload) => {
    expect(parseNotice(payload)).toEqual(EVERYTHING);
  },
);

test("two changes are one with each id once", () => {
  expect(mergeChanges(null, changed(1))).toEqual(changed(1));
  expect(mergeChanges(changed(1, 2), changed(2, 3))).toEqual(changed(1, 2, 3));
  expect(mergeChanges(changed(1), EVERYTHING)).toEqual(EVERYTHING);
  expect(mergeChanges(EVERYTHING, changed(1))).toEqual(EVERYTHING);
});

test("very many ids are everything", () => {
  const ids = (from: number) => Array.from({ length: 150 }, (_, i) => from + i);
  expect(mergeChanges(changed(...ids(0)), changed(...ids(0)))).toEqual(changed(...ids(0)));
  expect(mergeChanges(changed(...ids(0)), changed(...ids(150)))).toEqual(EVERYTHING);
});
