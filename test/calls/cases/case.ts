import type { Behaviour } from "../peers/behaviour.js";
import type { Answer, StrangersClient, TestClient } from "../peers/service.js";

/** What a case is carried out with. */
export interface Means {
  readonly client: TestClient;
  readonly strangersClient: StrangersClient;
  /** The server's handlers, which tell of their streams. */
  readonly behaviour: Behaviour;
}

/** Carries a case out; rejects where it fails. */
export type Case = (means: Means) => Promise<void>;

/** So many zeros, as the body of a message. */
export function zeros(size: number): { body: Uint8Array } {
  return { body: new Uint8Array(size) };
}

/** The size of a response's body; -1 for a body that is not all zeros. */
export function sizeOf({ payload }: Answer): number {
  const body = payload?.body ?? new Uint8Array();
  return Buffer.compare(body, new Uint8Array(body.length)) === 0 ? body.length : -1;
}

/** The sizes of a stream of responses. */
export async function sizesOf(stream: AsyncIterable<Answer>): Promise<number[]> {
  const sizes: number[] = [];
  for await (const answer of stream) sizes.push(sizeOf(answer));
  return sizes;
}

/** The sizes of the requests and the responses of the streaming cases. */
export const requestSizes = [27_182, 8, 1_828, 45_904];
export const responseSizes = [31_415, 9, 2_653, 58_979];
