import type { Msg01, Msg02, Scalars } from "../gen/plain.js";
import { GreeterService } from "../gen/plain_dividere.js";

/** A service that turns texts round. */
export class Reverser extends GreeterService {
  readonly events: string[] = [];

  override handleMsg01({ field1 }: Msg01): Msg01 | Promise<Msg01> {
    return { field1: [...field1].reverse().join("") };
  }

  override handleScalars(scalars: Scalars): Scalars {
    return scalars;
  }

  override handleMsg02({ field1 }: Msg02): void {
    this.events.push(field1);
  }

  override handleTelegram(): void {}
}
