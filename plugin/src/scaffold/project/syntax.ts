import { ts } from "ts-morph";

/** The first place where a text is no TypeScript, as `line:column message`; undefined when there is none. */
export function syntaxMistake(file: string, text: string): string | undefined {
  const { diagnostics = [] } = ts.transpileModule(text, {
    fileName: file,
    reportDiagnostics: true,
    compilerOptions: {
      target: ts.ScriptTarget.ESNext,
      module: ts.ModuleKind.ESNext,
      // A file of its own is all that is looked at.
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
