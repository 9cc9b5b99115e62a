//! From templates to what runs: evaluated, made, put into force; and what a stack has no longer taken away.
//! Knows no service.

use std::sync::Arc;
use std::time::Duration;

use stackwright_plan::{Cause, Created, Outline, Planned, Problem as PlanProblem, Resource, Surroundings};
use stackwright_template::{DeletionPolicy, Resource as Declared};
use tokio::runtime::Handle;
use tokio::sync::watch;

use crate::cloud::Cloud;
use crate::happening::What;
use crate::owners;
use crate::problem::Problem;
use crate::services::{self, custom};
use crate::source::StackSource;
use crate::stack::Stack;

/// How often items whose time is over are looked for; on AWS it may take days.
const EXPIRY: Duration = Duration::from_secs(5);

/// Deploys stacks at once; those that import what others export, after them.
pub(crate) async fn deploy_all(cloud: &Arc<Cloud>, sources: Vec<StackSource>) -> Result<(), Vec<Problem>> {
    let mut waiting = sources;
    loop {
        let count = waiting.len();
        let tasks = waiting.into_iter().map(|source| {
            let cloud = Arc::clone(cloud);
            tokio::task::spawn_blocking(move || (attempt(&cloud, &source), source))
        });
        let (mut problems, mut missing) = (Vec::new(), Vec::new());
        waiting = Vec::new();
        for task in tasks.collect::<Vec<_>>() {
            match task.await {
                Ok((Ok(()), _)) => {}
                Ok((Err(Failure::Imports(found)), source)) => {
                    missing.extend(found);
                    waiting.push(source);
                }
                Ok((Err(Failure::Problems(found)), _)) => problems.extend(found),
                Err(error) => std::panic::resume_unwind(error.into_panic()),
            }
        }
        match waiting.len() {
            // What lacks an import may lack it for what is wrong with another stack.
            _ if !problems.is_empty() => return Err(problems),
            0 => return Ok(()),
            left if left == count => return Err(missing),
            _ => {}
        }
    }
}

/// Deploys a stack, or changes it to what it is now.
pub(crate) async fn deploy(cloud: &Arc<Cloud>, source: StackSource) -> Result<(), Vec<Problem>> {
    let cloud = Arc::clone(cloud);
    let task = tokio::task::spawn_blocking(move || attempt(&cloud, &source));
    match task.await {
        Ok(outcome) => outcome.map_err(Failure::into_problems),
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

/// Deletes items whose time is over, every now and then.
pub(crate) async fn expire(cloud: Arc<Cloud>, mut stop: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            _ = stop.wait_for(|is_over| *is_over) => return,
            () = tokio::time::sleep(EXPIRY) => {}
        }
        if let Err(error) = cloud.tables.expire() {
            cloud.tell(What::Failure { place: "expiry of items".to_owned(), message: error.to_string() });
        }
    }
}

/// Why a stack was not deployed.
enum Failure {
    /// Nothing is wrong but that others do not export yet what it imports.
    Imports(Vec<Problem>),
    Problems(Vec<Problem>),
}

impl Failure {
    fn into_problems(self) -> Vec<Problem> {
        match self {
            Failure::Imports(problems) | Failure::Problems(problems) => problems,
        }
    }
}

fn attempt(cloud: &Arc<Cloud>, source: &StackSource) -> Result<(), Failure> {
    let mut stack = empty(cloud, source);
    let surroundings = Surroundings { exports: cloud.exports(), ..stack.place.surroundings() };
    let outline = Outline::of(&source.template, &source.parameters, &surroundings)
        .map_err(|problems| failure(&stack, &problems))?;
    let mut unsupported = Vec::new();
    let plan = outline.create(|resource| make(cloud, &mut stack, resource, &mut unsupported));
    let plan = plan.map_err(|problems| {
        roll_back(cloud, &stack);
        failure(&stack, &problems)
    })?;
    stack.resources = plan.resources;
    stack.outputs = plan.outputs;
    put_in_place(cloud, stack, unsupported);
    Ok(())
}

fn failure(stack: &Stack, problems: &[PlanProblem]) -> Failure {
    let is_import = problems.iter().all(|problem| matches!(problem.cause, Cause::NoExport(_)));
    let told = problems.iter().map(|problem| told(stack, problem)).collect();
    if is_import { Failure::Imports(told) } else { Failure::Problems(told) }
}

/// Makes a resource; what comes after it may refer to it.
fn make(
    cloud: &Arc<Cloud>,
    stack: &mut Stack,
    resource: &Resource,
    unsupported: &mut Vec<Problem>,
) -> Result<Created, String> {
    let id = resource.id.as_str();
    let created = if custom::is_custom(&resource.kind) {
        custom::create(cloud, &Handle::current(), stack, resource)?
    } else {
        services::create(cloud, &stack.place, resource).unwrap_or_else(|| {
            let message = format!("`{}` does not run here: nothing is there but its name", resource.kind);
            unsupported.push(stack.problem(Some(id), message));
            Ok(Created::named(stack.place.name(id, &resource.kind)))
        })?
    };
    if owners::is_single(&resource.kind) {
        claim(cloud, stack, &resource.kind, &created.reference)?;
    }
    stack.resources.push(Planned { resource: resource.clone(), created: created.clone() });
    Ok(created)
}

/// Makes a name the stack's own, if nothing else has it.
fn claim(cloud: &Cloud, stack: &Stack, kind: &str, name: &str) -> Result<(), String> {
    let twin = stack.pieces().find(|piece| (piece.kind, piece.reference()) == (kind, name));
    match twin {
        Some(twin) => Err(format!("{name} already exists: it is `{}`", twin.path())),
        None => cloud.owners.claim(kind, name, stack.name()),
    }
}

/// Puts the stack in place of what it was, and takes away what it has no longer.
fn put_in_place(cloud: &Arc<Cloud>, stack: Stack, unsupported: Vec<Problem>) {
    let before = cloud.stacks().remove(stack.name());
    let event = if before.is_some() { "updated" } else { "started" };
    before.iter().for_each(|before| clear_away(cloud, &stack, before));
    let stack = Arc::new(stack);
    cloud.replace_stack(Arc::clone(&stack));
    let mut problems = services::realise(cloud, &stack);
    problems.extend(unsupported);
    cloud.note_problems(stack.name(), problems);
    cloud.tell(What::Stack { stack: stack.name().to_owned(), event: event.to_owned() });
}

/// Takes away what the stack has no longer. It goes when all else is there, and what deletes a custom resource may
/// still do what it might: policies that are gone too end after this.
fn clear_away(cloud: &Arc<Cloud>, stack: &Stack, before: &Stack) {
    let lost = stack.lost(before);
    if !lost.is_empty() {
        // Problems of what goes concern nobody, and those of what stays are gathered when it is alone.
        drop(services::realise(cloud, &stack.over(before)));
    }
    for piece in lost {
        services::remove(cloud, piece);
        cloud.owners.forget(piece.kind, piece.reference());
    }
}

/// Undoes a change that came to nothing half-way: deletes the custom resources that it made, and puts into force what
/// was before. What else is new stays, unused: what a table of its name holds may be older than the change.
fn roll_back(cloud: &Arc<Cloud>, stack: &Stack) {
    let Some(before) = cloud.stacks().remove(stack.name()) else { return };
    let made = before.lost(stack).into_iter().filter(|piece| custom::is_custom(piece.kind));
    made.for_each(|piece| services::remove(cloud, piece));
    drop(services::realise(cloud, &before));
}

fn empty(cloud: &Cloud, source: &StackSource) -> Stack {
    let kept = |policy: fn(&Declared) -> Option<DeletionPolicy>| {
        let is_kept = |resource| policy(resource).is_some_and(|policy| policy != DeletionPolicy::Delete);
        let kept = source.template.resources.iter().filter(|(_, resource)| is_kept(resource));
        kept.map(|(id, _)| id.to_string()).collect()
    };
    Stack {
        place: cloud.place(&source.name),
        folder: source.folder.clone(),
        declared_at: source.declared_at.clone(),
        crates: source.crates.clone(),
        retained: kept(|resource| resource.deletion_policy),
        retained_when_replaced: kept(|resource| resource.update_replace_policy),
        resources: Vec::new(),
        outputs: Vec::new(),
    }
}

fn told(stack: &Stack, problem: &PlanProblem) -> Problem {
    let resource = problem.place.entry.filter(|_| problem.place.section == "Resources");
    let told = stack.problem(resource.as_ref().map(|id| id.as_str()), problem.to_string());
    Problem { hint: problem.hint.clone(), ..told }
}
