import type { Change, Guard } from "../laws/mutant.ts";
import { mutantsOfDisk } from "../laws/mutants-of-disk.ts";

const writeWindow = "aws-client/src/write-window.ts";
const catalog = "aws-client/src/catalog";

/**
 * How long marks last at most, so that what a lost answer or a killed process has left marked can be cached again in a
 * short run. The simulator carries out what has arrived at once, or never.
 */
const shortLeases: readonly Change[] = [
  { file: writeWindow, from: "writeLease: number = 60_000", to: "writeLease: number = 4_000" },
  { file: writeWindow, from: "operationLease: number = 15 * 60_000", to: "operationLease: number = 8_000" },
  { file: writeWindow, from: "longestDelay: number = 60_000", to: "longestDelay: number = 500" },
];

/**
 * A storage is given all the time that it needs on a busy machine: what it could not record in time others cannot know
 * of, which is another matter (tests/fleet).
 */
const patience: readonly Change[] = [
  {
    file: "cache-core/src/storage/storage-opener.ts",
    from: "const deadlines = { read: 50, write, invalidate: patience, clear: 60_000 };",
    to: "const deadlines = { read: 60_000, write: write + 60_000, invalidate: patience + 60_000, clear: 60_000 };",
  },
  { file: "storage-redis/src/limits.ts", from: "silence: 2_000", to: "silence: 60_000" },
  { file: "storage-redis/src/limits.ts", from: "connectPatience: 2_000", to: "connectPatience: 60_000" },
];

/** A guard that is taken out, and in which phases its absence shows. */
export interface Mutant extends Guard {
  readonly phases: readonly string[];
  /** The commands that it concerns. Default: whatever comes. */
  readonly focus?: readonly string[];
  /** See the options of a run. */
  readonly settle?: number;
}

const assignmentReads = ["ListAccountAssignments", "ListAccountAssignmentsForPrincipal"];
const quiet = ["nothing happens", "reads lag behind"];

/** What is taken out of the code that runs. `none` is the code as it is, with short leases. */
export const mutants: Readonly<Record<string, Mutant>> = {
  none: { without: "nothing", changes: [], phases: [] },
  fence: {
    without: "an answer that was read before a write is not stored after it",
    changes: [
      ...(mutantsOfDisk["disk-fence"]?.changes ?? []),
      // What was unsettled since it began keeps it out, too.
      {
        file: "storage-disk/src/entry-table.ts",
        from: "where ${fillHolds}",
        to: 'where ${fillHolds.replaceAll(":began", ":now")}',
      },
    ],
    phases: ["answers are late"],
    focus: ["ListUsers", "DescribeUser", "UpdateUser"],
    settle: 0,
  },
  unsettled: {
    without: "an answer is not stored while what it depends on is unsettled",
    changes: mutantsOfDisk["disk-unsettled"]?.changes ?? [],
    phases: ["reads lag behind"],
  },
  "redis-unsettled": {
    without: "the same in Redis",
    changes: [
      {
        file: "storage-redis/src/scripts/write-script.ts",
        from: "if unsettled then return fenced('unsettled', last) end",
        to: "",
      },
    ],
    phases: ["reads lag behind"],
  },
  mark: {
    without: "a write marks what it touches before it leaves",
    changes: [
      {
        file: writeWindow,
        from: ".beginWrite(options.targets, lease,",
        to: ".beginWrite([`unmarked:${crypto.randomUUID()}`], lease,",
      },
      {
        file: writeWindow,
        from: "longestDelay + settle : settle, targets)",
        to: "longestDelay + settle : settle, [...this.#options.targets, ...targets])",
      },
    ],
    phases: quiet,
  },
  settle: {
    without: "what a write touches settles after an error, too",
    changes: [
      {
        file: writeWindow,
        from: "await this.#close(unknown, []);",
        to: "this.#stopRenewing(); await this.#window?.close(0);",
      },
    ],
    phases: ["answers are lost"],
    // Those that fail when they are tried again.
    focus: [
      "AttachManagedPolicyToPermissionSet",
      "DetachManagedPolicyFromPermissionSet",
      "ListManagedPoliciesInPermissionSet",
      "TagResource",
      "ListTagsForResource",
    ],
  },
  operation: {
    without: "an asynchronous operation keeps its mark until somebody has seen it end",
    changes: [
      {
        file: writeWindow,
        from: 'if (progress?.state === "in-progress") return',
        to: 'if (progress?.state === "in-progress" && targets.length > 99) return',
      },
    ],
    phases: ["operations take a while"],
    focus: ["CreateAccountAssignment", "DeleteAccountAssignment", ...assignmentReads],
  },
  "stale-tags": {
    without: "the catalogue says that UpdateGroup concerns the group",
    changes: [
      {
        file: `${catalog}/groups.ts`,
        from: "stale: ({ IdentityStoreId, GroupId }) => [\n      tag.group(GroupId),",
        to: "stale: ({ IdentityStoreId, GroupId: _ }) => [",
      },
    ],
    phases: quiet,
    focus: ["UpdateGroup", "DescribeGroup"],
  },
  "other-service": {
    without: "the catalogue says that who enters a group may use what the group may",
    changes: [{ file: `${catalog}/memberships.ts`, from: "    tag.accountAssignmentsOf(userId),\n", to: "" }],
    // Where nothing settles, answers are kept between two writes.
    phases: ["nothing happens"],
    settle: 0,
    focus: ["CreateGroupMembership", "DeleteGroupMembership", "ListAccountAssignmentsForPrincipal"],
  },
  membership: {
    without: "who deletes a membership finds out whose it was, or drops all of the store",
    changes: [
      {
        file: `${catalog}/memberships.ts`,
        from: "? [tag.memberships(IdentityStoreId), tag.assignmentsOfUsers]",
        to: "? [tag.membership(IdentityStoreId)]",
      },
      { file: `${catalog}/memberships.ts`, from: ": changedBy(known.groupId, known.userId)),", to: ": [])," },
    ],
    phases: quiet,
    focus: ["DeleteGroupMembership", "CreateGroupMembership", "ListGroupMemberships"],
  },
  absence: {
    without: "who makes a user drops the answers that there is none",
    changes: [
      {
        file: `${catalog}/users.ts`,
        from: "[tag.users(IdentityStoreId), tag.absences(IdentityStoreId)]",
        to: "[tag.users(IdentityStoreId)]",
      },
    ],
    // Where nothing settles, answers are kept between two writes.
    phases: ["nothing happens"],
    settle: 0,
    focus: ["CreateUser", "DeleteUser", "GetUserId"],
  },
};

/** What the hook does for each of them, and for processes that are to have the leases that users have: `patient`. */
export const guards: Readonly<Record<string, Guard>> = {
  patient: { without: "nothing", changes: [], settings: patience },
  ...Object.fromEntries(
    Object.entries(mutants).map(([name, mutant]) => [
      name,
      { ...mutant, settings: [...shortLeases, ...patience] },
    ]),
  ),
};
