import type { JSX } from "preact";
import { serviceLink } from "../../state/route.js";
import type { Graph } from "./graph.js";
import { layoutOf, NODE_HEIGHT, NODE_WIDTH, type Placed } from "./layout.js";

/** The graph as a drawing. The list below it says the same to those who do not see it. */
export function Drawing({ graph }: { readonly graph: Graph }): JSX.Element {
  const { width, height, nodes, edges } = layoutOf(graph);
  return (
    <section
      class="card topology"
      aria-label={`Drawing: ${nodes.length} nodes and ${edges.length} connections, listed below`}
    >
      <svg viewBox={`0 0 ${width} ${height}`} style={{ maxWidth: `${width}px` }}>
        <title>Processes and their connections</title>
        <defs>
          <marker
            id="arrow"
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="8"
            markerHeight="8"
            markerUnits="userSpaceOnUse"
            orient="auto"
          >
            <path d="M0 0L8 4L0 8z" />
          </marker>
        </defs>
        {edges.map(({ id, path, kind, rate }) => (
          <path
            key={id}
            class={`edge ${kind}${rate > 0 ? " busy" : ""}`}
            d={path}
            marker-end={kind === "lists" ? undefined : "url(#arrow)"}
          />
        ))}
        {nodes.map((node) =>
          node.kind === "instance" ? (
            <a
              key={node.id}
              href={serviceLink(node.service)}
              aria-label={`${node.title}, ${node.detail}`}
            >
              <Box node={node} />
            </a>
          ) : (
            <Box key={node.id} node={node} />
          ),
        )}
      </svg>
      <ul class="legend-key" aria-label="Key">
        <li>
          <span class="edge-sample lists" aria-hidden="true" /> listed by the registry
        </li>
        <li>
          <span class="edge-sample events" aria-hidden="true" /> events
        </li>
        <li>
          <span class="edge-sample requests" aria-hidden="true" /> requests
        </li>
      </ul>
    </section>
  );
}

function Box({ node }: { readonly node: Placed }): JSX.Element {
  const { x, y, title, detail, kind, tone } = node;
  return (
    <g class={`node ${kind}`} transform={`translate(${x} ${y})`}>
      <rect width={NODE_WIDTH} height={NODE_HEIGHT} rx="8" />
      {kind === "instance" && <circle class={tone} cx="18" cy={NODE_HEIGHT / 2} r="4.5" />}
      <text x={kind === "instance" ? 34 : 16} y="19">
        {cut(title, 24)}
      </text>
      <text class="detail" x={kind === "instance" ? 34 : 16} y="35">
        {cut(detail, 28)}
      </text>
    </g>
  );
}

function cut(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}
