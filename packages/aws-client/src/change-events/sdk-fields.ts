import type { Fields } from "../catalog/row.ts";
import { isFields } from "./change-event.ts";

/** What stands in an event for what it may not tell. */
const hidden = "HIDDEN_DUE_TO_SECURITY_REASONS";

/**
 * Names fields as the SDK does: `instanceArn`, `instance-arn` and `instance_arn` are `InstanceArn`. What an event hides
 * is left out, as if it had not been said.
 */
export function sdkFields(value: unknown): Fields {
  return isFields(value) ? (convert(value) as Fields) : {};
}

function convert(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(convert);
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== hidden && field !== null)
      .map(([name, field]) => [pascalCase(name), convert(field)]),
  );
}

function pascalCase(name: string): string {
  return name.replace(/(?:^|[-_ ]+)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
