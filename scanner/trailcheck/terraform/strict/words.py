"""What a refusal says: the character or word that stands there, and what HCL wants instead."""

from __future__ import annotations

import re

from trailcheck.terraform.strict.patterns import FREE, IDENT, SKIP, SKIP_INLINE, Refusal

_TOKEN = rf"{IDENT}|[0-9][0-9.]*|[$%]\{{|==|!=|<=|>=|=>|&&|\|\||::|\.\.\.|\*\*|<<-?\w*|~\}}|(?s:.)"
_FOR_PART = rf"{FREE}({IDENT})?{FREE}(?:(,){FREE}({IDENT})?)?"
_LONGEST = 40

_STRANGE = {
    "'": "Strings take double quotes in HCL.",
    "`": "Strings take double quotes in HCL, and text of several lines is a heredoc (<<-EOT).",
    ";": "Arguments are separated by line breaks, items of lists and objects by commas.",
    "&": 'The logical "and" is &&; there are no operators on bits.',
    "|": 'The logical "or" is ||; there are no operators on bits and no pipes.',
    "^": "There are no operators on bits; pow(a, b) raises to a power.",
    "~": "It belongs to the markers of templates only: ${~ and ~}.",
    "**": "There is no such operator; pow(a, b) raises to a power.",
    "@": "There are no such names; text takes double quotes.",
    "$": "A reference has no sign before its name: var.name.",
    "${": "It belongs in text only; here a reference is written alone: var.name.",
    "\\": "A line cannot be continued with it; between ( ) an expression may take several lines.",
    "\N{LEFT DOUBLE QUOTATION MARK}": 'Curly quotes come from word processors; write " instead.',
    "\N{RIGHT DOUBLE QUOTATION MARK}": 'Curly quotes come from word processors; write " instead.',
    "\N{LEFT SINGLE QUOTATION MARK}": 'Curly quotes come from word processors; strings take ".',
    "\N{RIGHT SINGLE QUOTATION MARK}": 'Curly quotes come from word processors; strings take ".',
    "\N{NO-BREAK SPACE}": "It looks like a space but is none; type the space again.",
    "\r": "It ends no line on its own; save the file with the line ends of Unix or Windows.",
    "\ufeff": "It is an invisible mark that may only open a file; delete it.",
}
_CLOSER = {"{": "}", "[": "]", "(": ")", "${": "}", "%{": "}"}


def found(text: str, at: int) -> tuple[str, int]:
    """Return words for the token at an offset, and where it ends."""
    if at >= len(text):
        return "the end of the file", at
    if text.startswith(("\n", "\r\n", "#", "//"), at):
        return "the end of the line", at + 1
    token = re.compile(_TOKEN).match(text, at)
    said = token[0] if token is not None else text[at]
    if not said.isprintable():
        return f"the character U+{ord(said[0]):04X}", at + 1
    if said == '"':
        return "a quote", at + 1
    shown = said if len(said) <= _LONGEST else said[:_LONGEST] + "..."
    return f'"{shown}"', at + len(said)


def strange(text: str, at: int) -> Refusal | None:
    """Refuse a character or operator that HCL does not have, with what may have been meant."""
    if at >= len(text) or text.startswith(("&&", "||", "~}", "\r\n"), at):
        return None
    if text.startswith("/*", at):
        return Refusal("this comment never ends", "End it with */.", at, at + 2)
    said = text[at]
    if said == "*" and "**" in text[max(at - 1, 0) : at + 2]:
        at, said = (at if text.startswith("**", at) else at - 1), "**"
    elif text.startswith("${", at):
        said = "${"
    advice = _STRANGE.get(said)
    shown = f'"{said}"' if said.isprintable() else f"the character U+{ord(said):04X}"
    if advice is None:
        if said in "\t\n" or (said.isascii() and said.isprintable()):
            return None
        if not said.isascii() and ("a" + said).isidentifier():
            return None
        advice = "Outside strings and comments HCL has letters, digits and its own signs only."
    return Refusal(f"{shown} has no meaning here", advice, at, at + len(said))


def expected(wanted: str, detail: str, text: str, at: int, *, lines: bool = True) -> Refusal:
    """Refuse what stands at or after `at`: say what was expected and what was found."""
    at = here(text, at, lines=lines)
    odd = strange(text, at)
    if odd is not None:
        return odd
    said, end = found(text, at)
    return Refusal(f"expected {wanted}, found {said}", detail, at, end)


def here(text: str, at: int, *, lines: bool) -> int:
    """Return where the next token starts; line breaks count as tokens if `lines`."""
    skip = SKIP_INLINE if lines else SKIP
    match = skip.match(text, at)
    return match.end() if match is not None else at


def never_closed(text: str, at: int, suspect: int | None = None) -> Refusal:
    """Refuse an opening bracket that the end of the file leaves open."""
    said = text[at : at + 2] if text.startswith(("${", "%{"), at) else text[at]
    closer = _CLOSER.get(said, said)
    detail = f"No {closer} closes it before the end of the file; one may be missing further down."
    if suspect is not None:
        line = _line(text, suspect)
        detail = (
            f"No {closer} closes it. Line {line} starts a block at the margin: "
            "one is probably missing before it."
        )
    return Refusal(f"this {said} is never closed", detail, at, at + len(said))


_AFTER = {
    "[": ('"," or "]" after this item', "Items of a list are separated by commas."),
    "call": ('"," or ")" after this argument', "Arguments of a call are separated by commas."),
    "(": ('")"', "What stands between brackets is one expression."),
    "index": ('"]"', "An index holds one expression."),
    "key": (
        '"=" after this key',
        'Members of an object are key = value; a key with dots or spaces takes quotes: "a.b" = 1.',
    ),
    "{": (
        "a comma or a new line after this value",
        "Members of an object are separated by commas or line breaks.",
    ),
    "${": (
        '"}" at the end of this interpolation',
        "It holds one expression. For a literal ${, in a shell script for example, write $${.",
    ),
    "%{": ('"}" at the end of this directive', "For a literal %{ write %%{."),
    "for [": ('":" after the collection', "Write [for item in list : result]."),
    "for {": ('":" after the collection', "Write {for key, value in map : key => result}."),
    "result": ('"if" or "]" after the result', "Write [for item in list : result if condition]."),
    "for key": ('"=>" after the key', "Write {for key, value in map : key => result}."),
    "value": (
        '"if" or "}" after the result',
        "Write {for key, value in map : key => result if condition}.",
    ),
    "if [": ('"]" after the condition', "The condition is the last part of a for expression."),
    "if {": ('"}" after the condition', "The condition is the last part of a for expression."),
    "?": ('":" and a second value', "Write condition ? value : other."),
}


def unexpected(kind: str, opened: int, text: str, at: int, *, lines: bool) -> Refusal:
    """Refuse what follows an operand inside a bracket of some kind, opened at an offset."""
    at = here(text, at, lines=lines)
    if at >= len(text) and kind != "?":
        return never_closed(text, opened)
    if text.startswith('"', at) and kind == "${":
        detail = (
            "Its } must come before the quote that ends the string; quotes inside it go in pairs."
        )
        return Refusal("this ${ is never closed", detail, opened, opened + 2)
    if (mismatch := wrong_closer(kind, opened, text, at)) is not None:
        return mismatch
    wanted, detail = _AFTER[kind]
    if kind == "${" and text.startswith(":", at):
        detail = "For a literal ${...}, as other languages have it, write $${...}."
    if kind == "key" and text.startswith("=>", at):
        detail = "Members of an object are written key = value; => belongs to for expressions."
    if text.startswith("::", at):
        detail = PROVIDER_FUNCTION
    first, line = _line(text, opened), _line(text, at)
    if first != line:
        sign = found(text, opened)[0]
        detail += f" The {sign} stands on line {first}."
    return expected(wanted, detail, text, at, lines=lines)


def no_value(kind: str, opened: int, text: str, at: int, *, lines: bool) -> Refusal:
    """Refuse what stands where a value must start."""
    at = here(text, at, lines=lines)
    if at >= len(text) and kind not in ("", "?"):
        return never_closed(text, opened)
    odd = strange(text, at) or wrong_closer(kind, opened, text, at)
    if odd is not None:
        return odd
    detail = "A value is a string, number, list, object, reference or function call."
    if text.startswith(("\n", "\r\n", "#", "//"), at):
        detail = "The value must start on this line; between ( ) it may go on over several lines."
    elif text.startswith("<<", at):
        detail = (
            "A heredoc starts with << or <<- and a word, and nothing else follows on that line."
        )
    elif text.startswith(",", at):
        detail = "There is a comma too many, or the value before it is missing."
    elif text.startswith(".", at):
        detail = "A name is missing before the dot."
        if text[at + 1 : at + 2].isdigit():
            detail = "A number starts with a digit: 0.5."
    elif text.startswith("}", at) and kind == "${":
        detail = "An interpolation holds an expression. For a literal ${ write $${."
    elif text.startswith("=", at):
        detail = "There is an equals sign too many: equality is ==, and =< and =! do not exist."
    elif text.startswith("?", at):
        detail = "There is no ?? operator; coalesce(a, b) takes the first that is not null."
    said, end = found(text, at)
    return Refusal(f"expected a value, found {said}", detail, at, end)


def wrong_closer(kind: str, opened: int, text: str, at: int) -> Refusal | None:
    """Refuse a closing bracket of another sort than the bracket that is open."""
    sign = text[opened : opened + 1]
    if kind in ("", "?") or sign not in _CLOSER or text[at : at + 1] not in (")", "]", "}"):
        return None
    if text[at] == _CLOSER[sign]:
        return None
    summary = f"this {text[at]} does not close the {sign} of line {_line(text, opened)}"
    return Refusal(summary, "A bracket between them is missing, or one too many.", at, at + 1)


def bad_for(text: str, at: int) -> Refusal:
    """Refuse the start of a for expression or directive, past its `for`."""
    detail = "Write for item in list, or for key, value in map."
    match = re.compile(_FOR_PART).match(text, at)
    assert match is not None
    if match[1] is None or (match[2] is not None and match[3] is None):
        return expected("a name", detail, text, match.end(), lines=False)
    return expected('"in"' if match[2] else '"," or "in"', detail, text, match.end(), lines=False)


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


PROVIDER_FUNCTION = (
    "A function of a provider is called with brackets: provider::name::function(...)."
)
AFTER_ARGUMENT = "Each argument stands on a line of its own."
AFTER_BLOCK = "Nothing but a comment may follow the } of a block on its line."
ONE_LINE = "On one line a block holds one argument at most; give each argument a line of its own."


def no_item(text: str, at: int, after: int | None = None) -> Refusal:
    """Refuse what is neither an argument nor a block, or the name at `at` with what follows it."""
    if after is not None:
        odd = strange(text, after)
        if odd is not None:
            return odd
        name, end = found(text, at)
        detail = "Write name = value for an argument, or name { ... } for a block."
        if text.startswith(":", after):
            detail = "Arguments are set with =, not with a colon."
        elif text.startswith("==", after):
            detail = "Arguments are set with one =; == compares."
        elif text.startswith((".", "["), after):
            detail = (
                "Only a plain name can be set; there are no assignments to a part of something."
            )
        elif text.startswith("(", after):
            detail = "A function can be called in the value of an argument only."
        elif text.startswith(("+=", "-="), after):
            detail = "Arguments are set once, with =."
        return Refusal(f"{name} is neither an argument nor a block", detail, at, end)
    if text.startswith('"', at):
        detail = "Write the name of the argument without quotes."
        return Refusal("the name of an argument takes no quotes", detail, at, at + 1)
    if text.startswith(("}", "]", ")"), at):
        detail = "It is one too many, or something before it was closed too early."
        return Refusal(f"this {text[at]} closes nothing", detail, at, at + 1)
    detail = "Write name = value for an argument, or name { ... } for a block."
    return expected("an argument or a block", detail, text, at)


def bad_header(text: str, start: int, at: int) -> Refusal:
    """Refuse what follows the name and labels of a block that starts at `start`."""
    name = found(text, start)[0]
    if text.startswith("=", at):
        detail = (
            f"{name} is followed by a label as a block is; an argument is one word, = and a value."
        )
        return Refusal('expected a label or "{", found "="', detail, at, at + 1)
    detail = (
        f"A block is written {name[1:-1]} {{ with the brace on the line of its name and labels."
    )
    return expected('a label or "{"', detail, text, at)


def not_one_line(text: str, at: int, brace: int) -> Refusal:
    """Refuse what follows the argument of a block that goes on on the line of its brace."""
    if at >= len(text):
        return never_closed(text, brace)
    return expected('"}" after the only argument of this line', ONE_LINE, text, at)


def not_at_end(text: str, at: int, what: str, advice: str) -> Refusal:
    """Refuse what follows an argument or block on its line."""
    at = here(text, at, lines=True)
    if text.startswith('"', at):
        advice += " There is a quote too many, or one is missing before it."
    elif text.startswith(",", at) and what == "this argument":
        advice = "Arguments end with their line and take no comma after them."
    elif text.startswith((")", "]", "}"), at) and what == "this argument":
        advice += f" No bracket is open that this {text[at]} could close."
    elif text.startswith("=", at):
        advice += " An argument is set once; == compares."
    elif text.startswith("::", at):
        advice = PROVIDER_FUNCTION
    return expected(f"a new line after {what}", advice, text, at)
