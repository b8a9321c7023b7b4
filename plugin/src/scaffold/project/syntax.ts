import { ts } from "ts-morph";

/** Returns the first syntax error of a text, as `line:column message`; undefined if there is none. */
export function syntaxMistake(file: string, text: string): string | undefined {
  const { diagnostics = [] } = ts.transpileModule(text, {
    fileName: file,
    reportDiagnostics: true,
    compilerOptions: {
      target: ts.ScriptTarget.ESNext,
      module: ts.ModuleKind.ESNext,
      // Only this one file is parsed.
      isolatedModules: false,
      experimentalDecorators: true,
    },
  });
  const [first] = diagnostics.filter(({ category }) => category === ts.DiagnosticCategory.Error);
  if (first === undefined) return undefined;
  const message = ts.flattenDiagnosticMessageText(first.messageText, " ");
  if (first.file === undefined || first.start === undefined) return `1:1 ${message}`;
  const { line, character } = first.file.getLineAndCharacterOfPosition(first.start);
  return `${line + 1}:${character + 1} ${message}`;
}
