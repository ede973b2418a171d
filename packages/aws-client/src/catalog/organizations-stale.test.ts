import { describe, expect, test } from "vitest";
import { createCommandKey } from "../command-key.ts";
import { rowsOf } from "./catalog.ts";
import type { Fields } from "./row.ts";

interface World {
  /** A digit that makes everything in it something else than in another world. */
  readonly digit: string;
  readonly of?: "accounts" | "units";
  readonly paged?: boolean;
}

/** Every field of every input and output. A row takes what its command has. */
function fieldsOf({ digit, of = "accounts", paged = false }: World): Fields {
  const AccountId = digit.repeat(12);
  const unit = `ou-${digit}`;
  const node = of === "accounts" ? AccountId : unit;
  const account = { Id: AccountId, Name: digit, State: "ACTIVE" };
  const PolicySummary = { Id: `p-${digit}`, Name: digit };
  return {
    AccountId,
    ParentId: `r-${digit}`,
    SourceParentId: `r-${digit}`,
    DestinationParentId: unit,
    OrganizationalUnitId: unit,
    ChildId: node,
    ChildType: of === "accounts" ? "ACCOUNT" : "ORGANIZATIONAL_UNIT",
    RootId: `r-${digit}`,
    TargetId: node,
    ResourceId: node,
    PolicyId: PolicySummary.Id,
    Filter: "SERVICE_CONTROL_POLICY",
    PolicyType: "SERVICE_CONTROL_POLICY",
    HandshakeId: `h-${digit}`,
    Id: `rt-${digit}`,
    CreateAccountRequestId: `car-${digit}`,
    ServicePrincipal: `${digit}.amazonaws.com`,
    CreateAccountStatus: { Id: `car-${digit}`, AccountId, State: "SUCCEEDED" },
    Account: account,
    Accounts: [account],
    DelegatedAdministrators: [account],
    OrganizationalUnit: { Id: unit },
    OrganizationalUnits: [{ Id: unit }],
    Children: [{ Id: node }],
    Policy: { PolicySummary },
    Policies: [PolicySummary],
    Targets: [{ TargetId: node }],
    ResourcePolicy: { ResourcePolicySummary: { Id: `rp-${digit}` } },
    ...(paged ? { NextToken: "more" } : {}),
  };
}

/** The names that the answers to all reads of a world depend on, by command; without what is never kept. */
function readsOf(world: World): Map<string, ReadonlySet<string>> {
  const fields = fieldsOf(world);
  const found = new Map<string, ReadonlySet<string>>();
  for (const [command, row] of rowsOf("organizations")) {
    if (row.kind !== "read" || neverKept.has(command)) continue;
    const segments = createCommandKey(row.key, fields).split(":");
    const prefixes = segments.map((_, index) => segments.slice(0, index + 1).join(":"));
    const besides = world.paged === true ? row.pageTags?.(fields) : row.outputTags?.(fields);
    found.set(command, new Set(["*", ...prefixes, ...row.tags(fields), ...(besides ?? [])]));
  }
  return found;
}

function targetsOf(command: string, world: World): readonly string[] {
  const fields = fieldsOf(world);
  const row = rowsOf("organizations").get(command);
  if (row?.kind !== "write") throw new Error(`${command} is no write`);
  return [...row.stale(fields), ...(row.staleAfter?.(fields, fields) ?? [])];
}

/** The reads of `there` that a write in `here` makes stale. */
function reached(command: string, here: World, there: World): string[] {
  const targets = targetsOf(command, here);
  return [...readsOf(there)]
    .filter(([, tags]) => targets.some((target) => tags.has(target)))
    .map(([read]) => read)
    .toSorted();
}

const neverKept = new Set([
  "DescribeEffectivePolicy",
  "ListAccountsWithInvalidEffectivePolicy",
  "ListEffectivePolicyValidationErrors",
]);
const everything = [...rowsOf("organizations")].flatMap(([name, { kind }]) =>
  kind === "read" && !neverKept.has(name) ? [name] : [],
);
const ofAccount = [
  "DescribeAccount",
  "ListAccounts",
  "ListAccountsForParent",
  "ListChildren",
  "ListDelegatedAdministrators",
  "ListDelegatedServicesForAccount",
  "ListParents",
  "ListPoliciesForTarget",
  "ListTagsForResource",
  "ListTargetsForPolicy",
];
const handshakes = ["ListHandshakesForAccount", "ListHandshakesForOrganization"];
const transfers = [
  "DescribeResponsibilityTransfer",
  "ListInboundResponsibilityTransfers",
  "ListOutboundResponsibilityTransfers",
];
const policyType = [
  "DescribeOrganization",
  "ListPolicies",
  "ListPoliciesForTarget",
  "ListRoots",
  "ListTargetsForPolicy",
];
const delegation = ["ListDelegatedAdministrators", "ListDelegatedServicesForAccount"];

/** What every write makes stale: of an account, where it is about one. */
const stale: Readonly<Record<string, readonly string[]>> = {
  AcceptHandshake: everything,
  CreateOrganization: everything,
  DeleteOrganization: everything,
  LeaveOrganization: everything,
  // As far as a new one can be in the cache by its identifier.
  CreateAccount: ofAccount,
  CreateGovCloudAccount: ofAccount,
  CloseAccount: ofAccount,
  RemoveAccountFromOrganization: ofAccount,
  MoveAccount: [
    "DescribeAccount",
    "ListAccounts",
    "ListAccountsForParent",
    "ListChildren",
    "ListDelegatedAdministrators",
    "ListParents",
  ],
  CreateOrganizationalUnit: [
    "DescribeOrganizationalUnit",
    "ListOrganizationalUnitsForParent",
    "ListTargetsForPolicy",
  ],
  UpdateOrganizationalUnit: ["DescribeOrganizationalUnit", "ListOrganizationalUnitsForParent"],
  DeleteOrganizationalUnit: ["DescribeOrganizationalUnit", "ListOrganizationalUnitsForParent"],
  CreatePolicy: ["DescribePolicy", "ListPolicies", "ListPoliciesForTarget", "ListTargetsForPolicy"],
  UpdatePolicy: ["DescribePolicy", "ListPolicies", "ListPoliciesForTarget", "ListTargetsForPolicy"],
  DeletePolicy: ["DescribePolicy", "ListPolicies", "ListPoliciesForTarget", "ListTargetsForPolicy"],
  AttachPolicy: ["ListPoliciesForTarget", "ListTargetsForPolicy"],
  DetachPolicy: ["ListPoliciesForTarget", "ListTargetsForPolicy"],
  EnablePolicyType: policyType,
  DisablePolicyType: policyType,
  RegisterDelegatedAdministrator: delegation,
  DeregisterDelegatedAdministrator: delegation,
  EnableAWSServiceAccess: ["ListAWSServiceAccessForOrganization"],
  DisableAWSServiceAccess: ["ListAWSServiceAccessForOrganization", ...delegation],
  PutResourcePolicy: ["DescribeResourcePolicy"],
  DeleteResourcePolicy: ["DescribeResourcePolicy"],
  InviteAccountToOrganization: handshakes,
  EnableAllFeatures: ["DescribeOrganization", ...handshakes],
  CancelHandshake: ["DescribeHandshake", ...handshakes, ...transfers],
  DeclineHandshake: ["DescribeHandshake", ...handshakes, ...transfers],
  InviteOrganizationToTransferResponsibility: [...handshakes, ...transfers],
  TerminateResponsibilityTransfer: transfers,
  UpdateResponsibilityTransfer: transfers,
  TagResource: ["ListTagsForResource"],
  UntagResource: ["ListTagsForResource"],
};

/** There is one organisation: what has no identifier is the same in every world. */
const ofNoWorld = new Set([
  "DescribeOrganization",
  "DescribeResourcePolicy",
  "ListAccounts",
  "ListAWSServiceAccessForOrganization",
  "ListDelegatedAdministrators",
  "ListDelegatedServicesForAccount",
  "ListPolicies",
  "ListRoots",
  ...handshakes,
  ...transfers,
]);
/** These concern everything of their kind. */
const wide = new Set([
  "AcceptHandshake",
  "CreateAccount",
  "CreateGovCloudAccount",
  "CreateOrganization",
  "CreateOrganizationalUnit",
  "DeleteOrganization",
  "DisablePolicyType",
  "EnablePolicyType",
  "LeaveOrganization",
]);

const here: World = { digit: "1" };
const elsewhere: World = { digit: "2" };

test("the table has every write", () => {
  const writes = [...rowsOf("organizations")].filter(([, { kind }]) => kind === "write");
  expect(Object.keys(stale).toSorted()).toEqual(writes.map(([name]) => name).toSorted());
});

describe.each(Object.entries(stale))("%s", (command, reads) => {
  test("makes stale what depends on it, and nothing else", () => {
    expect(reached(command, here, here)).toEqual([...new Set(reads)].toSorted());
  });
});

// What is new is in no list yet.
test.each(Object.entries(stale).filter(([command]) => !command.startsWith("Create")))(
  "%s reaches the same lists in pages, although they do not carry the names in their rows",
  (command, reads) => {
    expect(reached(command, here, { ...here, paged: true })).toEqual(expect.arrayContaining([...reads]));
  },
);

test.each(Object.keys(stale).filter((command) => !wide.has(command)))(
  "%s leaves alone what is about something else",
  (command) => {
    expect(reached(command, here, elsewhere).filter((read) => !ofNoWorld.has(read))).toEqual([]);
  },
);

test("an account that is made is made in a root that nobody named", () => {
  expect(reached("CreateAccount", here, elsewhere)).toEqual([
    "ListAccounts",
    "ListAccountsForParent",
    "ListChildren",
    "ListTargetsForPolicy",
  ]);
});

test.each(["UpdateOrganizationalUnit", "DeleteOrganizationalUnit"])(
  "%s reaches whatever names the unit",
  (command) => {
    const units: World = { ...here, of: "units" };
    expect(reached(command, units, units)).toEqual(
      [
        "DescribeOrganizationalUnit",
        "ListChildren",
        "ListOrganizationalUnitsForParent",
        "ListParents",
        "ListPoliciesForTarget",
        "ListTargetsForPolicy",
        ...(command === "DeleteOrganizationalUnit" ? ["ListTagsForResource"] : []),
      ].toSorted(),
    );
  },
);

test("an account that leaves takes with it who has access to it", () => {
  const targets = targetsOf("RemoveAccountFromOrganization", here);
  const row = rowsOf("sso-admin").get("ListAccountAssignments");
  const tags =
    row?.kind === "read"
      ? row.tags({ AccountId: "1".repeat(12), PermissionSetArn: "arn:aws:sso:::permissionSet/ssoins-1/ps-1" })
      : [];
  expect(tags.some((name) => targets.includes(name))).toBe(true);
  const ofPrincipal = rowsOf("sso-admin").get("ListAccountAssignmentsForPrincipal");
  const pages = ofPrincipal?.kind === "read" ? (ofPrincipal.pageTags?.({}) ?? []) : [];
  expect(pages.some((name) => targets.includes(name))).toBe(true);
});

test.each([...neverKept])("%s is never kept", (command) => {
  const row = rowsOf("organizations").get(command);
  expect(row?.kind === "read" ? row.stable?.({}) : undefined).toBe(false);
});

test.each([
  ["DescribeAccount", { Account: { State: "PENDING_CLOSURE" } }, { Account: { State: "ACTIVE" } }],
  ["ListAccounts", { Accounts: [{ Status: "PENDING_CLOSURE" }] }, { Accounts: [{ Status: "SUSPENDED" }] }],
  ["DescribeHandshake", { Handshake: { State: "OPEN" } }, { Handshake: { State: "ACCEPTED" } }],
  [
    "ListHandshakesForOrganization",
    { Handshakes: [{ State: "EXPIRED" }, { State: "REQUESTED" }] },
    { Handshakes: [{ State: "EXPIRED" }] },
  ],
  [
    "ListRoots",
    { Roots: [{ PolicyTypes: [{ Status: "PENDING_ENABLE" }] }] },
    { Roots: [{ PolicyTypes: [{ Status: "ENABLED" }] }] },
  ],
  [
    "DescribeResponsibilityTransfer",
    { ResponsibilityTransfer: { Status: "REQUESTED" } },
    { ResponsibilityTransfer: { Status: "ACCEPTED" } },
  ],
])("%s is kept once nothing in it is on its way to another state", (command, moving, settled) => {
  const row = rowsOf("organizations").get(command);
  if (row?.kind !== "read") throw new Error(`${command} is no read`);
  expect([row.stable?.(moving), row.stable?.(settled)]).toEqual([false, true]);
});

test("making an account goes on under the name that its poll asks for", () => {
  const write = rowsOf("organizations").get("CreateAccount");
  const poll = rowsOf("organizations").get("DescribeCreateAccountStatus");
  const progress = (State: string): unknown =>
    write?.kind === "write"
      ? write.progress?.({ CreateAccountStatus: { Id: "car-1", State } }, {})
      : undefined;
  const operation =
    poll?.kind === "poll" ? poll.single?.operation({ CreateAccountRequestId: "car-1" }) : undefined;
  expect(progress("IN_PROGRESS")).toEqual({ state: "in-progress", operation });
  expect(progress("SUCCEEDED")).toEqual({ state: "finished" });
  expect(operation).toBe("account-creation:car-1");
});
