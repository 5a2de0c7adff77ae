import { readdirSync, readFileSync, readlinkSync } from "node:fs";

const LISTENING = "0A";

/** The process that listens on a port of this machine (Linux). @throws Error when there is none that we may look at */
export function listeningProcess(port: number): number {
  const sockets = new Set(["tcp", "tcp6"].flatMap((table) => inodesOf(table, port)).map((inode) => `socket:[${inode}]`));
  const pid = readdirSync("/proc").find((name) => /^\d+$/.test(name) && openFilesOf(name).some((file) => sockets.has(file)));
  if (pid === undefined) {
    throw new Error(`no process listens on port ${port}`);
  }
  return Number(pid);
}

function inodesOf(table: string, port: number): string[] {
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  return readFileSync(`/proc/net/${table}`, "utf8")
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(`:${hex}`) && fields[3] === LISTENING)
    .map((fields) => fields[9] ?? "");
}

function openFilesOf(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((name) => linkOf(`/proc/${pid}/fd/${name}`));
  } catch {
    return [];
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}
