// `local` with some of the stacks, started as a user starts it, and stopped with the tests of a file.
// Looks into nothing but what `local` answers to everybody.

import { spawn } from "node:child_process";
import { mkdirSync, openSync, readFileSync, rmSync } from "node:fs";
import { once } from "node:events";
import { after } from "node:test";
import { setTimeout as pause } from "node:timers/promises";

/** Where a file's tests may write; `tests/browser/main.rs` gives each one of its own. */
const FOLDER = given("FOLDER");
/** Long enough for the first start of a run, which builds all handlers. */
const READY_WITHIN = 1_200_000;

/** A variable that `tests/browser/main.rs` sets. */
export function given(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set, hint: run \`cargo xtask test --test browser\``);
  return value;
}

/** The machine of a file: it has one at a time. The last is stopped at the end, also if it never got ready. */
let running = null;
after(() => running?.stop());

export class Machine {
  #arguments;
  #port = 0;
  #process = null;
  ready = null;

  /**
   * Runs these stacks, and stops what ran before. Addresses and tables stay the same when it starts again. No seed: it
   * would give connections the ids that those before the stop had, some of whose rows are still there.
   */
  static async start(stacks, ...more) {
    await running?.stop();
    const machine = (running = new Machine());
    machine.#arguments = [...stacks, ...more];
    rmSync(`${FOLDER}/data`, { recursive: true, force: true });
    mkdirSync(`${FOLDER}/tmp`, { recursive: true });
    await machine.startAgain();
    return machine;
  }

  /** Starts what was stopped, at the address where it was. */
  async startAgain() {
    const readyFile = `${FOLDER}/ready.json`;
    rmSync(readyFile, { force: true });
    const log = openSync(`${FOLDER}/local.log`, "a");
    const settings = ["--port", this.#port, "--data", `${FOLDER}/data`, "--ready-file", readyFile];
    const always = ["--release", "--no-watch", "--json", ...settings];
    this.#process = spawn(given("STACKWRIGHT"), ["local", ...this.#arguments, ...always].map(String), {
      env: { ...process.env, TMPDIR: `${FOLDER}/tmp` },
      stdio: ["ignore", log, log],
    });
    this.ready = await this.#whenReady(readyFile);
    this.#port = Number(new URL(this.endpoint).port);
  }

  async #whenReady(file) {
    for (const end = Date.now() + READY_WITHIN; Date.now() < end; await pause(20)) {
      if (this.#process.exitCode !== null) break;
      const text = read(file);
      if (text) return JSON.parse(text);
    }
    throw new Error(`local is not ready: ${read(`${FOLDER}/local.log`)}`);
  }

  /** Stops it as Ctrl-C does, or without a word: `SIGKILL`. */
  async stop(signal = "SIGINT") {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    this.#process.kill(signal);
    await once(this.#process, "exit");
  }

  get endpoint() {
    return this.ready.endpoint;
  }

  /** An output of a stack. */
  output(stack, name) {
    const value = this.ready.stacks[stack]?.outputs[name];
    if (value === undefined) throw new Error(`${stack} has no output ${name}`);
    return value;
  }

  /** The address of a stack's page, or of another one beside it. */
  page(stack, file = "") {
    return `${this.output(stack, "PageUrl")}/${file}`;
  }

  /** What `/_local/` answers at a path. */
  async look(path) {
    const answer = await fetch(`${this.endpoint}/_local/${path}`);
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  /** Has the next calls of something fail or wait, as `local/inside.md` says. */
  async fault(fault) {
    const headers = { "Content-Type": "application/json" };
    const url = `${this.endpoint}/_local/faults`;
    const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(fault) });
    if (answer.status !== 201) throw new Error(`${answer.status} ${await answer.text()}`);
  }

  /** Forgets the faults that are left. */
  async heal() {
    await fetch(`${this.endpoint}/_local/faults`, { method: "DELETE" });
  }
}

function read(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
