import { expect, test } from "vitest";
import { mayHaveArrived } from "./lost-attempts.ts";

function failed(more: object): Error {
  return Object.assign(new Error("failed"), more);
}

test.each([
  ["the connection was refused", { code: "ECONNREFUSED" }],
  ["the host has no address", { code: "ENOTFOUND" }],
  ["there is no network", { code: "ENETUNREACH" }],
  ["the certificate is not trusted", { code: "DEPTH_ZERO_SELF_SIGNED_CERT" }],
  ["the certificate cannot be verified", { code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" }],
  ["AWS has said no", { $metadata: { httpStatusCode: 400 } }],
  ["AWS takes no more calls", { $metadata: { httpStatusCode: 429 } }],
])("what was sent has not been carried out where %s", (_, error) => {
  expect(mayHaveArrived(failed(error))).toBe(false);
});

test.each([
  ["the connection was cut", { code: "ECONNRESET" }],
  ["nobody answered in time", { name: "TimeoutError" }],
  ["AWS has failed", { $metadata: { httpStatusCode: 500 } }],
  ["somebody between has given up", { $metadata: { httpStatusCode: 504 } }],
  ["somebody has not heard all of it", { $metadata: { httpStatusCode: 408 } }],
])("what was sent may have been carried out where %s", (_, error) => {
  expect(mayHaveArrived(failed(error))).toBe(true);
});
