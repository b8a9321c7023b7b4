/** Thrown for what a user can put right; its message is all that is shown. */
export class ScaffoldError extends Error {
  override readonly name = "ScaffoldError";
}
