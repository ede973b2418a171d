/** Names that neither a user nor a group may have. */
export const reservedNames: ReadonlySet<string> = new Set(["Administrator", "AWSAdministrators"]);
