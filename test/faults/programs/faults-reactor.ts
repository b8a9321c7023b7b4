import type { ReactorLinks, ReactorOptions, RequestContext } from "dividere/codegen";
import type { Msg01, Scalars } from "../../gen/plain.js";
import { GreeterReactor } from "../../gen/plain_dividere.js";

/** More than a process writes to a peer at once, and less than a message may have. */
const HUGE = 100 * 2 ** 20;

/** A handler's time in which the event loop does nothing else, in milliseconds. */
const BLOCKED_MS = 1_000;

/** How long after its deadline a request may begin: a busy machine may stop a process between a look at the clock and the next. */
const TOLERANCE_MS = 200;

/** Misbehaves as its requests say. */
export default class FaultsReactor extends GreeterReactor {
  /** The requests that have begun. */
  begun = 0;
  /** Those that began after the deadline in their text. */
  late = 0;
  /** Those whose signal has fired. */
  aborted = 0;
  /** The errors that were reported. */
  errors = 0;
  /** Whether {@link onError} throws. */
  readonly #throws: boolean;

  constructor(links?: ReactorLinks, options?: ReactorOptions & { throws?: boolean }) {
    super(links, options);
    this.#throws = options?.throws ?? false;
  }

  override async handleMsg01({ field1 }: Msg01, context: RequestContext): Promise<Partial<Msg01>> {
    this.begun++;
    const [what = "", deadline] = field1.split(" ");
    if (Date.now() > Number(deadline) + TOLERANCE_MS) this.late++;
    switch (what) {
      case "never":
        context.signal.addEventListener("abort", () => this.aborted++);
        return await new Promise(() => {});
      case "wait":
        return await new Promise((resolve) => setTimeout(() => resolve({ field1 }), 20));
      case "throw":
        throw new Error("a handler of the test throws");
      case "twice":
        await context.reply<Msg01>({ field1 });
        await context.reply<Msg01>({ field1 });
        return { field1 };
      case "block": {
        const until = performance.now() + BLOCKED_MS;
        while (performance.now() < until);
        return { field1 };
      }
      case "wrong":
        return { $type: "Msg02", field1 } as unknown as Msg01;
      case "nothing":
        return undefined as unknown as Msg01;
      case "huge":
        return { field1: "x".repeat(HUGE) };
      case "exit":
        return process.exit(9);
      default:
        return { field1 };
    }
  }

  override handleScalars(message: Scalars): Scalars {
    return message;
  }
  override handleMsg02(): void {}
  override handleTelegram(): void {}

  override onError(): void {
    this.errors++;
    if (this.#throws) throw new Error("onError of the test throws");
  }
}
