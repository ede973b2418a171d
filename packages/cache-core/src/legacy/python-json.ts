/**
 * Returns JSON as Python writes it with `json.dumps(value, sort_keys=True, default=str)`: members in the order of their
 * names, a space after commas and colons, and everything beyond ASCII escaped. The predecessor hashed that text.
 * See https://docs.python.org/3/library/json.html
 * @throws TypeError for what is no data
 */
export function pythonJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(", ")}]`;
  if (value instanceof Date) return asciiText(pythonTime(value));
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    members.sort(([a], [b]) => compareCodePoints(a, b));
    return `{${members.map(([name, member]) => `${asciiText(name)}: ${pythonJson(member)}`).join(", ")}}`;
  }
  if (typeof value === "string") return asciiText(value);
  if (value === null || typeof value === "boolean" || Number.isFinite(value)) return String(value);
  throw new TypeError(`There is no JSON of ${typeof value === "number" ? value : typeof value}`);
}

/** A time as Python's `str` shows one that has a time zone: `2024-01-02 03:04:05+00:00`, with microseconds if there are any. */
export function pythonTime(time: Date): string {
  const [date = "", clock = ""] = time.toISOString().split("T");
  const milliseconds = time.getUTCMilliseconds();
  const fraction = milliseconds === 0 ? "" : `.${String(milliseconds).padStart(3, "0")}000`;
  return `${date} ${clock.slice(0, 8)}${fraction}+00:00`;
}

/** Python sorts text by code points, JavaScript by halves of surrogate pairs. */
function compareCodePoints(a: string, b: string): number {
  const [left, right] = [Array.from(a), Array.from(b)];
  for (const [index, character] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    if (character !== other) return (character.codePointAt(0) as number) - (other.codePointAt(0) as number);
  }
  return left.length - right.length;
}

function asciiText(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
