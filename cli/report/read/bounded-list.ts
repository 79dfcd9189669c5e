/** The first of a list in its order, however long it is, and how many there were. */
export class BoundedList<Item> {
  #count = 0;
  #kept: Item[] = [];
  readonly #limit: number;
  readonly #compare: (a: Item, b: Item) => number;

  /** @param compare negative when `a` comes first; by default they come in the order in which they are added */
  constructor(limit: number, compare: (a: Item, b: Item) => number = () => 0) {
    this.#limit = limit;
    this.#compare = compare;
  }

  add(item: Item): void {
    this.#count += 1;
    this.#kept.push(item);
    // Seldom enough that sorting costs little.
    if (this.#kept.length >= 2 * this.#limit) this.#cut();
  }

  /** As a document shows it. */
  result(): { readonly count: number; readonly listed: Item[] } {
    this.#cut();
    return { count: this.#count, listed: this.#kept };
  }

  #cut(): void {
    this.#kept = this.#kept.sort(this.#compare).slice(0, this.#limit);
  }
}
