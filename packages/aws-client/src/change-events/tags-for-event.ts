import type { Membership } from "../membership-index.ts";
import type { Progress } from "../catalog/row.ts";
import type { Service } from "../catalog/sdk-commands.ts";
import { everything } from "../catalog/tag.ts";
import { identities } from "./call-table.ts";
import { readChangeEvent, type ChangeEvent } from "./change-event.ts";
import { understandEvent, type Change, type Understood } from "./understand-event.ts";

/** What an event was taken as. `name` is that of the call in it, or the event's own type. */
export type TakenAs =
  /** A change that a command makes: the catalogue says what it touches. */
  | {
      readonly kind: "command";
      readonly name: string;
      readonly service: Service;
      readonly command: string;
    }
  /** A call that is no command, of which it is known what it touches, which may be nothing that is cached. */
  | { readonly kind: "call"; readonly name: string }
  /** A call that changes nothing. */
  | { readonly kind: "read"; readonly name: string }
  /** A change that does not say what it touches, or of which nothing is known: it concerns more than it should. */
  | { readonly kind: "unknown"; readonly name: string }
  /** It is about something else than Identity Center. */
  | { readonly kind: "unrelated"; readonly name: string };

/** What an event makes stale, and why. */
export interface EventTargets {
  /** The event's own id; undefined when it has none. */
  readonly id: string | undefined;
  /** When the change was made, in milliseconds since 1970; undefined when the event does not say. */
  readonly at: number | undefined;
  readonly takenAs: TakenAs;
  /** What to invalidate; none when the event changes nothing that is cached. */
  readonly targets: readonly string[];
  /** Whether the change is made, or goes on after the event, perhaps under a name that a poll can see the end of. */
  readonly progress: Progress;
}

export interface TagsForEventOptions {
  /**
   * The identity store that provisioning (SCIM) writes to. Its events do not name the store: without, each of them
   * concerns everything that depends on users and groups.
   */
  readonly identityStoreId?: string;
}

/**
 * Returns what a change made elsewhere makes stale, from an event that EventBridge has delivered: one of the identity
 * store's own, or one of CloudTrail's. Decided by the catalogue of commands, without I/O; see `applyEvent` for the rest.
 * An event that is not understood makes more stale, never less. One that is about something else makes nothing stale.
 * @throws TypeError when it is no event
 */
export function tagsForEvent(event: unknown, options: TagsForEventOptions = {}): EventTargets {
  const read = readChangeEvent(event);
  return targetsOf(read, understandEvent(read, options.identityStoreId), undefined);
}

/** @param membership what the event's command wants to know of a membership, where that is known */
export function targetsOf(
  { id, at }: ChangeEvent,
  understood: Understood,
  membership: Membership | undefined,
): EventTargets {
  const { kind, name } = understood;
  const done = { id, at, progress: { state: "finished" } } as const;
  switch (kind) {
    case "command": {
      const { change } = understood;
      const targets = touchedBy(change, membership);
      const progress = progressOf(change);
      if (targets !== undefined) {
        const { service, command } = change;
        return { id, at, takenAs: { kind, name, service, command }, targets, progress };
      }
      const wide = change.service === "identitystore" ? identities : [everything];
      return { id, at, takenAs: { kind: "unknown", name }, targets: wide, progress };
    }
    case "call":
      return { ...done, takenAs: { kind, name }, targets: understood.targets };
    case "store":
      return { ...done, takenAs: { kind: "unknown", name }, targets: identities };
    case "unknown":
      return { ...done, takenAs: { kind, name }, targets: [everything] };
    case "read":
    case "unrelated":
      return { ...done, takenAs: { kind, name }, targets: [] };
  }
}

/** @returns undefined when the event does not say */
function touchedBy(change: Change, membership: Membership | undefined): readonly string[] | undefined {
  const { row, input, output, outcome, unnamed } = change;
  try {
    const stale = [...row.stale(input, membership), ...change.besides()];
    return [...new Set([...stale, ...(unnamed ?? namedByAnswer())])];
  } catch {
    return undefined;
  }

  function namedByAnswer(): readonly string[] {
    if (outcome === "done") return row.staleAfter?.(output, input) ?? [];
    try {
      return row.staleAfter?.(output, input) ?? [];
    } catch {
      // An error names nothing. What was made all the same has an identifier that nobody can have asked for.
      return [];
    }
  }
}

/** What cannot be told is taken to go on. */
function progressOf({ row, input, output, outcome }: Change): Progress {
  if (row.progress === undefined || outcome === "refused") return { state: "finished" };
  const goesOn = { state: "in-progress", operation: undefined } as const;
  try {
    return outcome === "done" ? row.progress(output, input) : goesOn;
  } catch {
    return goesOn;
  }
}
