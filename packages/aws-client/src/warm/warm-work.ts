import pMap from "p-map";
import type { Output } from "../call.ts";
import type { Fields } from "../catalog/row.ts";
import type { AnswerLoader, AnyService, WarmService } from "./answer-loader.ts";
import { AssignmentQuestions } from "./assignment-questions.ts";
import type { Tally } from "./tally.ts";

/** What is to be warmed. */
export interface WarmPlace {
  readonly InstanceArn: string;
  readonly IdentityStoreId: string;
  readonly accountIds: readonly string[] | undefined;
  /** How many questions are asked at once. */
  readonly concurrency: number;
}

/** What the steps of one run have in common. Nothing here rejects. */
export class WarmWork {
  readonly place: WarmPlace;
  readonly #loader: AnswerLoader;
  readonly #ssoAdmin: AnyService;
  #groupIds: readonly string[] | undefined;
  #permissionSetArns: readonly string[] | undefined;

  constructor(place: WarmPlace, loader: AnswerLoader, ssoAdmin: AnyService) {
    this.place = place;
    this.#loader = loader;
    this.#ssoAdmin = ssoAdmin;
  }

  /** Asks for one answer, or all pages of it. */
  async ask(tally: Tally, service: WarmService, command: string, input: Fields): Promise<void> {
    for await (const _ of this.#loader.pages(tally, service, command, input));
  }

  /** All pages of a list that nobody knows the length of; undefined when some cannot be had. */
  async list(
    tally: Tally,
    service: WarmService,
    command: string,
    input: Fields,
  ): Promise<readonly Output[] | undefined> {
    tally.total++;
    const pages: Output[] = [];
    for await (const page of this.#loader.pages(tally, service, command, input)) pages.push(page);
    const last = pages.at(-1);
    return last === undefined || last["NextToken"] ? undefined : pages;
  }

  async each(items: readonly string[], ask: (item: string) => Promise<void>): Promise<void> {
    await pMap(items, ask, { concurrency: this.place.concurrency });
  }

  /** The groups; undefined when they cannot be known. Asked for once in a run. */
  async groupIds(tally: Tally): Promise<readonly string[] | undefined> {
    const { IdentityStoreId } = this.place;
    this.#groupIds ??= (await this.list(tally, "identitystore", "ListGroups", { IdentityStoreId }))?.flatMap(
      ({ Groups }) => (Groups as readonly { readonly GroupId: string }[]).map((row) => row.GroupId),
    );
    return this.#groupIds;
  }

  /** The permission sets; undefined when they cannot be known. Asked for once in a run. */
  async permissionSetArns(tally: Tally): Promise<readonly string[] | undefined> {
    const { InstanceArn } = this.place;
    this.#permissionSetArns ??= (
      await this.list(tally, "sso-admin", "ListPermissionSets", { InstanceArn })
    )?.flatMap(({ PermissionSets }) => PermissionSets as readonly string[]);
    return this.#permissionSetArns;
  }

  assignmentQuestions(tally: Tally): AssignmentQuestions {
    const arns = (): Promise<readonly string[] | undefined> => this.permissionSetArns(tally);
    return new AssignmentQuestions(this.#loader, this.#ssoAdmin, tally, arns);
  }
}
