import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { TcpProxy } from "./support/tcp-proxy.ts";

/** A client that has reached a server that says everything back, by a proxy, and what each has heard. */
async function setUp(): Promise<{
  readonly proxy: TcpProxy;
  readonly client: Socket;
  readonly server: Socket;
  readonly heard: () => { readonly server: string; readonly client: string };
}> {
  const heard = { server: "", client: "" };
  const echo = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (data) => {
      heard.server += data.toString();
      socket.write(data);
    });
  });
  await once(echo.listen(0, "127.0.0.1"), "listening");
  const proxy = await TcpProxy.start((echo.address() as AddressInfo).port);
  const accepted = once(echo, "connection") as Promise<[Socket]>;
  const client = connect(proxy.port, "127.0.0.1").on("error", () => {});
  const [server] = await accepted;
  onTestFinished(async () => {
    client.destroy();
    server.destroy();
    await proxy.stop();
    await new Promise((resolve) => echo.close(resolve));
  });
  client.on("data", (data) => (heard.client += data.toString()));
  return { proxy, client, server, heard: () => heard };
}

test("what was delayed arrives before what was not, and came later", async () => {
  const { proxy, client, heard } = await setUp();
  proxy.delayReplies(50);
  client.write("a");
  await expect.poll(heard).toMatchObject({ server: "a" });
  proxy.delayReplies(0);
  client.write("b");
  await expect.poll(heard).toEqual({ server: "ab", client: "ab" });
});

test("what is held arrives in the end, and so does the news that the other side has gone", async () => {
  const { proxy, client, server, heard } = await setUp();
  proxy.hold("everything");
  client.write("a");
  proxy.hold("replies");
  await expect.poll(heard).toEqual({ server: "a", client: "" });
  server.end();
  await once(server, "close");
  expect(client.destroyed).toBe(false);
  const over = once(client, "close");
  proxy.restore();
  await over;
  expect(heard()).toEqual({ server: "a", client: "a" });
});

test("a half open connection has no server, and its client does not know", async () => {
  const { proxy, client, server } = await setUp();
  const over = once(server, "close");
  proxy.halfOpen();
  await over;
  client.write("a");
  expect(client.destroyed).toBe(false);
});

test("connections are reset and refused until it is restored", async () => {
  const { proxy, client } = await setUp();
  const over = once(client, "close");
  proxy.refuse();
  await expect(over).rejects.toThrow("ECONNRESET");
  const refused = connect(proxy.port, "127.0.0.1");
  await expect(once(refused, "close")).rejects.toThrow("ECONNRESET");
  proxy.restore();
  const taken = connect(proxy.port, "127.0.0.1");
  taken.write("a");
  expect(String(await once(taken, "data"))).toBe("a");
  taken.destroy();
});
