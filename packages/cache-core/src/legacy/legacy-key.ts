import { createHash } from "node:crypto";
import { pythonJson } from "./python-json.ts";

/** For whom the predecessor asked: the names that it put into its keys. */
export interface LegacyCaller {
  readonly profile?: string | undefined;
  readonly region?: string | undefined;
}

/**
 * Returns the key under which the predecessor kept what an operation answered: the operation, and the beginning of a
 * hash of operation, parameters, profile and region.
 * @param operation `describe_account`
 * @param parameters `{ account_id: "111122223333" }`
 */
export function legacyCacheKey(
  operation: string,
  parameters: Readonly<Record<string, unknown>>,
  { profile, region }: LegacyCaller = {},
): string {
  const text = [operation, pythonJson(parameters), profile || "default", region || "us-east-1"].join(":");
  return `${operation}_${sha256(text).slice(0, 16)}`;
}

/** The name of the file in which the predecessor kept the entry of a key. */
export function legacyFileName(key: string): string {
  return `${sha256(key)}.json`;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
