// Closes a simulator that has calls under way of every kind, and then has to end by itself: no exit is called here.
import { request } from "node:http";
import { startIdentityCenterSim } from "@awsideman/identity-center-sim";

const sim = await startIdentityCenterSim({ population: { users: 2 } });

function call(): Promise<void> {
  return new Promise((resolve) => {
    const message = request(sim.endpoint, {
      method: "POST",
      headers: { "x-amz-target": "SWBExternalService.ListInstances", connection: "keep-alive" },
    });
    message.on("response", (response) => response.resume().on("end", resolve));
    message.on("error", () => {
      resolve();
    });
    message.end("{}");
  });
}

async function arrived(count: number): Promise<void> {
  while (sim.calls.total < count) await new Promise(setImmediate);
}

await call();
sim.faults.add({ kind: "hang" });
const calls = [call()];
await arrived(2);
sim.configure({ latency: 3_600_000 });
calls.push(call());
await arrived(3);
const hold = sim.faults.hold();
calls.push(call());
await hold.reached;
await sim.close();
await Promise.all(calls);
