/** A piece of a text that was to be an event. */
export type EventPiece =
  | { readonly where: string; readonly value: unknown }
  | { readonly where: string; readonly error: string };

/**
 * Takes a text apart into events: one in JSON, an array of them, or one on each line. What is no JSON is an error with the
 * place where it stands, and keeps nothing else from being read.
 */
export function readEvents(text: string): readonly EventPiece[] {
  const whole = parse(text);
  if ("value" in whole) {
    const { value } = whole;
    return Array.isArray(value)
      ? value.map((event: unknown, index) => ({ where: `event ${index + 1}`, value: event }))
      : [{ where: "the event", value }];
  }
  const lines = text
    .split(/\r?\n/)
    .map((line, index) => ({ where: `line ${index + 1}`, line }))
    .filter(({ line }) => line.trim() !== "");
  if (lines.length === 0) return [];
  const pieces = lines.map(({ where, line }) => ({ where, ...parse(line) }));
  const isLines = pieces.some((piece) => "value" in piece && typeof piece.value === "object");
  // One document with a mistake in it, and not as many as it has lines.
  return isLines && lines.length > 1 ? pieces : [{ where: "the input", ...whole }];
}

function parse(text: string): { readonly value: unknown } | { readonly error: string } {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    // What the parser says holds a part of the text, and so names and addresses.
    return { error: text.trim() === "" ? "is empty" : "is not JSON" };
  }
}
