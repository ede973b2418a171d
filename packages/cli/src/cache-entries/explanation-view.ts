import { tagMeaning, type EntryExplanation } from "@awsideman/aws-client";
import { inWords } from "@awsideman/cache-core";
import { formatBytes, formatDuration } from "../output/quantity.ts";
import type { Field } from "../output/view.ts";
import { describeEntry } from "./find-key.ts";

/** What there is under a key, for people. */
export function explanationFields(explanation: EntryExplanation): readonly Field[] {
  const { key, namespace, caller, call, entry, at, served, reasons } = explanation;
  const now = at ?? Date.now();
  const sentences = reasons.map((reason) => inWords(reason, at));
  return [
    ["Key", key],
    ["Call", call && `${call.service} ${call.command}${call.isLaterPage ? ", a later page" : ""}`],
    ["Input", call && inputOf(call)],
    ["Namespace", namespace],
    ["Caller", caller],
    ["Stored", entry && `${timeOf(entry.createdAt)}, ${formatDuration(now - entry.createdAt)} ago`],
    ["Good until", entry && goodUntil(entry.expiresAt, now)],
    ["Size", entry && formatBytes(entry.size)],
    ["Served now", served ? "yes" : `no: ${sentences[0]}`],
    ...sentences.slice(1).map((sentence): Field => ["", sentence]),
    ...dependencies(explanation).map((text, index): Field => [index === 0 ? "Depends on" : "", text]),
  ];
}

/** The same for programs. */
export function explanationData(explanation: EntryExplanation): object {
  const { key, namespace, caller, call, entry, at, served, reasons } = explanation;
  return {
    key,
    namespace,
    caller,
    call: call ?? null,
    at: at === undefined ? null : timeOf(at),
    entry: entry === undefined ? null : { ...describeEntry(entry), tags: entry.tags },
    served,
    reasons: reasons.map((reason) => ({ ...(withTimes(reason) as object), text: inWords(reason, at) })),
  };
}

/** Members that are moments. */
const moments: ReadonlySet<string> = new Set(["at", "staleUntil", "storedAt", "time", "until"]);

/** The same with its moments as programs are given them. */
function withTimes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withTimes);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      moments.has(name) && typeof member === "number" ? timeOf(member) : withTimes(member),
    ]),
  );
}

function inputOf({ input, isComplete }: NonNullable<EntryExplanation["call"]>): string {
  const known = JSON.stringify(input);
  return isComplete ? known : `${known} and more, which is too long for a key`;
}

function goodUntil(expiresAt: number, now: number): string {
  if (expiresAt === Infinity) return "it is invalidated";
  const left = expiresAt - now;
  return `${timeOf(expiresAt)}, ${left > 0 ? `${formatDuration(left)} from now` : `${formatDuration(-left)} ago`}`;
}

function timeOf(at: number): string {
  return new Date(at).toISOString();
}

/** What it depends on besides its key, in words. */
function dependencies({ key, entry }: EntryExplanation): readonly string[] {
  return (entry?.tags ?? [])
    .filter((tag) => !tag.startsWith("="))
    .map((tag) => tag.slice(tag.lastIndexOf("|") + 1))
    .filter((tag) => tag !== "*" && tag !== key && !key.startsWith(`${tag}:`))
    .map((tag) => `${tag}: it ${tagMeaning(tag)}`);
}
