// Runs every `check:…` script of package.json, even after a failure: `npm run check`.
// Words after it pick scripts: `npm run check -- types layers`.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { capture, main, paint, root, StepFailed } from "./run.mjs";
import { install } from "./set-up.mjs";

const prefix = "check:";

await main(async () => {
  const { bold, dim, green, red } = paint(process.stdout);
  /** @type {{ scripts: Record<string, string> }} */
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const words = process.argv.slice(2);
  const names = Object.keys(scripts)
    .filter((name) => name.startsWith(prefix))
    .filter((name) => words.length === 0 || words.includes(name.slice(prefix.length)));
  if (names.length === 0) throw new StepFailed(`No check is named ${words.join(" or ")}.`);

  await install();
  const results = [];
  // Several checks read the build output; a failed build is a finding like any other.
  for (const name of ["build", ...names]) {
    process.stdout.write(`${bold(name.padEnd(18))} `);
    const started = Date.now();
    const { status, output } = await capture("npm", ["run", "--silent", name]);
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    const passed = status === 0;
    console.log(`${passed ? green("ok") : red("failed")} ${dim(`${seconds} s`)}`);
    if (!passed) console.log(output.trimEnd());
    results.push({ name, passed, seconds });
  }

  const failed = results.filter(({ passed }) => !passed);
  console.log(
    `\n${"check".padEnd(18)} ${"result".padEnd(8)} ${"seconds".padStart(8)}   what it runs`,
  );
  console.log("─".repeat(80));
  for (const { name, passed, seconds } of results) {
    const result = passed ? green("ok".padEnd(8)) : red("failed".padEnd(8));
    const command = shorten(scripts[name] ?? "", 41);
    console.log(`${name.padEnd(18)} ${result} ${seconds.padStart(8)}   ${dim(command)}`);
  }
  console.log(
    failed.length === 0
      ? green(`\nAll ${results.length} checks passed.`)
      : red(
          `\n${failed.length} of ${results.length} checks failed; run one alone with \`npm run <name>\`.`,
        ),
  );
  return failed.length === 0 ? 0 : 1;
});

/**
 * @param {string} text
 * @param {number} length
 */
function shorten(text, length) {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
