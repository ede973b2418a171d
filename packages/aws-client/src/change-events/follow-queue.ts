import { systemClock, type Cache, type CacheManager } from "@awsideman/cache-core";
import { assertString, mistake, resolveOptions } from "../options.ts";
import { pause } from "../pause.ts";
import { applyEvent, type ApplyEventOptions } from "./apply-event.ts";
import type { QueueClient, QueueMessage } from "./queue-client.ts";
import type { QueueEvent, QueueMetrics } from "./queue-events.ts";
import { QueueRecord } from "./queue-record.ts";

export interface FollowQueueOptions extends ApplyEventOptions {
  readonly cache: Cache & Pick<CacheManager, "on">;
  /** Such as an `SQS` of `@aws-sdk/client-sqs`. It must give a request more than 20 seconds: the queue takes so long to say that it is empty. */
  readonly client: QueueClient;
  /** `https://sqs.<region>.amazonaws.com/<account>/<name>` */
  readonly queueUrl: string;
  /** Ends it: messages that it has by then are applied and deleted, and no others are asked for. */
  readonly signal?: AbortSignal;
  /** Hears what it does and what goes wrong. What it throws is ignored. */
  readonly onEvent?: (event: QueueEvent) => void;
}

/** Whoever takes changes made elsewhere from a queue. */
export interface QueueFollower {
  /** Resolves once it has ended, after the signal. Never rejects. */
  readonly ended: Promise<void>;
  metrics(): QueueMetrics;
}

/** As much as the queue gives at once. */
const batch = 10;
/** Seconds. The longest that the queue can wait for a message. */
const longestPoll = 20;
/** Milliseconds. */
const firstPause = 1000;
const longestPause = 60_000;

/**
 * Applies the events of a queue, each as `applyEvent` does, until the signal is aborted. A message is deleted after its
 * invalidation was recorded, and so may be applied again, here or in another process: that costs what it invalidates and
 * harms nothing. Neither does their order matter. Several may follow one queue; what one has invalidated holds for all who
 * share the storage of its cache, and for nobody else.
 * @throws TypeError or RangeError when an option is not what it must be
 */
export function followQueue(options: FollowQueueOptions): QueueFollower {
  const { client, queueUrl, onEvent, cache, identityStoreId, ...rest } = options;
  assertString(queueUrl, "queueUrl");
  if (identityStoreId !== undefined) assertString(identityStoreId, "identityStoreId");
  for (const method of ["receiveMessage", "deleteMessageBatch"] as const) {
    if (typeof client?.[method] !== "function") throw mistake("client", "a client of a queue", client);
  }
  if (onEvent !== undefined && typeof onEvent !== "function") throw mistake("onEvent", "a function", onEvent);
  resolveOptions({ ...rest, cache });
  if (typeof cache.on !== "function") throw mistake("cache", "a cache that tells events", cache);
  const record = new QueueRecord(rest.clock ?? systemClock, onEvent);
  return { ended: follow(options, record), metrics: () => record.metrics() };
}

async function follow(options: FollowQueueOptions, record: QueueRecord): Promise<void> {
  const { cache, clock = systemClock, signal = new AbortController().signal } = options;
  let deferred = 0;
  const unsubscribe = cache.on("invalidation-deferred", () => (deferred += 1));
  let wait = firstPause;
  while (!signal.aborted) {
    const messages = await receive(options, signal).catch((error: unknown) => {
      if (!signal.aborted) record.tell({ type: "queue-failed", error, retryIn: wait });
      return undefined;
    });
    if (messages !== undefined) {
      record.answered(messages.length);
      const deferredBefore = deferred;
      const applied = await apply(options, messages, record);
      if (deferred === deferredBefore) {
        await remove(options, applied, record);
        wait = firstPause;
        continue;
      }
      record.tell({ type: "deferred", messages: applied.length });
    }
    // The signal ends it early, and then this.
    await pause(clock, wait, signal).catch(() => undefined);
    wait = Math.min(wait * 2, longestPause);
  }
  unsubscribe();
}

async function receive(
  { client, queueUrl }: FollowQueueOptions,
  signal: AbortSignal,
): Promise<readonly QueueMessage[]> {
  const { Messages } = await client.receiveMessage(
    {
      QueueUrl: queueUrl,
      MaxNumberOfMessages: batch,
      WaitTimeSeconds: longestPoll,
      MessageSystemAttributeNames: ["ApproximateReceiveCount"],
    },
    { abortSignal: signal },
  );
  return Messages ?? [];
}

/** @returns the messages that may go */
async function apply(
  options: FollowQueueOptions,
  messages: readonly QueueMessage[],
  record: QueueRecord,
): Promise<readonly QueueMessage[]> {
  const { cache, clock = systemClock } = options;
  const applied: QueueMessage[] = [];
  for (const message of messages) {
    try {
      const event: unknown = JSON.parse(message.Body ?? "");
      const result = await applyEvent(cache, event, applyOptionsOf(options));
      const delay = result.at === undefined ? undefined : Math.max(0, clock.now() - result.at);
      record.tell({ type: "applied", applied: result, delay });
      applied.push(message);
    } catch (error) {
      const received = Number(message.Attributes?.["ApproximateReceiveCount"] ?? 1);
      record.tell({ type: "poison-message", messageId: message.MessageId, received, error });
    }
  }
  return applied;
}

function applyOptionsOf({
  namespace,
  settle,
  identityStoreId,
  clock,
}: FollowQueueOptions): ApplyEventOptions {
  return {
    ...(namespace === undefined ? {} : { namespace }),
    ...(settle === undefined ? {} : { settle }),
    ...(identityStoreId === undefined ? {} : { identityStoreId }),
    ...(clock === undefined ? {} : { clock }),
  };
}

/** Also after the signal: what is applied is not to be given again. */
async function remove(
  { client, queueUrl }: FollowQueueOptions,
  messages: readonly QueueMessage[],
  record: QueueRecord,
): Promise<void> {
  const Entries = messages.flatMap(({ ReceiptHandle }, index) =>
    ReceiptHandle === undefined ? [] : [{ Id: String(index), ReceiptHandle }],
  );
  if (Entries.length === 0) return;
  try {
    const { Failed = [] } = await client.deleteMessageBatch({ QueueUrl: queueUrl, Entries });
    if (Failed.length > 0) {
      record.tell({ type: "not-deleted", messages: Failed.length, error: new Error(Failed[0]?.Code) });
    }
  } catch (error) {
    record.tell({ type: "not-deleted", messages: Entries.length, error });
  }
}
