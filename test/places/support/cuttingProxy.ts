import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** A line to a store that breaks when it is told to. */
export interface CuttingProxy {
  readonly address: string;
  /** The next `times` connections that carry so many bytes towards the reader (down) or the store (up) are cut there. */
  cut(direction: "up" | "down", afterBytes: number, times?: number): void;
  /** Connections cut so far. */
  readonly cuts: number;
  close(): Promise<void>;
}

/** Opens a port of loopback that passes everything on to another one. */
export async function cuttingProxy(port: number): Promise<CuttingProxy> {
  const plan = { direction: "down" as "up" | "down", afterBytes: 0, times: 0 };
  let cuts = 0;
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const store = connect(port, "127.0.0.1");
    const both = [client, store];
    for (const socket of both) {
      open.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        open.delete(socket);
        both.forEach((one) => one.destroy());
      });
    }
    const pass = (from: Socket, to: Socket, direction: "up" | "down") => {
      // Connections are used again: bytes count from the last answer on.
      let carried = 0;
      from.on("data", (bytes: Buffer) => {
        carried += bytes.length;
        if (plan.times > 0 && plan.direction === direction && carried > plan.afterBytes) {
          plan.times -= 1;
          cuts += 1;
          to.write(bytes.subarray(0, Math.max(0, bytes.length - (carried - plan.afterBytes))), () => {
            both.forEach((one) => one.resetAndDestroy());
          });
          return;
        }
        to.write(bytes);
      });
      to.on("data", () => (carried = 0));
    };
    pass(client, store, "up");
    pass(store, client, "down");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      open.forEach((socket) => socket.destroy());
    });
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut: (direction, afterBytes, times = 1) => Object.assign(plan, { direction, afterBytes, times }),
    get cuts() {
      return cuts;
    },
    close,
  };
}
