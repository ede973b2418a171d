import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Where the SDK asks for credentials: STS, the portal of IAM Identity Center, and a container's agent. */
export interface CredentialServer {
  readonly url: string;
  /** What was asked, in order: `AssumeRole arn:…`. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** Starts all of them at one address. Whoever asks for something else, or is somebody else, gets another access key. */
export async function startCredentialServer(): Promise<CredentialServer> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => {
      const url = new URL(request.url ?? "/", "http://localhost");
      const form = new URLSearchParams(body);
      const action = form.get("Action") ?? url.pathname;
      const { authorization = "", "x-amz-sso_bearer_token": token = "" } = request.headers;
      const from = [/Credential=([^/]+)/.exec(authorization)?.[1], token];
      const parameters = [...form, ...url.searchParams];
      asked.push(`${action} ${form.get("RoleArn") ?? url.search}`.trim());
      const digest = createHash("sha256")
        .update(JSON.stringify([action, parameters, from]))
        .digest("hex");
      const key = `ASIA${digest.slice(0, 16).toUpperCase()}`;
      const expiration = new Date(Date.now() + 3_600_000);
      if (form.has("Action")) {
        response.setHeader("content-type", "text/xml");
        response.end(
          `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result><Credentials>` +
            `<AccessKeyId>${key}</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken>` +
            `<Expiration>${expiration.toISOString()}</Expiration></Credentials></${action}Result></${action}Response>`,
        );
        return;
      }
      const container = {
        AccessKeyId: key,
        SecretAccessKey: "secret",
        Token: "token",
        Expiration: expiration,
      };
      const roleCredentials = {
        accessKeyId: key,
        secretAccessKey: "secret",
        sessionToken: "token",
        expiration: expiration.getTime(),
      };
      response.setHeader("content-type", "application/json");
      response.end(
        JSON.stringify(url.pathname === "/federation/credentials" ? { roleCredentials } : container),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
