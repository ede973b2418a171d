import type { CommandContext } from "./command-context.ts";
import type { Page } from "./identity-center/page.ts";
import { keepText } from "./keep-text.ts";
import type { View } from "./output/view.ts";

/** A list that AWS gives in pages. */
export interface List<Item> {
  /** Tells it from other lists. */
  readonly name: string;
  /** How many are shown; undefined: all. */
  readonly limit: number | undefined;
  /** Which ones are shown; undefined: all. */
  readonly wanted?: ((item: Item) => boolean) | undefined;
  /** Begins again each time. */
  readonly pages: () => AsyncIterable<Page<Item>>;
  readonly json: (items: readonly Item[]) => unknown;
  readonly view: (items: readonly Item[]) => View;
}

/**
 * Shows a list, or its beginning. The limit is none of AWS's business: the pages asked for are the same with any, and so
 * are the answers kept. What takes more than a page is kept besides as it is shown: to decode ten thousand users and lay them
 * out takes six times as long as all the rest.
 */
export async function showList<Item>(context: CommandContext, list: List<Item>): Promise<void> {
  const { limit = Infinity, wanted, json, view } = list;
  const { settings } = context;
  const isAll = limit === Infinity && wanted === undefined;
  const items: Item[] = [];
  let pages = 0;
  const format = async (): Promise<string> => {
    const all: Item[] = [];
    for await (const page of list.pages()) {
      all.push(...page.items);
      pages += 1;
    }
    return context.presenter.format(json(all), () => view(all));
  };
  const keep = async (): Promise<void> =>
    context.showText(await keepText(context, list.name, format, () => pages > 1));
  // Of a text that is kept nobody knows how old its parts are.
  const agesMatter = settings.showAge || (settings.maxAge > 0 && settings.maxAge < Infinity);
  const mayKeep = isAll && !agesMatter && (await context.cache()).enabled;
  // Whoever has AWS asked for every page has it asked once: otherwise a text that was kept would outlive this.
  if (mayKeep && settings.maxAge === 0) return keep();
  for await (const page of list.pages()) {
    if (items.length === 0 && mayKeep && !page.isLast) return keep();
    const shown = wanted === undefined ? page.items : page.items.filter(wanted);
    items.push(...shown.slice(0, limit - items.length));
    if (items.length >= limit) break;
  }
  context.show(json(items), () => view(items));
}
