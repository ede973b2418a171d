/** An answer of AWS without what belongs to the transport. */
export function withoutMetadata<Answer extends object>(answer: Answer): Omit<Answer, "$metadata"> {
  const { $metadata: _, ...rest } = answer as Answer & { readonly $metadata?: unknown };
  return rest;
}
