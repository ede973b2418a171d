const hour = 3_600_000;

/**
 * For how many milliseconds the predecessor kept what an operation answered, where its configuration said nothing else.
 * Everything that is not here: {@link defaultLegacyTtl}.
 */
export const legacyTtls: Readonly<Record<string, number>> = {
  list_permission_sets: 2 * hour,
  describe_user: hour / 2,
  describe_group: hour / 2,
  describe_permission_set: hour / 2,
  list_account_assignments: hour / 2,
  list_accounts: 2 * hour,
  describe_account: 12 * hour,
  list_tags_for_resource: 12 * hour,
  list_policies_for_target: 12 * hour,
  list_roots: 24 * hour,
  list_organizational_units_for_parent: 24 * hour,
  list_accounts_for_parent: 24 * hour,
  list_parents: 24 * hour,
};

export const defaultLegacyTtl: number = hour;
