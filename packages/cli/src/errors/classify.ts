import { CliError } from "./cli-error.ts";
import { exitCodes, type ExitCode } from "./exit-code.ts";

interface Kind {
  readonly names: readonly string[];
  readonly message: (said: string) => string;
  readonly advice?: string;
  readonly exitCode: ExitCode;
}

/** By the error's name and never by its status: the services answer nearly everything with 400. */
const kinds: readonly Kind[] = [
  {
    names: ["AccessDeniedException", "AccessDenied"],
    message: (said) => `AWS denies access${said}`,
    advice: "use a profile that may do this",
    exitCode: exitCodes.denied,
  },
  {
    names: [
      "ExpiredTokenException",
      "ExpiredToken",
      "UnrecognizedClientException",
      "InvalidClientTokenId",
      "InvalidSignatureException",
      "SignatureDoesNotMatch",
      "IncompleteSignature",
      "MissingAuthenticationTokenException",
      "UnauthorizedException",
    ],
    message: (said) => `AWS does not accept the credentials${said}`,
    advice: 'get new ones, for example with "aws sso login"',
    exitCode: exitCodes.denied,
  },
  {
    names: [
      "ThrottlingException",
      "Throttling",
      "TooManyRequestsException",
      "RequestLimitExceeded",
      "SlowDown",
    ],
    message: (said) => `AWS is throttling, also after several attempts${said}`,
    advice: "wait a minute, or set AWS_MAX_ATTEMPTS higher",
    exitCode: exitCodes.throttled,
  },
  {
    names: [
      "ResourceNotFoundException",
      "AccountNotFoundException",
      "ChildNotFoundException",
      "OrganizationalUnitNotFoundException",
      "ParentNotFoundException",
      "PolicyNotFoundException",
      "TargetNotFoundException",
    ],
    message: (said) => `AWS does not find what was asked for${said}`,
    exitCode: exitCodes.notFound,
  },
  {
    names: ["CredentialsProviderError", "TokenProviderError"],
    message: (said) => `there are no AWS credentials${said}`,
    advice:
      'run "aws configure" or "aws sso login", name a profile with --profile, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
    exitCode: exitCodes.failed,
  },
  {
    names: ["ConflictException"],
    message: (said) => `AWS reports a conflict${said}`,
    exitCode: exitCodes.failed,
  },
  {
    names: ["ValidationException", "InvalidInputException"],
    message: (said) => `AWS does not accept the request${said}`,
    exitCode: exitCodes.failed,
  },
  {
    names: ["AWSOrganizationsNotInUseException"],
    message: (said) => `this account is in no organisation${said}`,
    advice: "use a profile of the organisation's management account",
    exitCode: exitCodes.failed,
  },
  {
    names: ["ServiceQuotaExceededException"],
    message: (said) => `a quota of the AWS account is used up${said}`,
    exitCode: exitCodes.failed,
  },
  {
    names: [
      "InternalServerException",
      "InternalFailure",
      "ServiceUnavailable",
      "ServiceUnavailableException",
    ],
    message: (said) => `AWS has failed${said}`,
    advice: "try again",
    exitCode: exitCodes.failed,
  },
];

/** Errors of connections, by their code. */
const connectionErrors: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the connection is refused",
  ECONNRESET: "the connection was cut",
  ENOTFOUND: "there is no host of that name",
  EAI_AGAIN: "the host's name cannot be looked up at the moment",
  ETIMEDOUT: "nobody answers",
  EHOSTUNREACH: "there is no way to the host",
  ENETUNREACH: "there is no network",
  EPIPE: "the connection was cut",
  EPROTO: "the other side speaks another protocol",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is not trusted",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate is not trusted",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate is not trusted",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its certificate is not trusted",
  CERT_HAS_EXPIRED: "its certificate has expired",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another name",
};

const checkEndpoint = "check the network, the region and --endpoint-url";

/** Makes anything that was thrown into an error that can be told to a user. */
export function classify(error: unknown): CliError {
  if (error instanceof CliError) return error;
  if (!(error instanceof Error)) return unexpected(error);
  const kind = kinds.find(({ names }) => names.includes(error.name));
  if (kind !== undefined) {
    const { advice, exitCode } = kind;
    return new CliError(kind.message(quoted(error.message)), { advice, exitCode, cause: error });
  }
  const connection = connectionError(error);
  if (connection !== undefined) {
    return new CliError(`AWS cannot be reached: ${connection}`, { advice: checkEndpoint, cause: error });
  }
  // What AWS answers with has `$fault`; what cannot be read as an answer of AWS has only the response.
  if ("$fault" in error) {
    return new CliError(`AWS answers with ${error.name}${quoted(error.message)}`, { cause: error });
  }
  if ("$response" in error || "$metadata" in error) {
    return new CliError("what answers is not Identity Center", { advice: checkEndpoint, cause: error });
  }
  return unexpected(error);
}

function connectionError(error: Error): string | undefined {
  for (const one of error instanceof AggregateError ? [error, ...(error.errors as unknown[])] : [error]) {
    const code = (one as NodeJS.ErrnoException).code;
    if (typeof code === "string" && Object.hasOwn(connectionErrors, code)) return connectionErrors[code];
  }
  return error.name === "TimeoutError" ? connectionErrors["ETIMEDOUT"] : undefined;
}

function unexpected(error: unknown): CliError {
  const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new CliError(`something unexpected happened: ${said}`, {
    advice: "--verbose shows where; please report it",
    cause: error,
    unexpected: true,
  });
}

function quoted(message: string): string {
  const text = message.trim().replace(/\.$/, "");
  return text === "" || text === "UnknownError" ? "" : `: ${text}`;
}
