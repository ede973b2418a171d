import type { EventTargets } from "./tags-for-event.ts";

/** Something that a follower of a queue did, or that went wrong. None of them ends it. */
export type QueueEvent =
  /** `delay`: milliseconds from the change to its invalidation; undefined when the event does not say when it was made. */
  | { readonly type: "applied"; readonly applied: EventTargets; readonly delay: number | undefined }
  /**
   * A message that is no event. It is left in the queue, which gives it again, `received` times up to now, until it puts
   * it with the dead letters.
   */
  | {
      readonly type: "poison-message";
      readonly messageId: string | undefined;
      readonly received: number;
      readonly error: unknown;
    }
  /**
   * The cache could not record an invalidation, and keeps it for later. The messages are left in the queue: should this
   * process end before, the next one applies them again.
   */
  | { readonly type: "deferred"; readonly messages: number }
  /** The queue does not answer, or refuses. It is asked again after `retryIn` milliseconds. */
  | { readonly type: "queue-failed"; readonly error: unknown; readonly retryIn: number }
  /** Messages were applied and could not be deleted: the queue gives them again, and they are applied again. */
  | { readonly type: "not-deleted"; readonly messages: number; readonly error: unknown };

/** What a follower has done since it began, and how far behind it is. Times are milliseconds. */
export interface QueueMetrics {
  /** Messages from the queue, those that came more than once counted each time. */
  readonly received: number;
  readonly applied: number;
  readonly poison: number;
  /** Times that the queue has failed. */
  readonly failures: number;
  /** How long ago the newest change was made that has been applied; undefined before the first. */
  readonly newestEventAge: number | undefined;
  /** The longest time from a change to its invalidation, so far: how long it could be seen that the cache was old. */
  readonly longestDelay: number | undefined;
  /**
   * Since when the queue has not been heard of; undefined before its first answer. While this is short, a large
   * `newestEventAge` says only that nothing has changed.
   */
  readonly lastAnswerAge: number | undefined;
}
