// What is known of each node, in a few words.
// Only from what the store has; nothing is asked for.

import { arrowKey } from "./happening.js";
import { counted } from "./values.js";

/** A function that tells of a node, by its name: what it did, what is wrong with it, whether it is at work. */
export function nodeFacts(store) {
  const { state, graph } = store;
  const named = (list) => new Map(list.map((each) => [each.name, each]));
  const known = {
    nodes: named(graph.nodes),
    functions: named(state.functions),
    tables: named(state.tables),
    queues: named(state.queues),
    arrived: totals(store, "to"),
    left: totals(store, "from"),
    connected: connectedTo(state.connections),
    faults: state.faults,
  };
  return (name) => {
    const node = known.nodes.get(name);
    return { ...told(node?.kind, name, known), faults: faultsOf(node, known.faults).length };
  };
}

/** The faults that wait for a node. */
function faultsOf(node, faults) {
  const names = node ? [node.name, node.physicalName, node.handler].filter(Boolean) : [];
  return faults.filter(({ table, function: name }) => names.includes(table ?? name));
}

/** Calls by the node at one end of their arrow. */
function totals({ graph, counts }, end) {
  const sums = new Map();
  for (const arrow of graph.arrows) {
    const calls = counts.get(arrowKey(arrow))?.calls ?? 0;
    sums.set(arrow[end], (sums.get(arrow[end]) ?? 0) + calls);
  }
  return sums;
}

function connectedTo(connections) {
  const counts = new Map();
  for (const { api } of connections) counts.set(api, (counts.get(api) ?? 0) + 1);
  return counts;
}

function told(kind, name, known) {
  const [arrived, left] = [known.arrived.get(name) ?? 0, known.left.get(name) ?? 0];
  switch (kind) {
    case "webSocketApi":
      return { told: `${counted(known.connected.get(name) ?? 0, "client")}` };
    case "graphqlApi":
      return { told: `${counted(known.connected.get(name) ?? 0, "client")}` };
    case "function":
      return ofFunction(known.functions.get(name));
    case "table":
      return { told: counted(known.tables.get(name)?.items ?? 0, "item") };
    case "stream":
      return { told: counted(arrived, "record") };
    case "queue":
      return ofQueue(known.queues.get(name));
    case "bus":
      return { told: counted(arrived, "event") };
    case "bucket":
      return { told: counted(arrived, "call") };
    default:
      return { told: counted(left, "call") };
  }
}

function ofFunction(known) {
  if (!known) return { told: "" };
  const { invoked = known.invocations.length, failed = 0, environments, idle, waiting } = known;
  return {
    told: counted(invoked, "run"),
    problem: failed > 0 ? `${failed} failed` : null,
    busy: environments > idle || waiting > 0,
  };
}

function ofQueue(known) {
  if (!known) return { told: "" };
  const there = known.visible + known.hidden + known.delayed;
  const isForFailures = /Failures$|DeadLetter/.test(known.name);
  return isForFailures && there > 0
    ? { told: "", problem: counted(there, "message") }
    : { told: counted(there, "message") };
}
