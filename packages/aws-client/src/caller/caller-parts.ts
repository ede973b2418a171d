import type { Service } from "../catalog/sdk-commands.ts";

/** What answers of one service depend on besides the question and who asks. */
export interface CallerPlace {
  readonly service: Service;
  readonly region: string;
  /** Undefined: the service's own. */
  readonly endpoint: string | undefined;
  /** An older SDK leaves out of an answer what it does not know. */
  readonly sdkVersion: string;
}

/** What answers of one service depend on besides the question. */
export interface CallerParts extends CallerPlace {
  /** Whose permissions they were given to. */
  readonly caller: string;
}

/** Returns the name of the part of the cache that these answers are in; different parts have different names. */
export function callerName({ caller, service, region, endpoint, sdkVersion }: CallerParts): string {
  const parts = [caller, `${service}@${sdkVersion}`, region];
  if (endpoint !== undefined) parts.push(endpoint);
  return parts.map(escapeSpace).join(" ");
}

function escapeSpace(part: string): string {
  return part.replace(/[% ]/g, encodeURIComponent);
}
