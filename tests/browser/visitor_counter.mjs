// The page of the visitor counter, in a browser, against `local`.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { eventually, fitsAPhone, isAccessible, person, picture, says } from "./browser.mjs";
import { Machine } from "./machine.mjs";

let machine;
before(async () => (machine = await Machine.start(["VisitorCounter"])));
after(() => machine.stop());

test("every open tab sees the number grow", async () => {
  const ann = await person();
  const first = await ann.opens(machine.page("VisitorCounter"));
  await says(first.locator("#count"), "1");
  const second = await ann.opens(machine.page("VisitorCounter"));
  for (const tab of [first, second]) await says(tab.locator("#count"), "2");
  await fitsAPhone(first);
  await isAccessible(first);
  await picture(first, "visitor-counter");
});
