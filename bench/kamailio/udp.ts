/** UDP sockets as the kernel lists them: is a port bound, how many datagrams were dropped at it, which ports are free. */
import { createSocket, type Socket } from "node:dgram";
import { readFileSync } from "node:fs";

interface Row {
  readonly port: number;
  readonly drops: number;
}

function rows(): Row[] {
  const found: Row[] = [];
  for (const file of ["/proc/net/udp", "/proc/net/udp6"]) {
    let text: string;
    try {
      text = readFileSync(file, "latin1");
    } catch {
      continue; // a kernel without IPv6
    }
    for (const line of text.split("\n").slice(1)) {
      const columns = line.trim().split(/\s+/);
      const port = columns[1]?.split(":")[1];
      if (port !== undefined) found.push({ port: Number.parseInt(port, 16), drops: Number(columns.at(-1)) });
    }
  }
  return found;
}

export function isBound(port: number): boolean {
  return rows().some((row) => row.port === port);
}

/** Datagrams that the kernel threw away at these ports because a receive buffer was full, since each was bound. */
export function drops(ports: readonly number[]): number {
  let total = 0;
  for (const row of rows()) if (ports.includes(row.port)) total += row.drops;
  return total;
}

/** `count` different UDP ports that were free a moment ago: all held at once, then all let go. */
export async function freePorts(count: number): Promise<number[]> {
  const held: Socket[] = [];
  const ports: number[] = [];
  try {
    for (let i = 0; i < count; i++) {
      const socket = createSocket("udp4");
      held.push(socket);
      await new Promise<void>((resolve, reject) => {
        socket.once("error", reject);
        socket.bind(0, "127.0.0.1", resolve);
      });
      ports.push(socket.address().port);
    }
  } finally {
    for (const socket of held) socket.close();
  }
  return ports;
}
