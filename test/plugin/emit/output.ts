import assert from "node:assert/strict";
import { generate, type Protos } from "../support/generate.js";

export const imports =
  'syntax = "proto3";\nimport "dividere/v1/options.proto";\nimport "google/protobuf/empty.proto";\n';

/** What is generated for one proto file. */
export function output(proto: string, parameter = "", others: Protos = {}): string {
  const content = generate({ "a.proto": imports + proto, ...others }, parameter)["a_dividere.ts"];
  assert.ok(content);
  return content;
}

/** Asserts that the lines stand in the output one after another. */
export function contains(content: string, ...lines: string[]): void {
  assert.ok(content.includes(lines.join("\n")), `missing:\n${lines.join("\n")}\n\nin:\n${content}`);
}

/** The classes that the content exports. */
export function classes(content: string): string[] {
  return [...content.matchAll(/^export (?:abstract )?class (\w+)/gm)].map(([, name = ""]) => name);
}

/** The first reactor in the content. */
export function reactorOf(content: string): string {
  return content.match(/export abstract class \w+Reactor .*?^}/ms)?.[0] ?? "";
}

export const both = `
  message A {}
  message B {}
  service S {
    rpc One(A) returns (A);
    rpc Two(B) returns (google.protobuf.Empty) { option (dividere.v1.method) = { pattern: PUBLISH }; }
  }`;
