//! What AppSync does not let functions do: call themselves, be given to functions, be returned.
//!
//! Only functions whose name is declared once are followed: of others it is not certain which is meant.

use std::collections::{BTreeSet, HashMap};

use super::Fault;
use super::functions::{Function, functions};
use super::names::declared;
use super::token::{Kind, Token, Tokens};

const OWN_METHODS: [&str; 3] = ["apply", "bind", "call"];

/// Every call of a function that AppSync refuses.
pub(super) fn check(tokens: &Tokens<'_>, faults: &mut Vec<Fault>) {
    let mut times: HashMap<&str, usize> = HashMap::new();
    declared(tokens).into_iter().for_each(|name| *times.entry(name).or_default() += 1);
    let mut functions = functions(tokens);
    functions.retain(|function| times.get(function.name) == Some(&1));
    recursion(tokens, &functions, faults);
    let own: BTreeSet<&str> = functions.iter().map(|function| function.name).collect();
    for index in 0..tokens.len() {
        faults.extend(given(tokens, index, &own));
        faults.extend(method(tokens, index, &own));
        faults.extend(returned(tokens, index));
        faults.extend(sorted(tokens, index));
    }
}

/// For each function those it calls, by their places in the list, with the token that does.
type Calls = Vec<Vec<(usize, usize)>>;

/// Every circle of calls, told at the first of its functions.
fn recursion(tokens: &Tokens<'_>, functions: &[Function<'_>], faults: &mut Vec<Fault>) {
    let calls = calls(tokens, functions);
    let reached: Vec<BTreeSet<usize>> = (0..functions.len()).map(|start| reached(&calls, start)).collect();
    for (caller, function) in functions.iter().enumerate() {
        let mut before = 0..caller;
        let told = before.any(|first| reached[first].contains(&caller) && reached[caller].contains(&first));
        let back = calls[caller].iter().find(|(callee, _)| reached[*callee].contains(&caller));
        if let Some((callee, index)) = back.filter(|_| !told) {
            faults.push(recursive(function.name, functions[*callee].name, tokens[*index].at));
        }
    }
}

fn calls(tokens: &Tokens<'_>, functions: &[Function<'_>]) -> Calls {
    let places: HashMap<&str, usize> = functions.iter().enumerate().map(|(at, it)| (it.name, at)).collect();
    let called = |index: usize| places.get(tokens[index].text).filter(|_| is_call(tokens, index));
    let of = |it: &Function<'_>| it.body.clone().filter_map(|index| Some((*called(index)?, index))).collect();
    functions.iter().map(of).collect()
}

fn recursive(caller: &str, callee: &str, at: usize) -> Fault {
    let message = if caller == callee {
        format!("`{caller}` calls itself; AppSync has no recursion")
    } else {
        format!("`{caller}` calls `{callee}`, which calls it again; AppSync has no recursion")
    };
    Fault::new(at, message).hint("go over a list with `for … of`")
}

/// All that is called once `start` is, `start` among them.
fn reached(calls: &Calls, start: usize) -> BTreeSet<usize> {
    let mut known = BTreeSet::from([start]);
    let mut open = vec![start];
    while let Some(caller) = open.pop() {
        for (callee, _) in &calls[caller] {
            if known.insert(*callee) {
                open.push(*callee);
            }
        }
    }
    known
}

fn is_call(tokens: &Tokens<'_>, index: usize) -> bool {
    tokens[index].kind == Kind::Word
        && tokens.sign_near(index, 1, "(")
        && !tokens.word_near(index, -1, "function")
}

/// A function among the arguments of one of the program's own functions.
fn given(tokens: &Tokens<'_>, index: usize, own: &BTreeSet<&str>) -> Option<Fault> {
    let name = tokens[index].text;
    if !own.contains(name) || !is_call(tokens, index) {
        return None;
    }
    let argument = tokens.within(index + 1).find(|&at| {
        let (token, ends) = (tokens[at], tokens.sign_near(at, 1, ",") || tokens.sign_near(at, 1, ")"));
        let whole = ends && (tokens.sign_near(at, -1, ",") || tokens.sign_near(at, -1, "("));
        let named = token.kind == Kind::Word && own.contains(token.text) && whole;
        token.inside == Some(index + 1) && (named || token.is_sign("=>") || token.is_word("function"))
    })?;
    let message = format!("`{name}` is given a function; in AppSync only methods of lists such as `map` are");
    Some(Fault::new(tokens[argument].at, message).hint("call that function where it is needed"))
}

/// `apply`, `bind` and `call` of the program's own functions.
fn method(tokens: &Tokens<'_>, index: usize, own: &BTreeSet<&str>) -> Option<Fault> {
    let is_own = |it: &&Token<'_>| it.kind == Kind::Word && own.contains(it.text);
    let function = tokens.near(index, 0).filter(is_own).filter(|_| tokens.sign_near(index, 1, "."))?;
    let name =
        tokens.near(index, 2).filter(|it| it.kind == Kind::Property && OWN_METHODS.contains(&it.text))?;
    let message = format!("functions of AppSync have no `{}`", name.text);
    Some(Fault::new(function.at, message).hint("call the function with its arguments"))
}

fn returned(tokens: &Tokens<'_>, index: usize) -> Option<Fault> {
    let next = tokens.near(index, 1).filter(|_| tokens[index].is_word("return"))?;
    let last = next.partner.unwrap_or(index + 1);
    let function = next.is_word("function") || tokens.sign_near(last, 1, "=>");
    let message = "a function of AppSync cannot return a function";
    function.then(|| Fault::new(tokens[index].at, message).hint("return what that function would"))
}

fn sorted(tokens: &Tokens<'_>, index: usize) -> Option<Fault> {
    let sort = tokens[index].kind == Kind::Property && tokens[index].text == "sort";
    let method = sort && (tokens.sign_near(index, -1, ".") || tokens.sign_near(index, -1, "?."));
    let ordered = method && tokens.sign_near(index, 1, "(") && !tokens.sign_near(index, 2, ")");
    let hint = "sort in the data source, such as by the sort key of a table";
    ordered.then(|| Fault::new(tokens[index].at, "AppSync has no order for `sort` but its own").hint(hint))
}
