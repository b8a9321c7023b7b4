import type { Edge, Graph, Node } from "./graph.js";

/** A node with its place. */
export interface Placed extends Node {
  readonly x: number;
  readonly y: number;
}

/** A connection with its path. */
export interface Drawn extends Edge {
  readonly id: string;
  readonly path: string;
}

/** A drawing. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly Placed[];
  readonly edges: readonly Drawn[];
}

export const NODE_WIDTH = 220;
export const NODE_HEIGHT = 46;
const GAP = 14;
const SERVICE_GAP = 12;
const COLUMN = 400;

/** Places the nodes in columns: registry, instances, endpoints outside. */
export function layoutOf({ nodes, edges }: Graph): Layout {
  const columns = [0, 1, 2].map((column) =>
    nodes
      .filter((node) => node.column === column)
      .sort((one, other) => order(one).localeCompare(order(other))),
  );
  const used = columns.filter((column) => column.length > 0);
  const heights = used.map(heightOf);
  const height = Math.max(NODE_HEIGHT, ...heights) + 2;
  const placed = used.flatMap((column, at) => place(column, at * COLUMN + 1, height));
  const byId = new Map(placed.map((node) => [node.id, node]));
  const drawn = edges.flatMap((edge): Drawn[] => {
    const from = byId.get(edge.from);
    const to = byId.get(edge.to);
    const id = `${edge.from} ${edge.to} ${edge.kind} ${edge.text}`;
    return from === undefined || to === undefined ? [] : [{ ...edge, id, path: pathOf(from, to) }];
  });
  const width = Math.max(1, used.length - 1) * COLUMN + NODE_WIDTH + 2;
  return { width, height, nodes: placed, edges: drawn };
}

function order({ service, title, detail }: Node): string {
  return `${service} ${title} ${detail}`;
}

function heightOf(column: readonly Node[]): number {
  const services = new Set(column.map(({ service }) => service)).size;
  return column.length * (NODE_HEIGHT + GAP) - GAP + (services - 1) * SERVICE_GAP;
}

function place(column: readonly Node[], x: number, height: number): readonly Placed[] {
  let y = (height - heightOf(column)) / 2;
  let service = column[0]?.service;
  return column.map((node) => {
    if (node.service !== service) y += SERVICE_GAP;
    service = node.service;
    const placed = { ...node, x, y };
    y += NODE_HEIGHT + GAP;
    return placed;
  });
}

function pathOf(from: Placed, to: Placed): string {
  const startY = from.y + NODE_HEIGHT / 2;
  const endY = to.y + NODE_HEIGHT / 2;
  if (from.x === to.x) {
    // Two nodes of one column: an arc on their right.
    const x = from.x + NODE_WIDTH;
    const bend = x + 36 + Math.abs(endY - startY) / 6;
    return `M${x} ${startY} C${bend} ${startY} ${bend} ${endY} ${x + 2} ${endY}`;
  }
  const forward = from.x < to.x;
  const startX = forward ? from.x + NODE_WIDTH : from.x;
  const endX = forward ? to.x - 2 : to.x + NODE_WIDTH + 2;
  const middle = (startX + endX) / 2;
  return `M${startX} ${startY} C${middle} ${startY} ${middle} ${endY} ${endX} ${endY}`;
}
