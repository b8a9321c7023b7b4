import type { JSX } from "preact";
import type { Edge, Graph, Node } from "./graph.js";

const WORDS: Readonly<Record<Edge["kind"], string>> = {
  lists: "lists",
  events: "sends events to",
  requests: "sends requests to",
};

/** The connections in words, for each node that they begin at. */
export function Connections({ graph }: { readonly graph: Graph }): JSX.Element {
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const groups = new Map<string, Edge[]>();
  for (const edge of graph.edges) {
    const key = `${edge.from} ${edge.kind}`;
    groups.set(key, [...(groups.get(key) ?? []), edge]);
  }
  return (
    <section class="card connections" aria-labelledby="connections">
      <h2 id="connections">Connections</h2>
      {groups.size === 0 && <p class="muted">No instance has a connection to another.</p>}
      <ul>
        {[...groups].map(([key, edges]) => {
          const [first] = edges;
          const from = first && byId.get(first.from);
          if (first === undefined || from === undefined) return null;
          return (
            <li key={key}>
              <h3>
                <Name node={from} /> <span class="muted">{WORDS[first.kind]}</span>
              </h3>
              <ul>
                {edges.map(({ to, text }) => {
                  const node = byId.get(to);
                  return (
                    node !== undefined && (
                      <li key={to}>
                        <Name node={node} /> <small class="muted">{text}</small>
                      </li>
                    )
                  );
                })}
              </ul>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Name({ node }: { readonly node: Node }): JSX.Element {
  return (
    <span>
      <b>{node.title}</b> <code>{node.detail}</code>
    </span>
  );
}
