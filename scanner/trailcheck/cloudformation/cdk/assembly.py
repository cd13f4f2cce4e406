"""What a cloud assembly of the AWS CDK says: the stacks, and where and how each is deployed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailcheck.errors import Diagnostic, Impact
from trailcheck.graph import Place
from trailcheck.record import NamedTuple
from trailcheck.value import Known

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from trailcheck.cloudformation.cdk.constructs import Constructs
    from trailcheck.source import Span


class Deployment(NamedTuple):
    """One stack as the assembly deploys it."""

    assembly: str
    """The directory of the whole assembly."""
    template: str
    """The file, relative to the repository."""
    id: str
    name: str
    """The stack's name in CloudFormation."""
    account: str | None
    """None: wherever the deployment's credentials lead."""
    region: str | None
    parameters: Mapping[str, str]
    constructs: Constructs
    refused: Callable[[], Iterator[Diagnostic]]
    """Reads the errors of the app for which the CDK does not deploy the stack."""
    assets: Mapping[str, str]
    """The files of assets by the keys under which they are stored for deployment."""
    span: Span
    """Where the manifest says in which environment it is, or its id there."""
    unread: tuple[Diagnostic, ...]
    """What of the manifest could not be understood, so that nothing passes."""

    @property
    def says(self) -> tuple[object, ...]:
        """What decides how the template is read."""
        return self.name, self.account, self.region, self.parameters

    def place(self, asked: Place) -> Place:
        """Return where the stack is deployed; `asked` is where nothing is stated."""
        account = asked.account if self.account is None else Known(self.account)
        region = asked.region if self.region is None else Known(self.region)
        return Place(account, region, asked.partition)

    def asset(self, tail: Sequence[str]) -> str | None:
        """Return the file that is stored where a URL ends in these components of its path."""
        keys = ("/".join(tail[start:]) for start in range(len(tail)))
        return next((self.assets[key] for key in keys if key in self.assets), None)

    def contradictions(self, asked: Place) -> Iterator[Diagnostic]:
        """Yield what the caller says and the manifest says otherwise."""
        for word, mine, theirs in (
            ("account", self.account, asked.account),
            ("Region", self.region, asked.region),
        ):
            if mine is not None and isinstance(theirs, Known) and theirs.data != mine:
                yield Diagnostic(
                    f"The stack {self.id} is deployed in {word} {mine}, not in {theirs.data}",
                    "The app states its environment. It is judged there, whatever was asked for.",
                    self.span.source.path,
                    self.span,
                    Impact.NOTICE,
                )


class Assembly(NamedTuple):
    """An assembly with all its stages."""

    directories: tuple[str, ...]
    """Its own directory, and those of its stages."""
    deployments: tuple[Deployment, ...]
    files: frozenset[str]
    """Every template and asset that it is made of."""
    diagnostics: tuple[Diagnostic, ...]
    whole: bool
    """Whether every manifest was understood and lists its assets, so that `files` lacks nothing."""


def by_template(assemblies: Iterable[Assembly]) -> dict[str, Deployment]:
    """Return what is known of the deployment of each template."""
    found: dict[str, Deployment] = {}
    for assembly in assemblies:
        for each in assembly.deployments:
            other = found.setdefault(each.template, each)
            if other.says != each.says:
                twice = Diagnostic(
                    f"{each.template} is deployed by {other.id} and by {each.id}",
                    "They differ, so that it is not settled what holds for its resources.",
                    each.span.source.path,
                    each.span,
                )
                found[each.template] = other._replace(unread=(*other.unread, twice))
    return found
