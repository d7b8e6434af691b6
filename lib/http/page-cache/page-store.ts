import { AnswerStore } from "./answer-store";
import { ageOf, type CachedPage, PageVariants, type Standing, standingOf } from "./cached-page";
import type { Settings } from "./options";
import type { FieldReader, PageKey } from "./page-keys";
import { RepresentationMaker } from "./representation-maker";

export interface Found {
  readonly page: CachedPage;
  readonly standing: Standing;
  readonly ageMs: number;
}

/** The pages that are kept, and what they are worth now. */
export class PageStore {
  readonly maker = new RepresentationMaker();
  readonly #settings: Settings;
  readonly #answers: AnswerStore<PageVariants>;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#answers = new AnswerStore(settings);
  }

  /** Counts as a use of the page. */
  find({ name }: PageKey, reader: FieldReader): Found | undefined {
    const page = this.#answers.get(name)?.find(reader);
    if (page === undefined) return undefined;
    const now = this.#settings.now();
    return { page, standing: standingOf(page, now, this.#settings.validity), ageMs: ageOf(page, now) };
  }

  /** @param names request fields that the page varies by */
  put({ name }: PageKey, page: CachedPage, names: readonly string[], reader: FieldReader): void {
    const variants = this.#answers.peek(name) ?? new PageVariants();
    variants.put(page, names, reader);
    this.#answers.put(name, variants, variants.isNegative);
    this.maker.makeOthers(page.answer, () => this.#resized(name));
  }

  /** Pages that visitors read and that have to be asked for anew, the most recently read first. */
  *outdated(): Generator<CachedPage> {
    const { now, validity } = this.#settings;
    for (const [, variants] of this.#answers.hot()) {
      for (const page of variants.pages) if (standingOf(page, now(), validity) === "outdated") yield page;
    }
  }

  /** To be called for a page that is served: one that is asked for again is worth more work. */
  used({ name }: PageKey, { answer, isNegative }: CachedPage): void {
    if (!isNegative && this.#answers.isHot(name)) this.maker.improve(answer, () => this.#resized(name));
  }

  delete({ name }: PageKey): void {
    this.#answers.delete(name);
  }

  stats() {
    const { size, bytes, maxBytes, evictions } = this.#answers;
    return { entries: size, bytes, maxBytes, evictions };
  }

  #resized(name: string): void {
    const variants = this.#answers.peek(name);
    if (variants !== undefined) this.#answers.resized(name, variants);
  }
}
