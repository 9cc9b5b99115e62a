// A small picture and a word for each kind of node.
// Draws nothing else.

const SVG = "http://www.w3.org/2000/svg";
/** By kind: the word for it, and lines in a square of 24. */
const KINDS = {
  webSocketApi: ["WebSocket API", "M3 9h13l-4-4M21 15H8l4 4"],
  restApi: ["REST API", "M8 6l-5 6 5 6M16 6l5 6-5 6"],
  httpApi: ["HTTP API", "M8 6l-5 6 5 6M16 6l5 6-5 6"],
  functionUrl: ["function URL", "M10 14l4-4M8 11l-3 3a3.5 3.5 0 0 0 5 5l3-3M16 13l3-3a3.5 3.5 0 0 0-5-5l-3 3"],
  graphqlApi: ["GraphQL API", "M12 3l8 4.5v9L12 21l-8-4.5v-9zM12 3L4 16.5h16z"],
  function: ["function", "M6 4h3.5L18 20M11.2 10.5L6 20"],
  table: ["table", "M4 5h16v14H4zM4 10h16M4 14.5h16M10 10v9"],
  stream: ["stream", "M3 8c3-3 6-3 9 0s6 3 9 0M3 15c3-3 6-3 9 0s6 3 9 0"],
  queue: ["queue", "M4 6h3v12H4zM10.5 6h3v12h-3zM17 6h3v12h-3z"],
  bus: ["event bus", "M3 12h18M7 12V6M12 12v6M17 12V6"],
  bucket: ["bucket", "M4 7c0-3.5 16-3.5 16 0l-2 12c-.5 2.5-11.500 2.500-12 0zM4 7c0 3.500 16 3.500 16 0"],
  distribution: ["site", "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM3 12h18M12 3c-5 5-5 13 0 18 5-5 5-13 0-18"],
  outside: ["outside", "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c0-8 16-8 16 0"],
};

/** The word for a kind of node. */
export function kindWord(kind) {
  return KINDS[kind]?.[0] ?? kind;
}

/** A new picture of a kind of node. */
export function icon(kind) {
  const picture = svg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true", class: "icon" });
  picture.append(svg("path", { d: KINDS[kind]?.[1] ?? KINDS.outside[1] }));
  return picture;
}

/** A new element of SVG. */
export function svg(name, attributes = {}) {
  const element = document.createElementNS(SVG, name);
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
  return element;
}
