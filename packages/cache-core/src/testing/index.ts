export { FakeClock } from "./fake-clock.ts";
export {
  sharedNow,
  type HistoryEvent,
  type InvalidationEvent,
  type ReadEvent,
  type WriteEvent,
} from "./history.ts";
export { checkHistory, type CheckOptions, type HistoryReport, type Violation } from "./check-history.ts";
export {
  HistoryRecorder,
  loadHistory,
  type HistoryRecorderOptions,
  type RecordedValue,
} from "./history-recorder.ts";
export { storageContract } from "./storage-contract.ts";
export { contractChecks, type ContractCheck } from "./contract/contract-checks.ts";
export type { ContractContext, StorageContractOptions } from "./contract/contract-options.ts";
export {
  checkStorageModel,
  type StorageModelOptions,
  type StorageModelReport,
} from "./model/storage-model.ts";
export type { ModelContext, ModelStorage } from "./model/model-cache.ts";
