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
