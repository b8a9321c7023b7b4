import { DividereError } from "../../base/errors.js";
import type { SecurityOption } from "../../connection/security/options.js";
import type { ReceivingLink } from "../links/link.js";

/**
 * Lists the links of a reactor. A reactor that is to be secured has no link that is not.
 *
 * @throws DividereError `SECURITY_INVALID`
 */
export function linkList(
  links: ReceivingLink | readonly ReceivingLink[],
  { security }: SecurityOption,
): readonly ReceivingLink[] {
  const list: readonly ReceivingLink[] = Array.isArray(links) ? links : [links];
  const open = security && list.find((link) => !link.connector.secured);
  if (open === undefined) return list;
  throw new DividereError(
    "SECURITY_INVALID",
    `The reactor has the option security, and its link ${open.endpoints.join(", ")} is open to all; give that link the option security when it is made`,
  );
}
