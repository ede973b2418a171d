import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Organisation, readings, type Member } from "./organisation.ts";

/** With AWSIDEMAN_CALLERS=all everybody writes; otherwise some of each kind. */
const step = process.env["AWSIDEMAN_CALLERS"] === "all" ? 1 : 6;

const backends = ["memory", "disk"] as const;
const namings = ["by environment", "by credentials"] as const;

describe.each(backends.flatMap((backend) => namings.map((naming) => ({ backend, naming }))))(
  "on a storage that all share, $backend, where callers are told $naming",
  ({ backend, naming }) => {
    let organisation: Organisation;
    let members: readonly Member[];

    beforeAll(async () => {
      organisation = await Organisation.open();
      const cache = await organisation.process(backend, "cache");
      const joined: Member[] = [];
      for (const principal of organisation.principals)
        joined.push(await organisation.join(principal, cache, naming));
      members = joined;
    });

    afterAll(async () => organisation[Symbol.asyncDispose]());

    test.each(readings)("nobody is given what was answered to another: %s", async (reading) => {
      const hits: string[] = [];
      for (const [index, member] of members.entries()) {
        if (await member.read(reading)) hits.push(`${member.principal.name}, after those before`);
        // Every pair, in both directions: what he has now been answered is given to himself alone.
        for (const other of members.slice(0, index + 1))
          if (!(await other.read(reading))) hits.push(`${other.principal.name} has lost his`);
      }
      expect(hits).toEqual([]);
      expect(members.length).toBeGreaterThan(30);
    });

    test.each(readings)("what one of them changes, all of them ask for again: %s", async (reading) => {
      const served: string[] = [];
      for (const member of members) await member.read(reading);
      for (const writer of members.filter((_, index) => index % step === 0)) {
        await writer.write(reading);
        for (const member of members)
          if (await member.read(reading))
            served.push(`${member.principal.name}, after ${writer.principal.name}`);
      }
      expect(served).toEqual([]);
    });
  },
);
