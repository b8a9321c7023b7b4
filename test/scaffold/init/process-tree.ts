import { execFileSync } from "node:child_process";

/**
 * The process below another one, at any depth, whose command has these words in it: what npm or a shell has started. Undefined
 * while there is none.
 */
export function descendant(pid: number, words: string): number | undefined {
  const listed = execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" });
  const all = [...listed.matchAll(/^\s*(\d+)\s+(\d+)\s+(.*)$/gm)].map(([, own, parent, args]) => ({
    pid: Number(own),
    parent: Number(parent),
    args: args ?? "",
  }));
  const below = (parent: number): typeof all =>
    all.filter((one) => one.parent === parent).flatMap((one) => [one, ...below(one.pid)]);
  return below(pid).findLast(({ args }) => args.includes(words))?.pid;
}
