import { pageFields, type PageInput } from "../input/common-fields.ts";
import { oneOf, optional, structure, text, type Field, type Fields } from "../input/field.ts";
import { paginate, type Page } from "../pagination.ts";
import { notFound, throttled } from "../service-error.ts";
import type { Row } from "../store/ordered-table.ts";
import type { RequestProgress, RequestRecord } from "../store/records.ts";
import type { ReadonlyTables } from "../store/tables.ts";
import { timestamp, type Members, type OperationContext } from "./operation.ts";

type RequestStatus = RequestProgress["status"];

export interface StatusListInput extends PageInput {
  readonly Filter?: { readonly Status?: RequestStatus | undefined } | undefined;
}

const requestStatus: Field<RequestStatus> = oneOf(["IN_PROGRESS", "FAILED", "SUCCEEDED"]);

export const statusListFields: Fields<StatusListInput> = {
  ...pageFields,
  Filter: optional(
    structure<{ readonly Status?: RequestStatus | undefined }>({ Status: optional(requestStatus) }),
  ),
};

export const requestId: Field<string> = text({
  minimum: 36,
  maximum: 36,
  pattern: /^[a-fA-F0-9]{8}-[a-fA-F0-9]{4}-[a-fA-F0-9]{4}-[a-fA-F0-9]{4}-[a-fA-F0-9]{12}$/,
});

/** What every accepted request begins with. */
export function newRequest(
  context: OperationContext,
): Pick<RequestRecord, "requestId" | "createdAt" | "progress"> {
  return {
    requestId: context.newRequestId(),
    createdAt: context.now,
    progress: { status: "IN_PROGRESS", completesAt: context.now + context.operationDuration },
  };
}

/** Refuses one more request of a kind than the service works on at once. */
export function requireCapacity(tables: ReadonlyTables, kind: RequestRecord["kind"], limit: number): void {
  const outstanding = [...tables.requests.find("kindInProgress", kind)].length;
  if (outstanding >= limit) {
    throw throttled("There are too many requests processing. Please try again later.");
  }
}

export function requireRequest<Kind extends RequestRecord["kind"]>(
  tables: ReadonlyTables,
  kind: Kind,
  id: string,
): Extract<RequestRecord, { kind: Kind }> {
  const request = tables.requests.get(id);
  if (request === undefined || !isOfKind(request, kind)) {
    throw notFound(`Could not find request with id ${id}`);
  }
  return request;
}

/** One page of the requests of a kind, oldest first, with the little that such a list tells. */
export function listRequests(
  tables: ReadonlyTables,
  kind: RequestRecord["kind"],
  input: StatusListInput,
  context: OperationContext,
): Page<Members> {
  const page = paginate(input, context, (after) =>
    withStatus(tables.requests.find("kind", kind, after), input.Filter?.Status),
  );
  return { ...page, items: page.items.map(summarize) };
}

/** The members that all statuses of requests have. */
export function describeProgress(request: RequestRecord): Members {
  const { progress } = request;
  return {
    ...summarize(request),
    FailureReason: progress.status === "FAILED" ? progress.reason : undefined,
  };
}

function summarize(request: RequestRecord): Members {
  return {
    Status: request.progress.status,
    RequestId: request.requestId,
    CreatedDate: timestamp(request.createdAt),
  };
}

function* withStatus(
  rows: Iterable<Row<RequestRecord>>,
  wanted: RequestStatus | undefined,
): IterableIterator<Row<RequestRecord>> {
  for (const row of rows) {
    if (wanted === undefined || row.value.progress.status === wanted) yield row;
  }
}

function isOfKind<Kind extends RequestRecord["kind"]>(
  request: RequestRecord,
  kind: Kind,
): request is Extract<RequestRecord, { kind: Kind }> {
  return request.kind === kind;
}
