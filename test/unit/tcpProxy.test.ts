import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it, onTestFinished } from "vitest";
import { TcpProxy } from "../support/tcpProxy.ts";

/** Longer than anything takes unless it is held up. */
const SOON_MS = 300;

/** A server that echoes everything, with a proxy in front of it. */
async function echo() {
  const server = createServer((socket) => socket.on("error", () => {}).pipe(socket));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const proxy = await TcpProxy.start((server.address() as AddressInfo).port);
  onTestFinished(async () => {
    await proxy.close();
    server.close();
  });
  const sockets: Socket[] = [];
  server.on("connection", (socket) => sockets.push(socket));
  return { proxy, sockets };
}

function client({ port }: TcpProxy): { socket: Socket; received: () => string } {
  const socket = connect(port, "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  let text = "";
  socket.on("data", (chunk) => {
    text += chunk;
  });
  return { socket, received: () => text };
}

it("delivers what was sent while the network was cut once it is whole again, in order", async () => {
  const { proxy } = await echo();
  const { socket, received } = client(proxy);
  socket.write("before ");
  await expect.poll(received).toBe("before ");
  proxy.block("there", "back");
  socket.write("during ");
  await sleep(SOON_MS);
  expect(received()).toBe("before ");
  proxy.restore();
  socket.write("after");
  await expect.poll(received).toBe("before during after");
});

it("lets no new connection reach the server while the network is cut, nor later if its client has given up", async () => {
  const { proxy, sockets } = await echo();
  proxy.block("back");
  const patient = client(proxy);
  const impatient = client(proxy);
  patient.socket.write("hello");
  await once(impatient.socket, "connect");
  impatient.socket.destroy();
  await sleep(SOON_MS);
  expect(sockets).toHaveLength(0);
  proxy.restore();
  await expect.poll(patient.received).toBe("hello");
  expect(sockets).toHaveLength(1);
});

it("lets neither end see that the other has closed the connection while the network is cut", async () => {
  const { proxy, sockets } = await echo();
  const { socket } = client(proxy);
  socket.write("hello");
  await once(socket, "data");
  proxy.block("there", "back");
  socket.destroy();
  await sleep(SOON_MS);
  expect(sockets.map(({ closed }) => closed)).toEqual([false]);
  proxy.restore();
  await expect.poll(() => sockets.map(({ closed }) => closed)).toEqual([true]);
});

it("delays each direction by the same time however much is sent", async () => {
  const { proxy } = await echo();
  const { socket, received } = client(proxy);
  await once(socket, "connect");
  proxy.delay(200);
  const start = Date.now();
  // At least 61 chunks, all in transit at the same time.
  const text = "x".repeat(4_000_000);
  socket.write(text);
  await expect.poll(() => received().length).toBe(text.length);
  expect(Date.now() - start).toBeGreaterThanOrEqual(400);
  // One after the other, they would take over 12 s.
  expect(Date.now() - start).toBeLessThan(10_000);
});
