/** An npm package that ships protos, and where they are in it. */
export interface CorpusPackage {
  readonly name: string;
  readonly version: string;
  /** Folders that imports start from. */
  readonly roots: readonly string[];
  /** Files that are left out. */
  readonly without?: RegExp;
  /** Makes a file one that compilers read. */
  readonly mend?: (source: string) => string;
}

/** Public schemas of several origins; pinned, so that the counts mean something. */
export const corpus: readonly CorpusPackage[] = [
  {
    name: "google-proto-files",
    version: "6.0.1",
    roots: ["."],
    // Six files of seven, of the same few shapes; ts-proto takes minutes and gigabytes for them.
    without: /^google\/(ads|cloud\/(?!location\/)[^/]+)\//,
  },
  {
    name: "@grpc/grpc-js-xds",
    version: "1.14.1",
    roots: ["deps/envoy-api", "deps/xds", "deps/googleapis", "deps/protoc-gen-validate"],
    without: /^tests\//,
  },
  { name: "@opentelemetry/otlp-grpc-exporter-base", version: "0.28.0", roots: ["build/protos"] },
  {
    name: "etcd3",
    version: "1.1.2",
    roots: ["proto"],
    // It ships them as its own loader reads them: relative imports, and options whose declaration is missing.
    mend: (source) =>
      source
        .replaceAll('import "./', 'import "')
        .replace(/option \(google\.api\.http\) = \{[^}]*(?:\{[^}]*\}[^}]*)*\};/g, ""),
  },
  { name: "@dapr/dapr", version: "3.18.0", roots: ["proto"], without: /^google\// },
  { name: "@hashgraph/proto", version: "2.25.0", roots: ["src/proto"] },
  { name: "grpc-health-check", version: "2.1.0", roots: ["proto"] },
  { name: "@grpc/reflection", version: "1.0.4", roots: ["build/proto"], without: /^sample\// },
  { name: "fabric-protos", version: "2.2.20", roots: ["protos"] },
  { name: "lightning", version: "11.1.0", roots: ["grpc/protos"] },
  { name: "zeebe-node", version: "8.3.2", roots: ["proto"] },
];
