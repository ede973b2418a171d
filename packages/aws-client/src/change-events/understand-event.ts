import { findRow, readsByName } from "../catalog/catalog.ts";
import type { AnyWriteRow, Fields } from "../catalog/row.ts";
import type { Service } from "../catalog/sdk-commands.ts";
import {
  eventBridgeSources,
  eventSources,
  scimSource,
  storeEvents,
  storeSource,
  type CallMeaning,
} from "./call-table.ts";
import type { ChangeEvent } from "./change-event.ts";
import { sdkFields } from "./sdk-fields.ts";
import { storeEventInput } from "./store-event-input.ts";

/** What an event is to the cache. `name` is that of the call, or the event's own type. */
export type Understood =
  | { readonly kind: "command"; readonly name: string; readonly change: Change }
  /** No command does it, but it is known what it touches, which may be nothing. */
  | { readonly kind: "call"; readonly name: string; readonly targets: readonly string[] }
  | { readonly kind: "read"; readonly name: string }
  /** A change of the store that nothing is known of. */
  | { readonly kind: "store"; readonly name: string }
  /** A change that nothing is known of. */
  | { readonly kind: "unknown"; readonly name: string }
  /** It is about something else than Identity Center. */
  | { readonly kind: "unrelated"; readonly name: string };

/** A change as if a command had made it. */
export interface Change {
  readonly service: Service;
  readonly command: string;
  readonly row: AnyWriteRow;
  readonly input: Fields;
  readonly output: Fields;
  readonly outcome: "done" | "refused" | "unknown";
  /** What the answer would have named, where the event cannot. */
  readonly unnamed: readonly string[] | undefined;
  besides(): readonly string[];
}

/** @param identityStoreId the store behind calls that do not name theirs */
export function understandEvent(event: ChangeEvent, identityStoreId: string | undefined): Understood {
  const { source, detailType, detail } = event;
  const { eventSource, eventName } = detail;
  if (typeof eventSource === "string" && typeof eventName === "string") {
    if (Object.hasOwn(eventSources, eventSource)) {
      return understandCall(eventSource, eventName, detail, identityStoreId);
    }
    return { kind: eventBridgeSources.includes(source) ? "unknown" : "unrelated", name: eventName };
  }
  if (source === storeSource && !detailType.endsWith("via CloudTrail")) {
    const command = Object.hasOwn(storeEvents, detailType) ? storeEvents[detailType] : undefined;
    const input = storeEventInput(event);
    return command === undefined
      ? { kind: "store", name: detailType }
      : changeBy("identitystore", command, detailType, { input, output: input, outcome: "done" });
  }
  return { kind: eventBridgeSources.includes(source) ? "unknown" : "unrelated", name: detailType };
}

function understandCall(
  eventSource: string,
  name: string,
  detail: Fields,
  identityStoreId: string | undefined,
): Understood {
  const { service, calls } = eventSources[eventSource] as (typeof eventSources)[string];
  const known = Object.hasOwn(calls, name) ? calls[name] : undefined;
  if (known !== undefined && "targets" in known) return { kind: "call", name, targets: known.targets };
  const row = findRow(service, name);
  if (known === undefined && row === undefined) {
    return { kind: detail["readOnly"] === true || readsByName(name) ? "read" : "unknown", name };
  }
  if (known === undefined && row?.kind !== "write") return { kind: "read", name };
  const store = eventSource === scimSource && identityStoreId ? { IdentityStoreId: identityStoreId } : {};
  const parameters = { ...sdkFields(detail["requestParameters"]), ...store };
  const elements = sdkFields(detail["responseElements"]);
  const command = known?.command ?? name;
  return changeBy(
    service,
    command,
    name,
    {
      input: known?.input?.(parameters) ?? parameters,
      output: known?.output?.(elements) ?? elements,
      outcome: outcomeOf(detail["errorCode"]),
    },
    known,
  );
}

function changeBy(
  service: Service,
  command: string,
  name: string,
  seen: Pick<Change, "input" | "output" | "outcome">,
  meaning?: Exclude<CallMeaning, { readonly targets: unknown }>,
): Understood {
  const row = findRow(service, command);
  // A table that names no write is told by a test.
  if (row?.kind !== "write") return { kind: "unknown", name };
  const change: Change = {
    service,
    command,
    row,
    ...seen,
    unnamed: meaning?.unnamed?.(),
    besides: () => meaning?.besides?.(seen.input) ?? [],
  };
  return { kind: "command", name, change };
}

/** Errors that say that nothing was done: https://docs.aws.amazon.com/singlesignon/latest/APIReference/CommonErrors.html */
const refusals =
  /^(?:AccessDenied|Conflict|ResourceNotFound|ServiceQuotaExceeded|Throttl|Unauthorized|Validation)/;

function outcomeOf(errorCode: unknown): Change["outcome"] {
  if (errorCode === undefined || errorCode === null || errorCode === "") return "done";
  return typeof errorCode === "string" && refusals.test(errorCode) ? "refused" : "unknown";
}
