/**
 * Freezes a value through and through, in place, and returns it. The contents of Date, Map, Set and binary data cannot
 * be frozen in JavaScript: whoever shares values by reference must leave those alone.
 */
export function freezeValue(value: unknown): unknown {
  freezeParts(value, new Set());
  return value;
}

// What is frozen already may have parts that are not: only what was met here is skipped.
function freezeParts(value: unknown, seen: Set<object>): void {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value) || seen.has(value)) return;
  seen.add(value);
  Object.freeze(value);
  if (value instanceof Map) {
    for (const [key, item] of value) {
      freezeParts(key, seen);
      freezeParts(item, seen);
    }
  } else if (value instanceof Set) {
    for (const item of value) freezeParts(item, seen);
  } else {
    for (const item of Object.values(value)) freezeParts(item, seen);
  }
}
