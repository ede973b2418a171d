/** Resolves with undefined where AWS says that there is no such thing. */
export async function orUndefined<Value>(asking: Promise<Value>): Promise<Value | undefined> {
  try {
    return await asking;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** KMS trouble comes under the same name, and is something else. */
export function isNotFound(error: unknown): boolean {
  if (!(error instanceof Error) || error.name !== "ResourceNotFoundException") return false;
  const { Reason } = error as { readonly Reason?: unknown };
  return !(typeof Reason === "string" && Reason.startsWith("KMS_"));
}
