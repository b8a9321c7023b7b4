/** A failure that the user can correct; the command prints only its message. */
export class ScaffoldError extends Error {
  override readonly name = "ScaffoldError";
}
