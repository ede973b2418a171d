import type { Fields } from "../catalog/row.ts";
import type { AnswerLoader, AnyService } from "./answer-loader.ts";
import type { Tally } from "./tally.ts";

/**
 * Sso-admin as `listAllAssignments` asks it. What cannot be had is no error here: it goes on without. First it asks where
 * permission sets are, and nobody knows of how many pairs that will tell.
 */
export class AssignmentQuestions {
  /** Whether all of that could be had. */
  isPlanComplete = true;
  readonly #loader: AnswerLoader;
  readonly #ssoAdmin: AnyService;
  readonly #tally: Tally;
  readonly #permissionSetArns: () => Promise<readonly string[] | undefined>;

  constructor(
    loader: AnswerLoader,
    ssoAdmin: AnyService,
    tally: Tally,
    permissionSetArns: () => Promise<readonly string[] | undefined>,
  ) {
    this.#loader = loader;
    this.#ssoAdmin = ssoAdmin;
    this.#tally = tally;
    this.#permissionSetArns = permissionSetArns;
  }

  has(command: string, input: Fields): Promise<boolean> {
    return this.#ssoAdmin.has(command, input);
  }

  async *paginate(command: string, input: Fields): AsyncGenerator<Fields, void, undefined> {
    if (command === "ListPermissionSets") {
      const PermissionSets = await this.#permissionSetArns();
      if (PermissionSets === undefined) this.isPlanComplete = false;
      yield { PermissionSets };
      return;
    }
    const isPlanning = command !== "ListAccountAssignments";
    if (isPlanning) this.#tally.total++;
    const isWhole = yield* this.#loader.pages(this.#tally, "sso-admin", command, input);
    if (isPlanning && !isWhole) this.isPlanComplete = false;
  }
}
