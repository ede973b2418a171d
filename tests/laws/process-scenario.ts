/** What every process of a race is told, besides what it does there. */
export interface ProcessScenario {
  /** Names it in the history. */
  readonly process: string;
  /** Where that goes. */
  readonly history: string;
  readonly seed: number;
}
