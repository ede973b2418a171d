/** Whether a text is the identifier of a user, group or membership rather than a name. */
export function isResourceId(text: string): boolean {
  return /^(?:[0-9a-f]{10}-)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}
