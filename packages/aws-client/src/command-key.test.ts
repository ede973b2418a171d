import * as identityStore from "@aws-sdk/client-identitystore";
import * as organizations from "@aws-sdk/client-organizations";
import * as ssoAdmin from "@aws-sdk/client-sso-admin";
import { parseCacheKey } from "@awsideman/cache-core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rowsOf, services } from "./catalog/catalog.ts";
import type { AnyKeyFront, Fields } from "./catalog/row.ts";
import type { Service } from "./catalog/sdk-commands.ts";
import { createCommandKey } from "./command-key.ts";

const packages: Record<Service, object> = {
  identitystore: identityStore,
  organizations,
  "sso-admin": ssoAdmin,
};

/** A structure in the SDK's schemas: [3, namespace, name, traits, member names, member types, number of required ones]. */
type Structure = readonly [3, string, string, unknown, readonly string[], readonly unknown[], number?];

/** What the SDK says a command takes. */
function structureOf(service: Service, command: string): Structure {
  const type = (packages[service] as Record<string, new (input: object) => { schema: unknown[] }>)[
    `${command}Command`
  ];
  if (type === undefined) throw new Error(`There is no ${command}`);
  const schema = resolve(new type({}).schema[4]);
  // What takes no input has a word in its place.
  return (Array.isArray(schema) ? schema : [3, "", "", 0, [], []]) as unknown as Structure;
}

function resolve(schema: unknown): unknown {
  if (typeof schema === "function") return resolve((schema as () => unknown)());
  return Array.isArray(schema) && typeof schema[0] === "function" ? resolve(schema[0]) : schema;
}

const word = fc.string({ minLength: 1, maxLength: 40, unit: "grapheme" });
const structures = { simple: 3, union: 4, list: 1 };

/** Any value of a type of the SDK's schemas. */
function valueOf(type: unknown): fc.Arbitrary<unknown> {
  const schema = resolve(type);
  if (Array.isArray(schema)) {
    if (schema[0] === structures.simple) return inputOf(schema as unknown as Structure);
    if (schema[0] === structures.union) {
      const [, , , , names, types] = schema as unknown as Structure;
      return fc.oneof(
        ...names.map((name, index) => valueOf(types[index]).map((value) => ({ [name]: value }))),
      );
    }
    if (schema[0] === structures.list) return fc.array(valueOf(schema[4]), { minLength: 1, maxLength: 4 });
    // A simple type with traits: [0, namespace, name, traits, type].
    if (schema[0] === 0) return valueOf(schema[4]);
  }
  if (schema === 0) return word;
  if (schema === 1) return fc.integer({ min: 1, max: 100 });
  if (schema === 2) return fc.boolean();
  if (schema === 15) return fc.jsonValue();
  if (schema === 64) return fc.array(word, { minLength: 1, maxLength: 4 });
  throw new Error(`No values for ${JSON.stringify(schema)}`);
}

/** Any input with all of its fields. */
function inputOf([, , , , names, types]: Structure): fc.Arbitrary<Fields> {
  return fc.record(Object.fromEntries(names.map((name, index) => [name, valueOf(types[index])])));
}

const commands = services.flatMap((service) =>
  [...rowsOf(service)].flatMap(([command, row]) => {
    const key = row.kind === "read" ? row.key : row.kind === "poll" ? row.single?.key : undefined;
    // What takes no input has one key.
    return key === undefined || structureOf(service, command)[4].length === 0
      ? []
      : [{ service, command, key }];
  }),
);

function keyOf(front: AnyKeyFront, input: Fields): string | undefined {
  try {
    return createCommandKey(front, input);
  } catch (error) {
    // No key is no wrong key.
    if (error instanceof TypeError || error instanceof RangeError) return undefined;
    throw error;
  }
}

describe.each(commands)("$service $command", ({ service, command, key: front }) => {
  const structure = structureOf(service, command);
  const [, , , , names, types] = structure;
  const runs = { numRuns: 60 };

  test("has another key when any one field is changed, added or left out", () => {
    const field = fc.integer({ min: 0, max: names.length - 1 });
    fc.assert(
      fc.property(
        inputOf(structure),
        field.chain((index) =>
          fc.tuple(fc.constant(names[index] as string), fc.option(valueOf(types[index]), { nil: undefined })),
        ),
        (input, [name, value]) => {
          fc.pre(JSON.stringify(input[name]) !== JSON.stringify(value));
          const key = keyOf(front, input);
          fc.pre(key !== undefined);
          expect(keyOf(front, { ...input, [name]: value })).not.toBe(key);
        },
      ),
      runs,
    );
  });

  test("has the same key whatever the order of fields", () => {
    fc.assert(
      fc.property(inputOf(structure), (input) => {
        expect(keyOf(front, reversed(input) as Fields)).toBe(keyOf(front, input));
      }),
      runs,
    );
  });

  test("has another key for a field that nobody has heard of", () => {
    fc.assert(
      fc.property(inputOf(structure), word, (input, value) => {
        const key = keyOf(front, input);
        fc.pre(key !== undefined);
        expect(keyOf(front, { ...input, FieldOfTheFuture: value })).not.toBe(key);
      }),
      runs,
    );
  });
});

test("different commands have different keys for whatever input", () => {
  const any = fc.constantFrom(...commands);
  fc.assert(
    fc.property(any, any, fc.dictionary(word, word), (one, other, extra) => {
      fc.pre(one.command !== other.command);
      const ids = Object.fromEntries(
        commands.flatMap(({ service, command }) =>
          structureOf(service, command)[4].map((name) => [name, "x"]),
        ),
      );
      const input = { ...extra, ...ids, MemberId: { UserId: "x" } };
      expect(createCommandKey(one.key, input)).not.toBe(createCommandKey(other.key, input));
    }),
  );
});

describe("a key", () => {
  const describeUser = { resource: "user", operation: "describe", identifier: ["UserId"] };
  const listUsers = { resource: "user", operation: "list" };

  test("is made of resource, operation, identifier and the rest", () => {
    expect(createCommandKey(describeUser, { UserId: "u-1", IdentityStoreId: "d-1" })).toBe(
      'user:describe:u-1:IdentityStoreId="d-1"',
    );
    expect(createCommandKey(listUsers, { IdentityStoreId: "d-1", MaxResults: 5 })).toBe(
      'user:list:all:IdentityStoreId="d-1"&MaxResults=5',
    );
    expect(createCommandKey({ resource: "instance", operation: "list" }, {})).toBe("instance:list:all");
  });

  test("escapes what has a meaning in keys, so that an ARN is one segment", () => {
    const front = { resource: "permission_set", operation: "describe", identifier: ["PermissionSetArn"] };
    const PermissionSetArn = "arn:aws:sso:::permissionSet/ssoins-1/ps-1*|%";
    expect(parseCacheKey(createCommandKey(front, { PermissionSetArn })).identifier).toBe(PermissionSetArn);
  });

  test("holds a hash in place of a long rest", () => {
    const key = createCommandKey(describeUser, { UserId: "u-1", Extensions: ["x".repeat(5000)] });
    expect(key).toMatch(/^user:describe:u-1:[\w-]{43}$/);
    expect(createCommandKey(describeUser, { UserId: "u-1", Extensions: ["y".repeat(5000)] })).not.toBe(key);
  });

  test("leaves out what is undefined, and tells null from it", () => {
    const one = createCommandKey(listUsers, { IdentityStoreId: "d-1" });
    expect(createCommandKey(listUsers, { IdentityStoreId: "d-1", NextToken: undefined })).toBe(one);
    expect(createCommandKey(listUsers, { IdentityStoreId: "d-1", NextToken: null })).not.toBe(one);
  });

  test("does not exist without its identifier", () => {
    for (const UserId of [undefined, "", 5, "\ud800"]) {
      expect(() => createCommandKey(describeUser, { UserId })).toThrow(TypeError);
    }
    expect(() => createCommandKey(describeUser, { UserId: "x".repeat(2000) })).toThrow(RangeError);
  });
});

/** The same data, with all fields in the opposite order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([name, field]) => [name, reversed(field)]),
  );
}
