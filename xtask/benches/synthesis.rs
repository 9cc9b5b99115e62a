//! Synthesis in process, stage by stage: `cargo bench -p xtask`, or as a part of `cargo xtask bench`.
//!
//! A loop by hand, not criterion: on shared cores its means of wall time follow the neighbours, while a minimum
//! and a median over many rounds do not, and it would bring 30 crates for them.

mod generated;

use std::hint::black_box;
use std::time::{Duration, Instant};

use stackwright::{Stack, Synthesis};

/// For how long each set is measured.
const BUDGET: Duration = Duration::from_secs(2);
const FEWEST_ROUNDS: usize = 10;

/// What the stages of one round took.
#[derive(Clone, Copy)]
struct Round {
    synthesise: Duration,
    check: Duration,
    render: Duration,
}

#[expect(clippy::print_stdout, reason = "a program of its own that prints its results")]
fn main() {
    println!(
        "| in process, warm: median (minimum), ms | declare and check | of it the check | to YAML | first round, all |"
    );
    println!("|---|---|---|---|---|");
    println!("{}", row("the program's own stacks", stacks::STACKS));
    for set in generated::SETS {
        println!("{}", row(set, &generated::stacks(set).unwrap_or_default()));
    }
}

fn row(name: &str, stacks: &[Stack]) -> String {
    let first = round(stacks);
    let rounds = rounds(stacks);
    let stage = |of: fn(&Round) -> Duration| summary(rounds.iter().map(of).collect());
    let synthesise = stage(|round| round.synthesise);
    let check = stage(|round| round.check);
    let render = stage(|round| round.render);
    let first = milliseconds(first.synthesise + first.render);
    format!("| {name} | {synthesise} | {check} | {render} | {first:.2} |")
}

fn rounds(stacks: &[Stack]) -> Vec<Round> {
    let started = Instant::now();
    let mut rounds = Vec::new();
    while rounds.len() < FEWEST_ROUNDS || started.elapsed() < BUDGET {
        rounds.push(round(stacks));
    }
    rounds
}

fn round(stacks: &[Stack]) -> Round {
    let (synthesise, synthesised) = timed(|| stacks.iter().map(Stack::synthesise).collect::<Vec<_>>());
    // Once more and alone: within `synthesise` it cannot be told apart.
    let (check, ()) = timed(|| synthesised.iter().for_each(check));
    let (render, ()) = timed(|| synthesised.iter().for_each(render));
    Round { synthesise, check, render }
}

fn check(stack: &Synthesis) {
    assert_eq!(stackwright_check::check(black_box(&stack.template)), [], "{}", stack.name);
}

fn render(stack: &Synthesis) {
    let text = stack.template.to_yaml();
    assert!(text.is_ok_and(|text| !black_box(text).is_empty()), "{} has no YAML", stack.name);
}

fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let started = Instant::now();
    let result = black_box(work());
    (started.elapsed(), result)
}

fn summary(mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    format!("{:.2} ({:.2})", milliseconds(times[times.len() / 2]), milliseconds(times[0]))
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
