import assert from "node:assert/strict";
import type { Advance } from "../../limit/advance.ts";
import type { Topic } from "./check.ts";
import type { StorageHandle } from "./storage-handle.ts";

const unlimited: Advance = { by: 50, behind: 100, ahead: Infinity };

/** How far ahead the moment was, and whether it stayed. */
async function ahead(handle: StorageHandle, name: string, step: Advance): Promise<number | "stays"> {
  const advanced = await handle.storage.advance?.(name, step);
  assert.ok(advanced, "it shares no moments");
  return advanced.moved ? advanced.ahead : "stays";
}

/** Moments that all who use the store move on together. */
export const moments: Topic = {
  name: "moments",
  checks: [
    {
      name: "a moment is moved on from where it was, and from behind the present at first",
      needs: ["moments", "time"],
      check: async (run) => {
        const handle = await run.open();
        for (const expected of [-100, -50, 0, 50])
          assert.equal(await ahead(handle, "m", unlimited), expected);
      },
    },
    {
      name: "it falls behind as time passes, and no further than is asked for",
      needs: ["moments", "time"],
      check: async (run) => {
        const handle = await run.open();
        await ahead(handle, "m", { by: 1000, behind: 0, ahead: 0 });
        await run.advance(300);
        assert.equal(await ahead(handle, "m", { by: 0, behind: 100, ahead: Infinity }), 700);
        await run.advance(10_000);
        assert.equal(await ahead(handle, "m", unlimited), -100);
      },
    },
    {
      name: "it stays where it is when it is further ahead than is allowed",
      needs: ["moments", "time"],
      check: async (run) => {
        const handle = await run.open();
        await ahead(handle, "m", { by: 60.5, behind: 0, ahead: 0 });
        assert.equal(await ahead(handle, "m", { by: 1, behind: 0, ahead: 60.4 }), "stays");
        assert.equal(await ahead(handle, "m", { by: 1, behind: 0, ahead: 60.5 }), 60.5);
      },
    },
    {
      name: "another name is another moment, whatever is in it",
      needs: ["moments", "time"],
      check: async (run) => {
        const handle = await run.open();
        for (const name of ["m", "n", "", "ä |*:=n", "constructor"]) {
          assert.equal(await ahead(handle, name, unlimited), -100, name);
        }
      },
    },
    {
      name: "everybody on the store moves the same one, also at the same time",
      needs: ["moments", "time", "shared"],
      check: async (run) => {
        const handles = [await run.open(), await run.open(), await run.open()];
        const step: Advance = { by: 10, behind: 0, ahead: Infinity };
        const all = handles.flatMap((handle) => Array.from({ length: 5 }, () => ahead(handle, "m", step)));
        const sorted = (await Promise.all(all)).toSorted((a, b) => Number(a) - Number(b));
        assert.deepEqual(
          sorted,
          Array.from({ length: 15 }, (_, index) => index * 10),
        );
      },
    },
    {
      name: "what is cleared and what is invalidated does not concern it",
      needs: ["moments", "time"],
      check: async (run) => {
        const handle = await run.open();
        await ahead(handle, "m", unlimited);
        await handle.clear({ everything: true });
        assert.equal(await ahead(handle, "m", unlimited), -50);
      },
    },
  ],
};
