export { createCachedClient, type CachedClientOptions } from "./cached-client.ts";
export type { Adoption, AdoptOptions } from "./adopt.ts";
export { createCachedService, type CachedServiceOptions } from "./create-cached-service.ts";
export type { CachedService, CallOptions, PaginateOptions } from "./cached-service.ts";
export type { AnyCommandName, CachedOptions, CallerSource, TimesToLive } from "./options.ts";
export { environmentCaller, type EnvironmentCallerOptions } from "./caller/environment-caller.ts";
export { fingerprint } from "./caller/fingerprint.ts";
export type { IniSection } from "./caller/ini-file.ts";
export { SharedFiles, type Variables } from "./caller/shared-files.ts";
export {
  waitForAssignment,
  type AssignmentRequest,
  type AssignmentSource,
  type AssignmentStatus,
} from "./wait-for-assignment.ts";
export {
  waitForProvisioning,
  type ProvisioningRequest,
  type ProvisioningSource,
  type ProvisioningStatus,
} from "./wait-for-provisioning.ts";
export type { OperationStatus, WaitOptions } from "./wait-for-status.ts";
export { tagsForCommand, type TagsForCommandOptions } from "./tags-for-command.ts";
export { listAllAssignments, type AccountAssignment, type AllAssignmentsOptions } from "./all-assignments.ts";
export type { Quota } from "./quota.ts";
export type { ClientEvent, ClientEventListener } from "./events.ts";
export { cacheMetadata, type CachedResponseMetadata, type CacheMetadata } from "./metadata.ts";
export type { AbortSignalLike } from "./abort.ts";
export type { AwsClient } from "./aws-client.ts";
export type {
  CommandInput,
  CommandName,
  CommandOutput,
  PaginatedCommandName,
  Service,
} from "./catalog/sdk-commands.ts";
export {
  tagsForEvent,
  type EventTargets,
  type TagsForEventOptions,
  type TakenAs,
} from "./change-events/tags-for-event.ts";
export { applyEvent, type ApplyEventOptions } from "./change-events/apply-event.ts";
export { commandsThatRead, keyFronts } from "./catalog/catalog.ts";
export { Audit, type AuditOptions } from "./audit/audit.ts";
export type { AuditCounts, AuditReport, StaleTime } from "./audit/audit-report.ts";
export type { AuditEntriesOptions, EntryDifference } from "./audit/audit-entries.ts";
export {
  explainCommand,
  explainWrite,
  servicesWith,
  type CommandExplanation,
  type CommandQuestion,
  type TagExplanation,
  type WriteExplanation,
} from "./explain/explain-command.ts";
export { explainEntry, type EntryExplanation } from "./explain/explain-entry.ts";
export { tagMeaning } from "./explain/tag-meaning.ts";
export { commandOfKey, type CommandOfKey } from "./explain/command-of-key.ts";
export type { Progress } from "./catalog/row.ts";
export { followQueue, type FollowQueueOptions, type QueueFollower } from "./change-events/follow-queue.ts";
export type { QueueClient, QueueMessage } from "./change-events/queue-client.ts";
export type { QueueEvent, QueueMetrics } from "./change-events/queue-events.ts";
export { warmCache, type WarmOptions, type WarmProgress, type WarmReport } from "./warm/warm-cache.ts";
export { warmKinds, type WarmKind } from "./warm/warm-kind.ts";
export type { WarmedKind, WarmProblem } from "./warm/tally.ts";
export type { WarmBudget } from "./warm/call-budget.ts";
export { ProgressMeter, type ProgressReading, type ProgressState } from "./warm/progress-meter.ts";
