// Steps that people take at the page of `/_local/`, and what they read there.
// Each waits until its step is done; what is wrong then is the test's matter.

import assert from "node:assert/strict";

import { eventually, says } from "./browser.mjs";

/** Opens the page, and waits until it shows what runs. */
export async function lookInside(who, machine) {
  const tab = await who.opens(`${machine.endpoint}/_local/`);
  await says(tab.locator("#status"), "Live");
  await tab.locator("[data-node]").first().waitFor();
  return tab;
}

/** A part, by its name in the graph. */
export function node(tab, name) {
  return tab.locator(`[data-node="${name}"]`);
}

/** The figure on an arrow. */
export function figure(tab, from, to) {
  return tab.locator(`[data-arrow="${from} → ${to}"]`);
}

/** Writes a note without a page. */
export async function writeNote(machine, title, content = "one two three") {
  const body = JSON.stringify({ title, content });
  return fetch(`${machine.output("Notes", "ApiUrl")}/notes`, { method: "POST", body });
}

/** Opens the panel of a part. */
export async function opens(tab, name) {
  await node(tab, name).click();
  await tab.locator("#details[open]").waitFor();
}

/** Looks at one stack alone. */
export async function chooses(tab, stack) {
  await tab.locator("#choices").getByRole("button", { name: stack, exact: true }).click();
}

/** What a figure is, 0 if it is empty. Panels that are out of sight are not drawn, so this is not `innerText`. */
export async function number(locator) {
  return Number((await locator.textContent()).replace(/\D/g, "") || 0);
}

/** Waits until a part of a graph tells this of itself. */
export async function tells(part, text) {
  const told = part.locator(".told");
  await eventually(async () => assert.match(await told.textContent(), text));
}
