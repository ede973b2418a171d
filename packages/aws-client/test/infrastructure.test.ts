import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse, type ScalarTag } from "yaml";
import { eventSources, storeSource } from "../src/change-events/call-table.ts";

const file = new URL("../infrastructure/change-queue.yaml", import.meta.url);

interface Rule {
  readonly EventPattern: {
    readonly source?: readonly string[];
    readonly "detail-type": readonly unknown[];
    readonly detail?: {
      readonly eventSource: readonly string[];
      readonly eventName: readonly { readonly "anything-but": readonly string[] }[];
    };
  };
  readonly Targets: readonly {
    readonly Arn: unknown;
    readonly DeadLetterConfig: { readonly Arn: unknown };
  }[];
}

interface Template {
  readonly Parameters: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties: never }>>;
}

/** Functions of CloudFormation, read as their long forms. */
const functions: ScalarTag[] = ["Ref", "GetAtt", "Sub"].map((name) => ({
  tag: `!${name}`,
  resolve: (text: string) => ({ [name === "Ref" ? "Ref" : `Fn::${name}`]: text }),
}));

const template = parse(readFileSync(file, "utf8"), { customTags: functions, strict: true }) as Template;
const { Resources } = template;

function propertiesOf<Properties>(name: string): Properties {
  const resource = Resources[name];
  if (resource === undefined) throw new Error(`There is no ${name}`);
  return resource.Properties;
}

test("what the template refers to is there", () => {
  const known = new Set([...Object.keys(Resources), ...Object.keys(template.Parameters)]);
  const text = JSON.stringify(template);
  const names = [...text.matchAll(/"(?:Ref|Fn::GetAtt)":"([A-Za-z]+)|\$\{([A-Za-z]+)\}/g)].map(
    ([, reference, substituted]) => reference ?? substituted,
  );
  expect(names.length).toBeGreaterThan(10);
  expect(names.filter((name) => !known.has(name ?? ""))).toEqual([]);
});

test("the rules catch what the table knows, and nothing else", () => {
  const audited = propertiesOf<Rule>("AuditedCalls").EventPattern;
  expect(audited["detail-type"]).toEqual(["AWS API Call via CloudTrail"]);
  expect(audited.detail?.eventSource.toSorted()).toEqual(Object.keys(eventSources).toSorted());
  const store = propertiesOf<Rule>("StoreChanges").EventPattern;
  expect(store).toEqual({
    source: [storeSource],
    "detail-type": [{ "anything-but": { suffix: "via CloudTrail" } }],
  });
});

test("the rules leave out only calls that change nothing that is cached", () => {
  const [pattern] = propertiesOf<Rule>("AuditedCalls").EventPattern.detail?.eventName ?? [];
  const leftOut = pattern?.["anything-but"] ?? [];
  expect(leftOut).toContain("Authenticate");
  for (const eventName of leftOut) {
    const { calls } = eventSources["sso.amazonaws.com"] ?? {};
    expect([eventName, calls?.[eventName]]).toEqual([eventName, { targets: [] }]);
    for (const { calls: others } of Object.values(eventSources))
      expect([eventName, others[eventName] ?? { targets: [] }]).toEqual([eventName, { targets: [] }]);
  }
});

test("both rules send to the queue, and what cannot be sent to the dead letters", () => {
  for (const name of ["AuditedCalls", "StoreChanges"]) {
    expect(propertiesOf<Rule>(name).Targets).toMatchObject([
      {
        Arn: { "Fn::GetAtt": "ChangeQueue.Arn" },
        DeadLetterConfig: { Arn: { "Fn::GetAtt": "DeadLetterQueue.Arn" } },
      },
    ]);
  }
  expect(JSON.stringify(propertiesOf("QueuePolicy"))).toContain(
    '["StoreChanges.Arn","AuditedCalls.Arn"]'.replace(/"(\w+\.Arn)"/g, '{"Fn::GetAtt":"$1"}'),
  );
});

test("a message that cannot be applied becomes a dead letter, and outlives the queue's own there", () => {
  interface Queue {
    readonly RedrivePolicy: unknown;
    readonly MessageRetentionPeriod: number;
    readonly ReceiveMessageWaitTimeSeconds: number;
  }
  const queue = propertiesOf<Queue>("ChangeQueue");
  expect(queue.RedrivePolicy).toEqual({
    deadLetterTargetArn: { "Fn::GetAtt": "DeadLetterQueue.Arn" },
    maxReceiveCount: { Ref: "MaxReceiveCount" },
  });
  expect(propertiesOf<Queue>("DeadLetterQueue").MessageRetentionPeriod).toBeGreaterThan(
    queue.MessageRetentionPeriod,
  );
});
