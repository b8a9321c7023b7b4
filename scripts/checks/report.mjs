// How a check of ours says what it found.

/**
 * Prints one line a finding, `file:line: what is wrong`, and gives the exit status.
 *
 * @param {readonly string[]} findings
 * @param {string} [advice] what to do about them
 */
export function report(findings, advice) {
  for (const finding of findings) console.log(finding);
  if (findings.length > 0 && advice !== undefined) console.log(`\n${advice}`);
  return findings.length > 0 ? 1 : 0;
}
