/** Members of an error besides its name and message. */
export type ErrorMembers = Readonly<Record<string, string | number>>;

/** What kind of thing was not found, as identitystore names it. */
export type IdentityStoreResourceType = "USER" | "GROUP" | "GROUP_MEMBERSHIP" | "IDENTITY_STORE";

/** An error that the service answers with. Its `code` is the name that the SDK gives the exception. */
export class ServiceError extends Error {
  override readonly name = "ServiceError" as const;
  readonly code: string;
  /** HTTP status. The real services answer 400 whatever the model says, except for their own failures. */
  readonly status: number;
  readonly members: ErrorMembers;

  constructor(code: string, message: string, members: ErrorMembers = {}, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
    this.members = members;
  }
}

export function validationError(message: string): ServiceError {
  return new ServiceError("ValidationException", message);
}

/** The message that AWS gives for a member outside its constraint. */
export function constraintError(path: string, value: unknown, constraint: string): ServiceError {
  const shown = value === undefined || value === null ? "null" : `'${describe(value)}'`;
  return validationError(
    `1 validation error detected: Value ${shown} at '${path}' failed to satisfy constraint: ${constraint}`,
  );
}

/** ResourceNotFoundException of identitystore. */
export function identityNotFound(type: IdentityStoreResourceType, id?: string): ServiceError {
  return new ServiceError("ResourceNotFoundException", `${type} not found.`, {
    ResourceType: type,
    ...(id === undefined ? {} : { ResourceId: id }),
  });
}

/** ConflictException of identitystore: another record has the value already. */
export function notUnique(message: string): ServiceError {
  return new ServiceError("ConflictException", message, {
    Reason: "UNIQUENESS_CONSTRAINT_VIOLATION",
  });
}

/** ResourceNotFoundException of sso-admin, which has no members but its message. */
export function notFound(message: string): ServiceError {
  return new ServiceError("ResourceNotFoundException", message);
}

/** ConflictException of sso-admin. */
export function conflict(message: string): ServiceError {
  return new ServiceError("ConflictException", message);
}

export function quotaExceeded(message: string): ServiceError {
  return new ServiceError("ServiceQuotaExceededException", message);
}

export function throttled(message = "Rate exceeded", members: ErrorMembers = {}): ServiceError {
  return new ServiceError("ThrottlingException", message, members);
}

export function unknownOperation(): ServiceError {
  return new ServiceError("UnknownOperationException", "");
}

export function serializationError(message: string): ServiceError {
  return new ServiceError("SerializationException", message);
}

function describe(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
