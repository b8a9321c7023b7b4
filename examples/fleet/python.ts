import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const windows = process.platform === "win32";
const folder = fileURLToPath(new URL(".venv", import.meta.url));
const requirements = fileURLToPath(new URL("requirements.txt", import.meta.url));

/** Returns a Python that has dividere: that of the variable PYTHON, or of .venv, which the first start makes. */
export function pythonWithDividere(): string {
  const given = process.env["PYTHON"];
  if (given !== undefined) return given;
  const python = `${folder}/${windows ? "Scripts/python.exe" : "bin/python"}`;
  if (existsSync(`${folder}/ready`)) return python;
  console.log("installing Python's dividere into .venv");
  execFileSync(windows ? "python" : "python3", ["-m", "venv", folder], { stdio: "inherit" });
  execFileSync(python, ["-m", "pip", "install", "--quiet", "-r", requirements], {
    stdio: "inherit",
  });
  execFileSync(python, ["-c", `open(${JSON.stringify(`${folder}/ready`)}, "w")`]);
  return python;
}
