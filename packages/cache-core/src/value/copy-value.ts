/**
 * Returns a copy that shares nothing with `value` that could be changed. For values that `inspectValue` accepts.
 * On plain data several times faster than structuredClone (decision 4).
 * @param plain what `inspectValue` said of it
 */
export function copyValue(value: unknown, plain: boolean): unknown {
  if (plain) return copyPlain(value);
  // Loaded when it is needed, which is hardly ever.
  const { deserialize, serialize } = process.getBuiltinModule("node:v8");
  return deserialize(serialize(value));
}

function copyPlain(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    // An array that is filled by pushing keeps room for as much again.
    const copy: unknown[] = value.slice();
    for (let index = 0; index < copy.length; index++) {
      const item = copy[index];
      if (typeof item === "object" && item !== null) copy[index] = copyPlain(item);
    }
    return copy;
  }
  if (value instanceof Date) return new Date(value.getTime());
  if (value instanceof Map) {
    const copy = new Map<unknown, unknown>();
    for (const [key, item] of value) copy.set(copyPlain(key), copyPlain(item));
    return copy;
  }
  if (value instanceof Set) {
    const copy = new Set<unknown>();
    for (const item of value) copy.add(copyPlain(item));
    return copy;
  }
  if (value instanceof Uint8Array) return value.slice();
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(value)) copy[name] = copyPlain((value as Record<string, unknown>)[name]);
  return copy;
}
