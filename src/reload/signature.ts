/** What a file, or the files of a directory, look like from outside: a different text means "look again". */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

export function signatureOf(path: string): string {
  try {
    const own = oneSignature(path);
    if (!statSync(path).isDirectory()) return own;
    const names = readdirSync(path).sort();
    return [own, ...names.map((name) => `${name} ${oneSignature(join(path, name))}`)].join("\n");
  } catch {
    return "missing";
  }
}

/** The change time tells a new content that kept size and modification time, and new permissions. */
function oneSignature(path: string): string {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (stat === undefined) return "missing";
  return `${stat.dev} ${stat.ino} ${stat.size} ${stat.mtimeNs} ${stat.ctimeNs}`;
}
