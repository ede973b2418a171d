/** A value and its place in the order of a table. */
export interface Row<Value> {
  readonly position: number;
  readonly value: Value;
}

/** The reading half of {@link OrderedTable}. */
export interface ReadonlyTable<Value, IndexName extends string = string> {
  readonly size: number;
  get(key: string): Value | undefined;
  /** All values, oldest first. */
  values(): IterableIterator<Value>;
  /** The rows behind a position, oldest first. */
  rowsAfter(position: number): IterableIterator<Row<Value>>;
  /** The rows behind a position that an index files under a term, oldest first. */
  find(index: IndexName, term: string, after?: number): IterableIterator<Row<Value>>;
}

/** For each index: the terms under which it files a value. */
export type IndexTerms<Value, IndexName extends string> = Readonly<
  Record<IndexName, (value: Value) => readonly string[]>
>;

/**
 * Values by key, in the order in which their keys were first put, with indexes. A position is never used twice, so that a
 * list can be read page by page while others write: nothing is skipped or seen twice. Values are replaced, never changed.
 */
export class OrderedTable<Value, IndexName extends string = string> implements ReadonlyTable<
  Value,
  IndexName
> {
  readonly #positions = new Map<string, number>();
  readonly #rows: (Row<Value> | undefined)[] = [];
  readonly #terms: IndexTerms<Value, IndexName>;
  readonly #indexes = new Map<string, Map<string, Set<number>>>();

  constructor(terms: IndexTerms<Value, IndexName>) {
    this.#terms = terms;
    for (const index of Object.keys(terms)) this.#indexes.set(index, new Map());
  }

  get size(): number {
    return this.#positions.size;
  }

  get(key: string): Value | undefined {
    const position = this.#positions.get(key);
    return position === undefined ? undefined : this.#rows[position]?.value;
  }

  /** Puts a value; a key that is there keeps its place. */
  put(key: string, value: Value): void {
    const known = this.#positions.get(key);
    const position = known ?? this.#rows.length;
    const previous = this.#rows[position];
    if (previous !== undefined) this.#unfile(previous);
    const row = { position, value };
    this.#positions.set(key, position);
    this.#rows[position] = row;
    for (const [index, filed] of this.#indexes) {
      for (const term of this.#termsOf(index, value)) {
        const positions = filed.get(term);
        if (positions === undefined) filed.set(term, new Set([position]));
        else positions.add(position);
      }
    }
  }

  remove(key: string): void {
    const position = this.#positions.get(key);
    if (position === undefined) return;
    const row = this.#rows[position];
    if (row !== undefined) this.#unfile(row);
    this.#positions.delete(key);
    this.#rows[position] = undefined;
  }

  *values(): IterableIterator<Value> {
    for (const row of this.rowsAfter(-1)) yield row.value;
  }

  *rowsAfter(position: number): IterableIterator<Row<Value>> {
    for (let next = position + 1; next < this.#rows.length; next += 1) {
      const row = this.#rows[next];
      if (row !== undefined) yield row;
    }
  }

  *find(index: IndexName, term: string, after = -1): IterableIterator<Row<Value>> {
    const positions = [...(this.#indexes.get(index)?.get(term) ?? [])].sort((a, b) => a - b);
    for (const position of positions) {
      const row = this.#rows[position];
      if (position > after && row !== undefined) yield row;
    }
  }

  #unfile(row: Row<Value>): void {
    for (const [index, filed] of this.#indexes) {
      for (const term of this.#termsOf(index, row.value)) {
        const positions = filed.get(term);
        positions?.delete(row.position);
        if (positions?.size === 0) filed.delete(term);
      }
    }
  }

  #termsOf(index: string, value: Value): readonly string[] {
    return this.#terms[index as IndexName](value);
  }
}
