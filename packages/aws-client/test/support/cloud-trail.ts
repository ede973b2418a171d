import type { Service } from "../../src/index.ts";

export interface CloudTrailCall {
  readonly eventSource: string;
  readonly eventName: string;
  /** As CloudTrail names fields. */
  readonly requestParameters?: object | null;
  readonly responseElements?: object | null;
  readonly errorCode?: string;
  readonly readOnly?: boolean;
}

let count = 0;

/** A call as EventBridge delivers what CloudTrail tells of it. */
export function cloudTrailEvent(call: CloudTrailCall, time = "2023-11-14T22:13:20Z"): object {
  return {
    version: "0",
    id: `event-${(count += 1)}`,
    "detail-type": "AWS API Call via CloudTrail",
    source: `aws.${call.eventSource.split(".")[0] ?? ""}`,
    account: "111122223333",
    time,
    region: "us-east-1",
    resources: [],
    detail: {
      eventVersion: "1.10",
      userIdentity: { type: "AssumedRole", accountId: "111122223333" },
      eventTime: time,
      awsRegion: "us-east-1",
      requestParameters: null,
      responseElements: null,
      readOnly: false,
      eventType: "AwsApiCall",
      ...call,
    },
  };
}

const eventSourceOf: Readonly<Record<Service, string>> = {
  identitystore: "identitystore.amazonaws.com",
  organizations: "organizations.amazonaws.com",
  "sso-admin": "sso.amazonaws.com",
};

/** A command as CloudTrail tells of it. */
export function commandEvent(
  service: Service,
  command: string,
  input: object,
  output: object | null,
  more: Partial<CloudTrailCall> & { readonly time?: string } = {},
): object {
  const { time, ...call } = more;
  return cloudTrailEvent(
    {
      eventSource: eventSourceOf[service],
      eventName: command,
      requestParameters: camelCase(input) as object,
      responseElements: output === null ? null : (camelCase(output) as object),
      ...call,
    },
    time,
  );
}

/** An event of the identity store's own. */
export function storeEvent(
  detailType: string,
  resources: readonly string[],
  detail: object = {},
): Record<string, unknown> {
  return {
    version: "0",
    id: `event-${(count += 1)}`,
    "detail-type": detailType,
    source: "aws.identitystore",
    account: "111122223333",
    time: "2023-11-14T22:13:20Z",
    region: "us-east-1",
    resources,
    detail: { "event-version": "1.0", ...detail },
  };
}

/** CloudTrail writes dates as text, and names of fields with a small letter. */
function camelCase(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(camelCase);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      name.charAt(0).toLowerCase() + name.slice(1),
      camelCase(field),
    ]),
  );
}
