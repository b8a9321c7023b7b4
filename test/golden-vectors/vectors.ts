import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { root, run } from "../support/child.js";
import { PythonPeer } from "../support/python.js";
import { TemporaryFolder } from "../support/temporary-folder.js";

/** Bytes in JSON; many are compressed. */
type Packed = { readonly base64: string } | { readonly gzip: string };

/** One message and the envelope that Python's dividere makes of it. */
export interface Vector {
  readonly title: string;
  /** The full name of its type. */
  readonly type: string;
  /** Whether Python may write its bytes in another order the next time. */
  readonly anyOrder: boolean;
  /** The message in protobuf's JSON form. */
  readonly content: unknown;
  readonly envelope: Buffer;
}

interface WrittenVector extends Omit<Vector, "anyOrder" | "envelope"> {
  readonly anyOrder?: true;
  readonly envelope: Packed;
}

/** Where the vectors stand. */
export const vectorsFile: string = join(root, "test", "golden-vectors", "vectors.jsonl");

/** The vectors that are checked in. */
export function readVectors(): readonly Vector[] {
  return parseVectors(readFileSync(vectorsFile, "utf8"));
}

/** Has Python write the vectors, as lines for {@link vectorsFile}. */
export async function writeVectors(): Promise<string> {
  using folder = new TemporaryFolder();
  const image = folder.file("messages.binpb");
  const built = await run("buf", ["build", join("test", "proto"), "-o", image]);
  if (built.status !== 0) throw new Error(built.stderr);
  await using peer = await PythonPeer.start(join("..", "..", "golden-vectors", "write.py"), image);
  const { lines } = await peer.next("vectors");
  return `${(lines as string[]).join("\n")}\n`;
}

/** Vectors as {@link writeVectors} gives them. */
export function parseVectors(text: string): readonly Vector[] {
  const lines = text.trimEnd().split("\n");
  return lines.map((line) => open(JSON.parse(line) as WrittenVector));
}

function open(written: WrittenVector): Vector {
  const { content, envelope } = written;
  return {
    ...written,
    anyOrder: written.anyOrder ?? false,
    content: isPacked(content) ? JSON.parse(unpack(content).toString("utf8")) : content,
    envelope: unpack(envelope),
  };
}

/** No field of a message is named so. */
function isPacked(content: unknown): content is Packed {
  return content !== null && typeof content === "object" && "gzip" in content;
}

function unpack(packed: Packed): Buffer {
  return "gzip" in packed
    ? gunzipSync(Buffer.from(packed.gzip, "base64"))
    : Buffer.from(packed.base64, "base64");
}
