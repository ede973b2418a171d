/** A part of a list, as AWS gives it. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly isLast: boolean;
}
