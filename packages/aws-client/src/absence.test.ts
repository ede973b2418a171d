import {
  AccessDeniedException,
  ResourceNotFoundException,
  ThrottlingException,
  ValidationException,
} from "@aws-sdk/client-identitystore";
import { expect, test } from "vitest";
import { isAbsence } from "./absence.ts";

const $metadata = {};
const message = "because";

test.each(["USER", "GROUP", "GROUP_MEMBERSHIP", undefined] as const)("no %s is an answer", (ResourceType) => {
  expect(isAbsence(new ResourceNotFoundException({ $metadata, message, ResourceType }))).toBe(true);
});

test.each([
  ["trouble with a key", new ResourceNotFoundException({ $metadata, message, Reason: "KMS_KEY_NOT_FOUND" })],
  ["a wrong store", new ResourceNotFoundException({ $metadata, message, ResourceType: "IDENTITY_STORE" })],
  [
    "a missing policy",
    new ResourceNotFoundException({ $metadata, message, ResourceType: "RESOURCE_POLICY" }),
  ],
  ["a refusal", new AccessDeniedException({ $metadata, message })],
  ["throttling", new ThrottlingException({ $metadata, message })],
  ["a wrong input", new ValidationException({ $metadata, message })],
  ["something that is no error", { name: "ResourceNotFoundException" }],
  ["nothing", undefined],
])("%s is none", (_, error) => {
  expect(isAbsence(error)).toBe(false);
});
