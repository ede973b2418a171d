import { createHash } from "node:crypto";
import * as identityStoreSdk from "@aws-sdk/client-identitystore";
import * as ssoAdminSdk from "@aws-sdk/client-sso-admin";
import { rowsOf } from "../../packages/aws-client/src/catalog/catalog.ts";

/** A command of AWS that only reads, as the SDK's own model describes it. */
export interface ReadCommand {
  readonly service: "identitystore" | "sso-admin";
  readonly name: string;
  /** An input with everything in it that there can be. */
  readonly input: Readonly<Record<string, unknown>>;
  /** The same, but for one member, by its name. */
  readonly others: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** An answer that is another for any other question. */
  answer(input: object): object;
}

/** Every command that reads, of both services. */
export const readCommands: readonly ReadCommand[] = [
  ...commandsOf("identitystore", identityStoreSdk),
  ...commandsOf("sso-admin", ssoAdminSdk),
];

function commandsOf(service: ReadCommand["service"], sdk: object): ReadCommand[] {
  const classes = sdk as Readonly<Record<string, new (input: object) => { readonly schema: Schema }>>;
  return [...rowsOf(service)].flatMap(([name, { kind }]) => {
    const Command = classes[`${name}Command`];
    if (kind === "write" || Command === undefined) return [];
    const [, , , , inputSchema, outputSchema] = new Command({}).schema as readonly Schema[];
    const input = membersOf(inputSchema, "ssoins-1");
    const other = membersOf(inputSchema, "ssoins-2");
    const others = Object.fromEntries(
      Object.keys(input).map((member) => [member, { ...input, [member]: other[member] }]),
    );
    const answer = (asked: object): object =>
      membersOf(
        outputSchema,
        createHash("sha256")
          .update(`${name} ${JSON.stringify(asked)}`)
          .digest("hex"),
      );
    return [{ service, name, input, others, answer }];
  });
}

/** How the SDK describes a type: a number, an array that begins with one, or something that leads there. */
type Schema = number | readonly unknown[] | (() => Schema) | undefined;

function membersOf(schema: Schema, text: string): Record<string, unknown> {
  const made = valueOf(schema, text);
  // Not of several pages: how these go together is another matter.
  const { NextToken: _, ...members } = (typeof made === "object" ? made : {}) as Record<string, unknown>;
  return members;
}

/** A value of the type in which every text is this one. */
function valueOf(schema: Schema, text: string): unknown {
  if (typeof schema === "function") return valueOf(schema(), text);
  if (typeof schema === "number") return simpleValue(schema, text);
  if (schema === undefined) return {};
  const [kind, , , , detail, members] = schema;
  // Not a type but one with traits.
  if (typeof kind !== "number" || schema.length === 2) return valueOf(kind as Schema, text);
  switch (kind) {
    case 0:
      return valueOf(detail as Schema, text);
    case 1:
      return [valueOf(detail as Schema, text)];
    case 2:
      return { [text]: valueOf(members as Schema, text) };
    default: {
      const types = members as readonly Schema[];
      return Object.fromEntries(
        (detail as readonly string[]).map((member, index) => [member, valueOf(types[index], text)]),
      );
    }
  }
}

function simpleValue(type: number, text: string): unknown {
  if ((type & 64) !== 0) return [simpleValue(type & ~64, text)];
  if ((type & 128) !== 0) return { [text]: simpleValue(type & ~128, text) };
  const number = parseInt(createHash("sha256").update(text).digest("hex").slice(0, 8), 16);
  if (type === 1 || type === 17 || type === 19) return number;
  if (type === 2) return number % 2 === 0;
  return type >= 4 && type <= 7 ? new Date(number * 1000) : text;
}
