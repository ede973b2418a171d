/**
 * An answer as text, the same whether it came through the SDK or is how the simulator would send it: no metadata, times in
 * seconds, members in order.
 */
export function canonical(output: object): string {
  const { $metadata: _, ...data } = output as { readonly $metadata?: object };
  return JSON.stringify(data, ordered);
}

/**
 * The same for an exception of AWS. Its message is for people: that something is not there is kept although the reason may
 * change, and its request's identifier is its own.
 */
export function canonicalError(name: string, fields: object): string {
  const { Reason, ResourceType, ResourceId } = fields as Readonly<Record<string, unknown>>;
  return JSON.stringify({ exception: name, Reason, ResourceType, ResourceId }, ordered);
}

function ordered(this: unknown, name: string, value: unknown): unknown {
  const original = (this as Readonly<Record<string, unknown>>)[name];
  // What JSON is given is the text of a date already.
  if (original instanceof Date) return original.getTime() / 1000;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
