import type { Routed } from "../../../connection/frames/routed.js";
import type { Router } from "../../../connection/router.js";
import type { Envelope } from "../../envelope/format.js";
import { refusal } from "../../envelope/reply.js";
import type { Answering } from "../../links/link.js";
import { RoutedLink } from "../../links/routed-link.js";

/** Answers on a farm's socket for requests, which the farm reads itself. */
export class FrontLink extends RoutedLink<Router, object> {
  override readonly answering: Answering = "required";
  override readonly concurrent: boolean = true;
  override readonly followedUp: boolean = true;

  constructor(front: Router) {
    super(front, []);
  }

  protected override undecodable(
    inbound: Routed<Uint8Array>,
    envelope: Envelope | undefined,
    error: unknown,
  ): Promise<void> {
    return this._answer(inbound, refusal(envelope, error));
  }
}
