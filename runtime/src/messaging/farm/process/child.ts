/**
 * The program of a worker process of {@link MpMsgReactor}: makes the requested reactor, and ends
 * when told to or when its parent process has ended.
 *
 * @module
 */
import { rmSync } from "node:fs";
import { DividereError } from "../../../base/errors.js";
import type { ReceivingLink } from "../../links/link.js";
import type { ReactorOptions } from "../../reactor/handler.js";
import type { MtMsgReactor } from "../../reactor/reactor.js";
import { describeWorker } from "./description.js";
import { endWithParent } from "./end-with-parent.js";
import type { WorkerContext } from "./init-worker.js";
import { loadInterceptors, type WorkerInterceptors } from "./interceptors.js";
import { type FromWorker, reportOf, type ToWorker, type WorkerLinks } from "./ipc.js";

type Start = Extract<ToWorker, { type: "start" }>;
type ReactorClass = new (links: WorkerLinks, options: ReactorOptions) => MtMsgReactor;
type MaybeInitialised = MtMsgReactor & {
  initWorker?(worker: WorkerContext): void | Promise<void>;
};

let reactor: MtMsgReactor | undefined;
let around: WorkerInterceptors | undefined;
let folder: string | undefined;
let toldToStop = false;
const parent = process.ppid;

// Ctrl-C goes to every process of the terminal, and some supervisors signal every process of a
// service: the parent process decides when the workers stop, and which messages they finish first.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => {});

process.on("disconnect", () => {
  try {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  } catch {
    // Another worker is removing the folder.
  }
  process.exit(1);
});

process.on("message", (message: ToWorker) => {
  if (message.type === "start") void start(message);
  else if (message.type === "stop") void stop();
});

async function start(told: Start): Promise<void> {
  folder = told.folder;
  endWithParent(parent, folder);
  try {
    around = await loadInterceptors(told.interceptors);
    reactor = await makeReactor(told, around);
    const events = eventLinks(reactor, told.links);
    await (reactor as MaybeInitialised).initWorker?.({ index: told.index, data: told.data });
    void reactor.stopped.then(stoppedByItself);
    tell({
      type: "ready",
      events: events.flatMap((link) => link.types.map((type) => type.$type)),
      description: await describeWorker(reactor),
    });
  } catch (error) {
    reactor?.close();
    tell({ type: "failed", error: reportOf(error) }, () => process.exit(1));
  }
}

async function makeReactor(
  { module, exportName, links, options }: Start,
  { interceptors }: WorkerInterceptors,
): Promise<MtMsgReactor> {
  const exported = ((await import(module)) as Record<string, unknown>)[exportName];
  if (typeof exported !== "function") {
    throw new DividereError(
      "WORKER_FAILED",
      `it has no export "${exportName}" that is a reactor class; export one, or name it with the option export`,
    );
  }
  const made = new (exported as ReactorClass)(links, { ...options, interceptors });
  // No instanceof here: the module may use its own copy of the package.
  if (!Array.isArray(made.links) || typeof made.stop !== "function") {
    throw new DividereError(
      "WORKER_FAILED",
      `its export "${exportName}" is no reactor; it has to extend a generated reactor or MtMsgReactor`,
    );
  }
  try {
    checkLink(made, "serve", links.serve, (link) => link.answering === "required");
    checkLink(made, "subscribe", links.subscribe, (link) => link.answering === "never");
  } catch (error) {
    made.close();
    throw error;
  }
  const events = eventLinks(made, links);
  // Set in the same turn as the constructor, before the reactor begins to read.
  made._onHandled = (link) => {
    if (events.includes(link)) tell({ type: "event-done" });
  };
  return made;
}

function eventLinks(made: MtMsgReactor, { subscribe }: WorkerLinks): readonly ReceivingLink[] {
  return made.links.filter((link) => leadsTo(link, subscribe));
}

/**
 * Checks that the reactor reads from the endpoint of its messages; otherwise they would wait for
 * ever.
 */
function checkLink(
  made: MtMsgReactor,
  option: keyof WorkerLinks,
  endpoint: string | undefined,
  fits: (link: ReceivingLink) => boolean,
): void {
  if (endpoint === undefined) return;
  if (made.links.some((link) => leadsTo(link, endpoint) && fits(link))) return;
  throw new DividereError(
    "WORKER_FAILED",
    `its reactor has no ${option === "serve" ? "Router or Response" : "Subscriber"} at the "${option}" endpoint that its constructor was given`,
  );
}

function leadsTo(link: ReceivingLink, endpoint: string | undefined): boolean {
  return endpoint !== undefined && link.endpoints.includes(endpoint.replace(/^>/, ""));
}

async function stop(): Promise<void> {
  toldToStop = true;
  await reactor?.stop();
  await around?.shutDown();
  process.exit(0);
}

async function stoppedByItself(): Promise<void> {
  if (toldToStop) return;
  const told = new Promise<void>((resolve) => tell({ type: "stopped" }, resolve));
  await around?.shutDown();
  await told;
  process.exit(0);
}

function tell(message: FromWorker, then: () => void = () => {}): void {
  // Without a channel the parent process is gone, and "disconnect" ends this process.
  if (process.connected) process.send?.(message, undefined, {}, then);
}
