import type { Fields } from "../catalog/row.ts";

/** An event of EventBridge, as far as it matters here: https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html */
export interface ChangeEvent {
  /** Undefined when it has none: it counts all the same. */
  readonly id: string | undefined;
  /** When the change was made, in milliseconds since 1970; undefined when that is not said. */
  readonly at: number | undefined;
  readonly source: string;
  readonly detailType: string;
  readonly resources: readonly string[];
  readonly detail: Fields;
}

/**
 * Reads what EventBridge delivers.
 * @throws TypeError when it is no event: not an object, or without a source and a type
 */
export function readChangeEvent(value: unknown): ChangeEvent {
  if (!isFields(value)) throw new TypeError(`An event must be an object, received ${nameOf(value)}`);
  const { id, time, source, resources, detail, ["detail-type"]: detailType } = value;
  for (const [name, given] of [
    ["source", source],
    ["detail-type", detailType],
  ]) {
    if (typeof given !== "string" || given === "")
      throw new TypeError(`An event must have a text as its ${String(name)}, received ${nameOf(given)}`);
  }
  const eventDetail = isFields(detail) ? detail : {};
  return {
    id: typeof id === "string" ? id : undefined,
    at: timeOf(eventDetail["eventTime"]) ?? timeOf(time),
    source: source as string,
    detailType: detailType as string,
    resources: Array.isArray(resources) ? resources.filter((one) => typeof one === "string") : [],
    detail: eventDetail,
  };
}

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function timeOf(value: unknown): number | undefined {
  const at = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

/** The value itself may be anybody's name or address. */
function nameOf(value: unknown): string {
  if (Array.isArray(value)) return "an array";
  return value === null ? "null" : typeof value;
}
