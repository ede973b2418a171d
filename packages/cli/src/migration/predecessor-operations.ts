/** How an operation of the predecessor's cache reads today. */
export interface PredecessorOperation {
  /** The command of AWS Organizations that it was. */
  readonly command: "DescribeAccount" | "ListParents" | "ListRoots";
  /** The parameters that its key was made of, for a thing of this ID. */
  readonly parameters: (id: string) => Readonly<Record<string, string>>;
  /** The same, as AWS has them. */
  readonly input: (id: string) => Readonly<Record<string, string>>;
  /** The answer, of which the predecessor kept the one member that matters. */
  readonly output: (data: unknown) => Readonly<Record<string, unknown>> | undefined;
}

/**
 * What can be taken over: operations whose answer is one page at most. Of all other lists the predecessor kept the first
 * page as if it were all.
 */
export const predecessorOperations: Readonly<Record<string, PredecessorOperation>> = {
  describe_account: {
    command: "DescribeAccount",
    parameters: (id) => ({ account_id: id }),
    input: (id) => ({ AccountId: id }),
    output: (data) => (isRecord(data) && isText(data["Id"]) ? { Account: withTimes(data) } : undefined),
  },
  list_parents: {
    command: "ListParents",
    parameters: (id) => ({ child_id: id }),
    input: (id) => ({ ChildId: id }),
    output: (data) => (isListOfOne(data) ? { Parents: data } : undefined),
  },
  list_roots: {
    command: "ListRoots",
    parameters: () => ({}),
    input: () => ({}),
    output: (data) => (isListOfOne(data) ? { Roots: data } : undefined),
  },
};

/** Lists that may be the beginning of a longer one. */
export const firstPages: ReadonlySet<string> = new Set([
  "list_accounts_for_parent",
  "list_organizational_units_for_parent",
  "list_policies_for_target",
  "list_tags_for_resource",
]);

/** The IDs of roots, organizational units and accounts in what was kept. */
export function idsIn(data: unknown): readonly string[] {
  if (Array.isArray(data)) return data.flatMap(idsIn);
  if (!isRecord(data)) return [];
  return isText(data["Id"]) ? [data["Id"]] : [];
}

/** Times are what Python's `str` has made of them. */
function withTimes(data: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const joined = data["JoinedTimestamp"];
  if (!isText(joined)) return data;
  const time = new Date(joined.replace(" ", "T"));
  const { JoinedTimestamp: _, ...rest } = data;
  return Number.isNaN(time.getTime()) ? rest : { ...rest, JoinedTimestamp: time };
}

/** An organisation has one root, and each account and unit one parent. */
function isListOfOne(data: unknown): data is readonly [Readonly<Record<string, unknown>>] {
  return Array.isArray(data) && data.length === 1 && isRecord(data[0]) && isText(data[0]["Id"]);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
