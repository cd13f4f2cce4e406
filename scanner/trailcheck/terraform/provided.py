"""Provider configurations that a module has not, or may not have.

One with an alias is there only where a provider block declares it, or a caller passes it; and what
is passed on must be there, with an alias or without. A module with a provider block of its own is
called once, and is passed nothing for that. Terraform looks at all modules that are called,
whatever instances they have. Source: Terraform, `validateProviderConfigs` and
`ProviderConfigTransformer`; compared with 1.11 on random configurations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.errors import Diagnostic, Impact
from trailcheck.record import NamedTuple
from trailcheck.terraform import ast
from trailcheck.terraform.called import EXPANDING
from trailcheck.terraform.passing import pairs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trailcheck.source import Span
    from trailcheck.terraform.called import Called
    from trailcheck.terraform.circles import Orders
    from trailcheck.terraform.config import ModuleConfig
    from trailcheck.terraform.passing import Key, Providers

_WANTED = b"configuration_aliases"
_ASSIGNED = (b"=", b":", b"/")
"""What may follow the name of an argument; a comment may stand before it."""
_ENDS = frozenset({",", "}", "},"})
_ODD = '#/"$['
"""Signs of what `providers` may hold beside names."""


class _Module(NamedTuple):
    """A module where it is called, its provider configurations, and those that it is passed."""

    called: Called
    own: Providers
    passed: dict[Key, Span]
    asks: bool
    """Whether it is called by nobody here, and may be a module for others all the same."""

    def has(self, key: Key, span: Span) -> bool:
        """Tell whether there may be such a configuration for who names it."""
        if key in self.own.declared or key in self.passed:
            return True
        if self.asks and not key[1]:
            self.passed[key] = span
            return True
        return self.called.parent is None and not key[1] and key in self.own.wanted


class Provided:
    """Looks at trees of modules; what a directory says is kept for all its calls and roots."""

    def __init__(self, orders: Orders) -> None:
        self._orders = orders
        self._speaks: dict[ModuleConfig, bool] = {}
        self._pairs: dict[tuple[ModuleConfig, str], list[tuple[str, str, Span]]] = {}
        self._chosen: dict[ModuleConfig, dict[Key, ast.Block]] = {}
        self._sound: dict[ModuleConfig, frozenset[Key]] = {}
        """Modules in and below which nothing is refused wherever they are passed that, or more."""

    def refusals(self, root: Called, configs: Iterable[ModuleConfig]) -> list[Diagnostic]:
        """Return what Terraform refuses of provider configurations in a root and all it calls."""
        found: list[Diagnostic] = []
        blocks = (config.providers for config in configs if config is not root.config)
        if any(blocks) or any(map(self._speaks_of_any, configs)):
            self._look(root, {}, found)
        return found

    def _speaks_of_any(self, config: ModuleConfig) -> bool:
        """Tell whether a module may use, pass or want a configuration of somebody's choice."""
        if config not in self._speaks:
            texts = [source.data for source in config.sources]
            said = any(_WANTED in text or _assigns(text, b's" \t\r\n') for text in texts)
            self._speaks[config] = said
        return self._speaks[config]

    def _look(self, called: Called, passed: dict[Key, Span], found: list[Diagnostic]) -> bool:
        """Add what is refused in a module that is passed some configurations, and below it.

        Tell whether all is sound wherever the module is called so.
        """
        config, own = called.config, self._orders.providers(called.config)
        asks = called.parent is None and not called.is_applied
        if asks:
            passed.update(own.wanted)
        if called.parent is not None or asks:
            known = self._sound.get(config)
            if known is not None and known <= passed.keys():
                return True
        before = len(found)
        module = _Module(called, own, passed, asks)
        if not config.model:
            found += self._inside(module)
        sound = (asks or called.parent is not None) and not (config.model or own.configured)
        for name, block in config.calls.items():
            given: dict[Key, Span] = {}
            child = called.child(name)
            passed_on = self._passed(config, name)
            if passed_on:
                found += self._call(module, name, child, passed_on, given)
            if child is None or block.source is None or block.source[0] != ".":
                sound = False
            if child is not None:
                known = self._sound.get(child.config)
                if known is None or not known <= given.keys():
                    sound &= self._look(child, given, found)
        if sound and len(found) == before:
            self._sound[config] = frozenset(passed)
            return True
        return False

    def _inside(self, module: _Module) -> Iterator[Diagnostic]:
        """Yield what is wrong with a module itself, and with how it is called."""
        called = module.called
        if called.call is not None:
            yield from self._entered(module, called.call)
        elif called.is_applied:
            yield from _undeclared(module.own)
        for key, block in self._chosen_in(called.config, module.own).items():
            if not module.has(key, block.header):
                kind = () if block.type == "resource" else (block.type,)
                what = f"{'.'.join((*kind, *block.labels))} uses the provider {_name(key)}"
                yield _refused(block.header, f"{what}, which is not declared")

    def _entered(self, module: _Module, call: ast.Block) -> Iterator[Diagnostic]:
        """Yield what is wrong with a call for the provider configurations of the module itself."""
        name, own = f"module.{call.labels[0]}", module.own
        if own.configured and _is_numbered(module.called):
            what = f"{name} has a provider block, which count, for_each and depends_on do not allow"
            yield _refused(call.header, what)
        for key, span in module.passed.items():
            if key in own.configured:
                yield _refused(span, f"{name} is passed the provider {_name(key)}, and has its own")
        for key in own.wanted:
            if key[1] and key not in own.configured and key not in module.passed:
                yield _refused(call.header, f"{name} is not passed the provider {_name(key)}")

    def _call(
        self,
        module: _Module,
        name: str,
        child: Called | None,
        pairs: list[tuple[str, str, Span]],
        given: dict[Key, Span],
    ) -> Iterator[Diagnostic]:
        """Yield what is wrong with what a call passes, and put that where the child finds it."""
        theirs = self._orders.providers(child.config) if child is not None else None
        for inside, outside, span in pairs:
            key = module.own.key(outside)
            if outside not in module.called.config.providers and not module.has(key, span):
                what = f"module.{name} is passed the provider {_name(key)}"
                yield _refused(span, f"{what}, which is not declared")
            if theirs is None or child is None or child.config.model:
                continue
            wanted = theirs.key(inside)
            if wanted[0] != key[0]:
                yield _refused(span, f"module.{name} is passed {key[0]} for {wanted[0]}")
            elif wanted in given:
                yield _refused(span, f"module.{name} is passed two providers {_name(wanted)}")
            given[wanted] = span

    def _passed(self, config: ModuleConfig, call: str) -> list[tuple[str, str, Span]]:
        """Return what a call passes; its body is not read where its text tells."""
        known = (config, call)
        if known not in self._pairs:
            block = config.calls[call]
            text = _said(block)
            plain = _plain(text) if text is not None else None
            if plain is None:
                self._pairs[known] = pairs(block)
            else:
                self._pairs[known] = [(*each, block.header) for each in plain]
        return self._pairs[known]

    def _chosen_in(self, config: ModuleConfig, own: Providers) -> dict[Key, ast.Block]:
        """Return the configurations with an alias that a module uses, and where each first is."""
        if config not in self._chosen:
            found: dict[Key, ast.Block] = {}
            if any(_assigns(source.data, b'" \t\r\n') for source in config.sources):
                tables = (config.resources, config.data, config.checked, config.ephemeral)
                for table in tables:
                    for (type_, _), block in table.items():
                        key = own.used(type_, block)
                        if key[1]:
                            found.setdefault(key, block)
            self._chosen[config] = found
        return self._chosen[config]


def _assigns(text: bytes, between: bytes) -> bool:
    """Tell whether a text may set an argument called `provider`, or as it goes on."""
    rest = iter(text.split(b"provider"))
    next(rest)
    return any(after.lstrip(between)[:1] in _ASSIGNED for after in rest)


def _said(call: ast.Block) -> str | None:
    """Return the text of `providers` in a call, empty without; None if only its body tells."""
    if call.whole is None:
        return None
    source, start, end = call.whole
    data = source.data
    at = data.find(b"providers", start, end)
    if at < 0:
        return ""
    before = data[start:at]
    line = before[before.rfind(b"\n") + 1 :]
    alone = data.find(b"providers", at + 1, end) < 0 and b"/*" not in before and b"<<" not in before
    if line.strip() or not alone or before.count(b"{") - before.count(b"}") != 1:
        return None
    return data[at : data.find(b"}", at, end) + 1].decode("utf-8", "replace")


def _plain(text: str) -> list[tuple[str, str]] | None:
    """Return what the text of `providers` passes, or of none; None if that is not plain names."""
    words = [word.rstrip(",") for word in text.split() if word not in _ENDS]
    if (
        words[:1] not in ([], ["providers"])
        or words[2:3] not in ([], ["{"], ["{}"])
        or words[1::3].count("=") * 3 != len(words)
    ):
        return None
    if any(sign in text for sign in _ODD):
        return None
    return list(zip(words[3::3], words[5::3], strict=True))


def _is_numbered(called: Called) -> bool:
    """Tell whether a call on the way says how often a module is made, or what is before it."""
    while called.parent is not None and called.call is not None:
        said = map(called.call.body.argument, EXPANDING)
        if any(a is not None and not _is_empty(a.expression) for a in said):
            return True
        called = called.parent
    return False


def _undeclared(own: Providers) -> Iterator[Diagnostic]:
    """Yield the configurations that a root says its callers must pass, and has none of."""
    for key, span in own.wanted.items():
        if key[1] and key not in own.declared:
            yield _refused(span, f"nobody passes the root the provider {_name(key)}")


def _is_empty(expression: ast.Expression) -> bool:
    return isinstance(expression, ast.TupleExpression) and not expression.items


def _name(key: Key) -> str:
    """Return a configuration's name, as nearly all code calls its provider."""
    name = key[0].rpartition("/")[2]
    return f"{name}.{key[1]}" if key[1] else name


def _refused(span: Span, what: str) -> Diagnostic:
    detail = "Nothing of this root can be deployed as it is."
    return Diagnostic(
        f"Terraform would refuse this: {what}", detail, span.source.path, span, Impact.REFUSED
    )
