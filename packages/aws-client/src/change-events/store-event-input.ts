import type { Fields } from "../catalog/row.ts";
import type { ChangeEvent } from "./change-event.ts";
import { sdkFields } from "./sdk-fields.ts";

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentitystore.html */
const fieldsOfArns: Readonly<Record<string, string>> = {
  identitystore: "IdentityStoreId",
  user: "UserId",
  group: "GroupId",
  membership: "MembershipId",
};

/**
 * The identifiers that an event of the identity store names: in the ARNs of its resources, or at the top of its detail.
 * Not deeper in it: there may stand who made the change.
 */
export function storeEventInput({ resources, detail }: ChangeEvent): Fields {
  const named: Record<string, string> = {};
  for (const arn of resources) {
    const [, kind = "", id = ""] = /^arn:[^:]*:identitystore:[^:]*:[^:]*:([a-z]+)\/([^/]+)/.exec(arn) ?? [];
    const field = Object.hasOwn(fieldsOfArns, kind) ? fieldsOfArns[kind] : undefined;
    if (field !== undefined) named[field] ??= id;
  }
  return { ...sdkFields(detail), ...named };
}
