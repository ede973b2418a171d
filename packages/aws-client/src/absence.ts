import type { Fields } from "./catalog/row.ts";
import type { CachedResponseMetadata } from "./metadata.ts";

/** AWS's answer that something is not there, as it is stored: the fields of the error, without what belongs to a request. */
export type Absence = Fields;

/** What a store may not have. An identity store or a policy that is not there is a mistake, not an answer. */
const whatMayBeAbsent: readonly unknown[] = [undefined, "USER", "GROUP", "GROUP_MEMBERSHIP"];

/**
 * Whether the error is the answer that what was asked for is not there. With a `Reason`, it tells of trouble with a key:
 * https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_ResourceNotFoundException.html
 */
export function isAbsence(error: unknown): error is Error {
  if (!(error instanceof Error) || error.name !== "ResourceNotFoundException") return false;
  const { Reason, ResourceType } = error as Error & Fields;
  return Reason === undefined && whatMayBeAbsent.includes(ResourceType);
}

export function absenceOf(error: Error): Absence {
  const { $metadata, $response: _, RequestId: __, ...fields } = error as Error & Fields;
  const { httpStatusCode } = ($metadata ?? {}) as { readonly httpStatusCode?: unknown };
  return { ...fields, name: error.name, message: error.message, $metadata: { httpStatusCode } };
}

/**
 * Makes the error that AWS would answer with. The SDK's classes take it for one of theirs: they go by its name, its fault
 * and its metadata.
 */
export function errorOf(absence: Absence, $metadata: CachedResponseMetadata | undefined): Error {
  const { message, $metadata: stored, ...fields } = absence;
  return Object.assign(new Error(String(message)), fields, {
    $metadata: { ...$metadata, ...(stored as object) },
  });
}
