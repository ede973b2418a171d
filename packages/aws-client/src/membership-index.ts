/** Which group and which user a membership joins. A membership is made and deleted, never changed. */
export interface Membership extends MembershipReference {
  readonly groupId: string;
  readonly userId: string;
}

/** A membership as a command names it. */
export interface MembershipReference {
  readonly identityStoreId: string;
  readonly membershipId: string;
}
