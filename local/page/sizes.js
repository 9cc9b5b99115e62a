// How large the parts of a graph are, and how far apart.
// Decides nothing.

/** Pixels. `slot` is how far the ends of two arrows at one side of a node are apart, `gap` is between columns. */
export const SIZES = {
  node: { least: 132, most: 168, height: 54 },
  gap: { least: 58, most: 116 },
  slot: 23,
  between: 16,
  lane: 14,
  stream: 30,
  apart: 36,
  stub: 42,
};

/** The width of nodes: as wide as fits beside the narrowest gaps. */
export function nodeWidth(columnCount, width) {
  const fitting = Math.floor((width - (columnCount - 1) * SIZES.gap.least) / columnCount);
  return Math.min(SIZES.node.most, Math.max(SIZES.node.least, fitting));
}

/** How far columns are apart: as far as fits. */
export function gapOf(columnCount, node, width) {
  const fitting = Math.floor((width - columnCount * node) / Math.max(1, columnCount - 1));
  return Math.min(SIZES.gap.most, Math.max(SIZES.gap.least, fitting));
}
