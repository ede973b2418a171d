import { followQueue, type QueueClient, type QueueEvent } from "@awsideman/aws-client";
import type { CommandContext } from "../../command-context.ts";
import { usageError } from "../../errors/cli-error.ts";
import { formatDuration, plural } from "../../output/quantity.ts";
import type { OutputChoice } from "../../output/output-choice.ts";
import { printable } from "../../output/text.ts";
import type { Settings } from "../../settings/settings.ts";

export interface FollowQueueInput {
  readonly queueUrl: string;
}

/** Follows until it is interrupted, which is how it is meant to end. */
export async function followChanges(context: CommandContext, { queueUrl }: FollowQueueInput): Promise<void> {
  const { settings, output } = context;
  assertPrintable(settings.output);
  const place = placeOf(queueUrl, settings);
  const signal = context.interruption();
  const { manager } = await context.cache();
  const { client, close } = await loadQueueClient(place, settings);
  const shown = output.terminal === undefined ? (text: string) => text : printable;
  const store = settings.identityStoreId === undefined ? {} : { identityStoreId: settings.identityStoreId };
  const follower = followQueue({
    cache: manager,
    client,
    queueUrl,
    namespace: settings.namespace,
    ...store,
    signal,
    onEvent(event) {
      if (event.type !== "applied") output.note(`awsideman: ${printable(sentenceOf(event))}\n`);
      else if (settings.output.format === "json")
        output.print(`${shown(JSON.stringify(recordOf(event, follower.metrics())))}\n`);
      else if (event.applied.targets.length > 0) output.print(`${printable(lineOf(event))}\n`);
    },
  });
  context.note(`following ${queueUrl}`);
  await follower.ended;
  close();
  const { applied, longestDelay } = follower.metrics();
  const late = longestDelay === undefined ? "" : `, the latest after ${formatDuration(longestDelay)}`;
  context.note(`${plural(applied, "event")} applied${late}`);
}

/** What never ends is printed line by line: neither a document nor a part of one. */
function assertPrintable({ format, query }: OutputChoice): void {
  const advice = "use --output json for a line of JSON for each event, or --output table for text";
  if (format !== "table" && format !== "json")
    throw usageError(`cache follow-queue does not print ${format}`, advice);
  if (query !== undefined) throw usageError("--query does not go with cache follow-queue", advice);
}

type Applied = Extract<QueueEvent, { readonly type: "applied" }>;

function recordOf({ applied, delay }: Applied, metrics: object): object {
  const { id, takenAs, targets } = applied;
  return { id: id ?? null, takenAs, targets, delay: delay ?? null, metrics };
}

function lineOf({ applied: { takenAs, targets }, delay }: Applied): string {
  const late = delay === undefined ? "" : `, after ${formatDuration(delay)}`;
  return `${takenAs.name}${takenAs.kind === "unknown" ? " (unknown)" : ""}${late}: ${targets.join(" ")}`;
}

function sentenceOf(event: Exclude<QueueEvent, Applied>): string {
  switch (event.type) {
    case "poison-message":
      return `message ${event.messageId} is no event: ${messageOf(event.error)} (received ${event.received} times)`;
    case "deferred":
      return `the cache cannot be told of ${plural(event.messages, "event")} at the moment; left in the queue`;
    case "queue-failed":
      return `the queue does not answer: ${messageOf(event.error)}; asking again in ${formatDuration(event.retryIn)}`;
    case "not-deleted":
      return `${plural(event.messages, "message")} could not be deleted: ${messageOf(event.error)}`;
  }
}

function messageOf(error: unknown): string {
  if (error instanceof SyntaxError) return "it is not JSON";
  return error instanceof Error ? error.message || error.name : String(error);
}

interface Place {
  readonly endpoint: string;
  readonly region: string;
}

function placeOf(queueUrl: string, { region: fallback }: Settings): Place {
  const url = URL.canParse(queueUrl) ? new URL(queueUrl) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.pathname.length < 2) {
    throw usageError(
      `the queue must be a URL, received ${JSON.stringify(queueUrl)}`,
      "it is such as https://sqs.us-east-1.amazonaws.com/111122223333/awsideman-changes",
    );
  }
  const region = /^(?:sqs\.)?([a-z]{2}(?:-[a-z]+)+-\d)\./.exec(url.hostname)?.[1] ?? fallback;
  if (region === undefined) throw usageError("no region is set", "name that of the queue with --region");
  return { endpoint: url.origin, region };
}

/** Milliseconds. The queue takes 20 seconds to say that it is empty. */
const requestTimeout = 30_000;
const connectionTimeout = 5_000;

async function loadQueueClient(
  { endpoint, region }: Place,
  { profile }: Settings,
): Promise<{ readonly client: QueueClient; readonly close: () => void }> {
  const { SQS } = await import("@aws-sdk/client-sqs");
  const client = new SQS({
    endpoint,
    region,
    ...(profile === undefined ? {} : { profile }),
    requestHandler: { connectionTimeout, requestTimeout, throwOnRequestTimeout: true },
  });
  return { client, close: () => client.destroy() };
}
