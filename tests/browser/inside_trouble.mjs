// The page of `/_local/` when something is wrong: faults, denied calls, another run, texts that attack.
// What it shows when all is well is in `inside.mjs`.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { before, test } from "node:test";

import { ATTACKS, eventually, NO_SERVER, person, says } from "./browser.mjs";
import { figure, lookInside, number, opens, writeNote } from "./inside_page.mjs";
import { given, Machine } from "./machine.mjs";

let machine;
before(async () => (machine = await Machine.start(["Notes"])));

/** The template of the notes, as somebody else would have it who forgot a grant; the first start has written it. */
function withoutGrant(action) {
  const written = `${import.meta.dirname}/../../cdk.out/local/lambda`;
  const template = readFileSync(`${written}/Notes.template.yaml`, "utf8").replaceAll(
    "Code: code/",
    `Code: ${written}/code/`,
  );
  const changed = template.replaceAll(`          - ${action}\n`, "");
  assert.notEqual(changed, template);
  const file = `${given("FOLDER")}/Notes.template.yaml`;
  writeFileSync(file, changed);
  return file;
}

test("a fault that is injected here is met, and what it did is told", async () => {
  const tab = await lookInside(await person(), machine);
  await opens(tab, "Notes/Handler");
  const form = tab.locator("#details form.fault");
  await form.locator("[name=calls]").fill("none");
  await form.getByRole("button", { name: "Inject" }).click();
  await says(form.locator("[data-wrong=calls]"), /whole number/);
  await form.locator("[name=calls]").fill("1");
  await form.getByRole("button", { name: "Inject" }).click();
  await says(tab.locator("#faults-list"), /The next call of .*Handler.* will fail with 500/);
  assert.equal((await writeNote(machine, "lost")).status, 502);
  const failure = tab.locator("#failures-list li", { hasText: "a fault was asked for" });
  await failure.waitFor();
  assert.match(await failure.innerText(), /Request failed\s+Notes\/Api/);
  await eventually(async () =>
    assert.match(await figure(tab, "Notes/Api", "Notes/Handler").getAttribute("aria-label"), /[1-9]\d* failed/),
  );
  await says(tab.locator("#glance .bad"), /failures?/);
  await eventually(async () => assert.equal(await tab.locator("#faults").isVisible(), false));
  await tab.locator("#seen").click();
  await says(tab.locator("#no-failure"), /Nothing has failed/);
});

test("faults that wait are forgotten on demand", async () => {
  const tab = await lookInside(await person(), machine);
  await opens(tab, "Notes/Notes");
  await tab.locator("#details form.fault").getByRole("button", { name: "Inject" }).click();
  await says(tab.locator("#faults-list"), /The next 3 calls of .*otes will fail with 500/);
  await tab.locator("#close").click();
  await tab.locator("#forget").click();
  await eventually(async () => assert.equal(await tab.locator("#faults").isVisible(), false));
  assert.deepEqual(await machine.look("faults"), []);
});

test("what people typed is text, wherever it is shown", async () => {
  const tab = await lookInside(await person(), machine);
  for (const attack of ATTACKS) await writeNote(machine, attack, attack);
  await opens(tab, "Notes/Notes");
  for (const attack of ATTACKS) {
    const cell = tab.locator("#details .items td", { hasText: attack }).first();
    await eventually(async () => assert.equal((await cell.textContent()).trim(), attack));
  }
  const path = encodeURIComponent(ATTACKS[0]);
  await fetch(`${machine.output("Notes", "ApiUrl")}/notes/${path}`);
  await tab.locator("#text").fill("%3Cimg");
  await tab.locator("#lines li").first().waitFor();
  assert.equal(await tab.locator("main img, dialog img, svg[onload]").count(), 0);
});

test("another run of local is noticed, and all is read anew", async () => {
  const ann = await person();
  ann.forgives(...NO_SERVER, /ERR_CONNECTION|ERR_INCOMPLETE|ERR_EMPTY/);
  const tab = await lookInside(ann, machine);
  await writeNote(machine, "of the run before");
  await eventually(async () => assert.ok((await number(figure(tab, "Notes/Api", "Notes/Handler"))) > 0));
  await machine.stop();
  await says(tab.locator("#status"), "Reconnecting…");
  await says(tab.locator("#lost"), /does not answer/);
  const stopped = await tab.evaluate(() => Date.now());
  await machine.startAgain();
  await says(tab.locator("#status"), "Live");
  await eventually(async () => assert.equal(await number(figure(tab, "Notes/Api", "Notes/Handler")), 0));
  await eventually(async () => {
    const times = await tab
      .locator("#lines time")
      .evaluateAll((all) => all.map(({ dateTime }) => Date.parse(dateTime)));
    assert.ok(times.length > 0 && times.every((time) => time >= stopped), "lines of the run before are gone");
  });
  assert.equal(await tab.locator("#lost").isVisible(), false);
  await writeNote(machine, "of this run");
  await eventually(async () => assert.equal(await number(figure(tab, "Notes/Api", "Notes/Handler")), 1));
});

test("a call that lacks its grant is told, with who, what and why", async () => {
  machine = await Machine.start([], "--template", withoutGrant("dynamodb:PutItem"));
  const tab = await lookInside(await person(), machine);
  assert.equal((await writeNote(machine, "denied")).status, 500);
  const denied = tab.locator("#failures-list li", { hasText: "Denied" });
  await denied.waitFor();
  const said = await denied.innerText();
  for (const part of [
    /Notes\/Handler → Notes/,
    /not authorized to perform: dynamodb:PutItem/,
    /dynamodb:PutItem on arn:aws:dynamodb/,
  ]) {
    assert.match(said, part);
  }
  const arrow = figure(tab, "Notes/Handler", "Notes/Notes");
  await eventually(async () => assert.match(await arrow.getAttribute("aria-label"), /1 denied/));
  await arrow.click();
  await eventually(async () =>
    assert.match(await tab.locator("#details .line[data-bad]").first().innerText(), /denied/),
  );
});

test("what of a stack does not run is said where the stack is", async () => {
  machine = await Machine.start([], "--template", withoutGrant("dynamodb:GetRecords"));
  const tab = await lookInside(await person(), machine);
  await says(
    tab.locator("#stacks .problems li"),
    /^WordCountOnNotes · Cannot access stream .* · declared at .*Notes\.template\.yaml:\d+$/,
  );
  await says(tab.locator("#glance li", { hasText: "problem" }), "1 problem of stacks");
});
