//! The parser: tokens into a [`Schema`], by the grammar of type definitions.
//!
//! It stops at the first mistake: what follows one is guesswork.

use super::Mistake;
use super::lexer::{Kind, Token, tokens};
use super::schema::{Directive, Field, Schema, Type, TypeKind, TypeUse, Value};

/// Lists of lists, and values in values, go no deeper.
const DEEPEST: usize = 64;
const DEFINITIONS: [&str; 9] =
    ["directive", "enum", "extend", "input", "interface", "scalar", "schema", "type", "union"];

/// The schema that the text defines.
pub(crate) fn parse(source: &str) -> Result<Schema<'_>, Mistake> {
    let mut parser = Parser { tokens: tokens(source)?, next: 0, end: source.len() };
    let mut schema = Schema::default();
    while parser.peek().is_some() {
        parser.definition(&mut schema)?;
    }
    Ok(schema)
}

struct Parser<'s> {
    tokens: Vec<Token<'s>>,
    next: usize,
    end: usize,
}

type Parsed<T> = Result<T, Mistake>;

impl<'s> Parser<'s> {
    fn peek(&self) -> Option<Token<'s>> {
        self.tokens.get(self.next).copied()
    }

    /// Takes the sign, if it is next.
    fn sign(&mut self, sign: &str) -> bool {
        let there = self.peek().is_some_and(|token| token.kind == Kind::Sign && token.text == sign);
        self.next += usize::from(there);
        there
    }

    /// Takes the word, if it is next.
    fn word(&mut self, word: &str) -> bool {
        let there = self.peek().is_some_and(|token| token.kind == Kind::Name && token.text == word);
        self.next += usize::from(there);
        there
    }

    fn expect(&mut self, sign: &str) -> Parsed<()> {
        if self.sign(sign) { Ok(()) } else { self.wanted(&format!("`{sign}`")) }
    }

    fn name(&mut self, what: &str) -> Parsed<Token<'s>> {
        match self.peek().filter(|token| token.kind == Kind::Name) {
            Some(token) => {
                self.next += 1;
                Ok(token)
            }
            None => self.wanted(what),
        }
    }

    fn wanted<T>(&self, what: &str) -> Parsed<T> {
        Err(match self.peek() {
            Some(Token { kind: Kind::Text, at, .. }) => {
                Mistake { at, message: format!("{what} is missing before this text") }
            }
            Some(token) => {
                Mistake { at: token.at, message: format!("{what} is missing before `{}`", token.text) }
            }
            None => Mistake { at: self.end, message: format!("{what} is missing at the end") },
        })
    }

    fn description(&mut self) {
        self.next += usize::from(self.peek().is_some_and(|token| token.kind == Kind::Text));
    }

    fn definition(&mut self, schema: &mut Schema<'s>) -> Parsed<()> {
        self.description();
        let extends = self.word("extend");
        let kind = match self.name("`type` or another definition")?.text {
            "schema" => return self.roots(schema),
            "directive" => return self.declared_directive(schema),
            "type" => TypeKind::Object,
            "interface" => TypeKind::Interface,
            "input" => TypeKind::Input,
            "union" => TypeKind::Union,
            "enum" => TypeKind::Enum,
            "scalar" => TypeKind::Scalar,
            _ => {
                self.next -= 1;
                return self.wanted("`type` or another definition");
            }
        };
        schema.types.push(self.type_definition(kind, extends)?);
        Ok(())
    }

    fn roots(&mut self, schema: &mut Schema<'s>) -> Parsed<()> {
        self.directives()?;
        self.expect("{")?;
        while !self.sign("}") {
            self.description();
            let operation = self.name("`query`, `mutation` or `subscription`")?;
            self.expect(":")?;
            schema.roots.push((operation.text, self.type_use()?));
        }
        Ok(())
    }

    /// `directive @name(…) repeatable on PLACE | PLACE`.
    fn declared_directive(&mut self, schema: &mut Schema<'s>) -> Parsed<()> {
        self.expect("@")?;
        schema.directives.push(self.name("the name of the directive")?.text);
        self.arguments()?;
        self.word("repeatable");
        if !self.word("on") {
            return self.wanted("`on`");
        }
        self.alternatives("where the directive may stand").map(drop)
    }

    fn type_definition(&mut self, kind: TypeKind, extends: bool) -> Parsed<Type<'s>> {
        let name = self.name("the name of the type")?;
        let mut uses = self.interfaces()?;
        let directives = self.directives()?;
        let mut fields = Vec::new();
        match kind {
            TypeKind::Object | TypeKind::Interface | TypeKind::Input if self.sign("{") => {
                fields = self.fields(kind)?
            }
            TypeKind::Union if self.sign("=") => uses = self.alternatives("a member of the union")?,
            TypeKind::Enum if self.sign("{") => self.enum_values()?,
            _ => {}
        }
        Ok(Type { kind, name: name.text, at: name.at, extends, uses, fields, directives })
    }

    /// `implements A & B`, or `A, B` as it once was.
    fn interfaces(&mut self) -> Parsed<Vec<TypeUse<'s>>> {
        let mut names = Vec::new();
        if self.word("implements") {
            self.sign("&");
            names.push(self.plain("the name of an interface")?);
            while self.sign("&") || self.continues_names() {
                names.push(self.plain("the name of an interface")?);
            }
        }
        Ok(names)
    }

    /// Whether a name comes next that does not start a definition: older schemas have no `&` between interfaces.
    fn continues_names(&self) -> bool {
        self.peek().is_some_and(|token| token.kind == Kind::Name && !DEFINITIONS.contains(&token.text))
    }

    fn fields(&mut self, kind: TypeKind) -> Parsed<Vec<Field<'s>>> {
        let mut fields = Vec::new();
        while fields.is_empty() || !self.sign("}") {
            self.description();
            let what = if self.peek().is_some() { "the name of a field" } else { "`}`" };
            let name = self.name(what)?;
            let arguments = if kind == TypeKind::Input { Vec::new() } else { self.arguments()? };
            fields.push(self.rest_of_field(name, arguments)?);
        }
        Ok(fields)
    }

    /// The type of a field or an argument, the value it has by default, its directives.
    fn rest_of_field(&mut self, name: Token<'s>, arguments: Vec<Field<'s>>) -> Parsed<Field<'s>> {
        self.expect(":")?;
        let of = self.type_use()?;
        if self.sign("=") {
            self.value(0)?;
        }
        let directives = self.directives()?;
        Ok(Field { name: name.text, at: name.at, arguments, of, directives })
    }

    fn arguments(&mut self) -> Parsed<Vec<Field<'s>>> {
        let mut arguments = Vec::new();
        if self.sign("(") {
            while !self.sign(")") {
                self.description();
                let name = self.name("the name of an argument, or `)`,")?;
                arguments.push(self.rest_of_field(name, Vec::new())?);
            }
        }
        Ok(arguments)
    }

    fn type_use(&mut self) -> Parsed<TypeUse<'s>> {
        let mut lists = 0;
        while self.sign("[") {
            lists += 1;
        }
        let mut of = self.plain("a type")?;
        self.sign("!");
        for _ in 0..lists {
            self.expect("]")?;
            self.sign("!");
        }
        of.lists = lists;
        Ok(of)
    }

    fn plain(&mut self, what: &str) -> Parsed<TypeUse<'s>> {
        let name = self.name(what)?;
        Ok(TypeUse { name: name.text, at: name.at, lists: 0 })
    }

    /// `A | B`, with a `|` in front if one likes.
    fn alternatives(&mut self, what: &str) -> Parsed<Vec<TypeUse<'s>>> {
        self.sign("|");
        let mut names = vec![self.plain(what)?];
        while self.sign("|") {
            names.push(self.plain(what)?);
        }
        Ok(names)
    }

    fn enum_values(&mut self) -> Parsed<()> {
        loop {
            self.description();
            self.name("a value of the enum")?;
            self.directives()?;
            if self.sign("}") {
                return Ok(());
            }
        }
    }

    fn directives(&mut self) -> Parsed<Vec<Directive<'s>>> {
        let mut directives = Vec::new();
        while self.sign("@") {
            let name = self.name("the name of a directive")?;
            let mut arguments = Vec::new();
            if self.sign("(") {
                while !self.sign(")") {
                    let argument = self.name("the name of an argument, or `)`,")?;
                    self.expect(":")?;
                    arguments.push((argument.text, self.value(0)?));
                }
            }
            directives.push(Directive { name: name.text, at: name.at, arguments });
        }
        Ok(directives)
    }

    fn value(&mut self, depth: usize) -> Parsed<Value<'s>> {
        let Some(token) = self.peek().filter(|_| depth < DEEPEST) else { return self.wanted("a value") };
        if self.sign("[") {
            return self.list(depth);
        }
        if self.sign("{") {
            return self.object(depth);
        }
        if token.kind == Kind::Sign {
            return self.wanted("a value");
        }
        self.next += 1;
        Ok(if token.kind == Kind::Text { Value::Text(token.text, token.at) } else { Value::Other })
    }

    fn list(&mut self, depth: usize) -> Parsed<Value<'s>> {
        let mut items = Vec::new();
        while !self.sign("]") {
            items.push(self.value(depth + 1)?);
        }
        Ok(Value::List(items))
    }

    fn object(&mut self, depth: usize) -> Parsed<Value<'s>> {
        while !self.sign("}") {
            self.name("the name of a field, or `}`,")?;
            self.expect(":")?;
            self.value(depth + 1)?;
        }
        Ok(Value::Other)
    }
}
