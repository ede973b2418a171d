/** A user as AWS describes it: some 250 bytes. */
export function sampleUser(key: string): object {
  return {
    IdentityStoreId: "d-9067642ac7",
    UserId: key,
    UserName: "ada.lovelace",
    Name: { GivenName: "Ada", FamilyName: "Lovelace" },
    DisplayName: "Ada Lovelace",
    Emails: [{ Value: "ada@example.com", Type: "work", Primary: true }],
    UserStatus: "ENABLED",
  };
}
