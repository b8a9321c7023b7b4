// The report of a check.

/**
 * Prints one line for each finding, `file:line: mistake`, and returns the exit status.
 *
 * @param {readonly string[]} findings
 * @param {string} [advice] the remedy for the findings
 */
export function report(findings, advice) {
  for (const finding of findings) console.log(finding);
  if (findings.length > 0 && advice !== undefined) console.log(`\n${advice}`);
  return findings.length > 0 ? 1 : 0;
}
