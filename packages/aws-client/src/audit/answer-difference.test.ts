import * as fc from "fast-check";
import { expect, test } from "vitest";
import { differingFields } from "./answer-difference.ts";

const user = { UserId: "u-1", Emails: [{ Value: "a@b", Primary: true }], Created: new Date(5) };

test.each<[string, object, object, readonly string[]]>([
  ["the same", user, structuredClone(user), []],
  ["the order of fields", { A: 1, B: { C: 1, D: 2 } }, { B: { D: 2, C: 1 }, A: 1 }, []],
  ["the order of a list", { Users: [{ Id: 1 }, { Id: 2 }] }, { Users: [{ Id: 2 }, { Id: 1 }] }, []],
  ["what belongs to the request", { $metadata: 1, NextToken: "a" }, { $metadata: 2, NextToken: "b" }, []],
  ["what is undefined", { A: undefined, B: { C: undefined } }, { B: {} }, []],
  ["one more in a list", { Users: [1] }, { Users: [1, 1] }, ["Users"]],
  ["another attribute", user, { ...user, UserId: "u-2" }, ["UserId"]],
  ["deep inside", user, { ...user, Emails: [{ Value: "a@c", Primary: true }] }, ["Emails"]],
  ["a time", user, { ...user, Created: new Date(6) }, ["Created"]],
  ["a field that is there no more", user, { UserId: "u-1" }, ["Created", "Emails"]],
  ["null and nothing", { A: null }, {}, ["A"]],
  ["a text and a number", { A: "1" }, { A: 1 }, ["A"]],
  ["bytes", { A: new Uint8Array([1]) }, { A: new Uint8Array([2]) }, ["A"]],
])("%s", (_, one, other, expected) => {
  expect(differingFields(one as never, other as never)).toEqual(expected);
  expect(differingFields(other as never, one as never)).toEqual(expected);
});

test("an answer is the same as itself in any order, and never the same with an item less", () => {
  const item = fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.boolean()));
  fc.assert(
    fc.property(fc.array(item, { minLength: 1 }), fc.nat(), (items, seed) => {
      const turned = items.map((_, index) => items[(index + seed) % items.length]);
      expect(differingFields({ Items: items }, { Items: turned })).toEqual([]);
      expect(differingFields({ Items: items }, { Items: turned.slice(1) })).toEqual(["Items"]);
    }),
  );
});
