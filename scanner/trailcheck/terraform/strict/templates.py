"""The literal parts of quoted strings and heredocs, and the balance of their directives."""

from __future__ import annotations

from trailcheck.terraform.strict.operands import LONE_RETURN, QUOTED, SEQUENCE
from trailcheck.terraform.strict.patterns import Refusal

_ENDS = {"if": "endif", "else": "endif", "for": "endfor"}


class Template:
    """A string, heredoc or bare template that is being read."""

    __slots__ = ("closing", "closing_end", "directives", "fence", "opened", "quoted")

    def __init__(self, opened: int, *, quoted: bool = False, fence: str = "") -> None:
        """Start at the offset of the opening mark; a bare template has neither quote nor fence."""
        self.opened = opened
        self.quoted = quoted
        self.fence = fence
        self.directives: list[tuple[str, int]] = []
        self.closing = -1
        self.closing_end = -1

    def literal(self, text: str, at: int) -> tuple[int, str]:
        """Read literal text; return where it stops, and the `${` or `%{` there, or "" at the end.

        At the end of a string or heredoc, the offset is that after its closing mark.
        """
        if self.quoted:
            return self._quoted(text, at)
        limit = len(text)
        if self.fence:
            if self.closing < at:
                self._find_closing(text, at)
            limit = self.closing
        while (match := SEQUENCE.search(text, at, limit)) is not None:
            if match[1] is None:
                return match.start(), match[0]
            at = match.end()
        self.balance(limit)
        return (self.closing_end if self.fence else limit), ""

    def _quoted(self, text: str, at: int) -> tuple[int, str]:
        match = QUOTED.match(text, at)
        assert match is not None
        at = match.end()
        if text.startswith('"', at):
            self.balance(at)
            return at + 1, ""
        if text.startswith(("${", "%{"), at):
            return at, text[at : at + 2]
        if text.startswith("\\", at) and text[at + 1 : at + 2] not in ("", "\n", "\r"):
            raise _escape(text, at)
        line = max(self.opened, text.rfind("\n", 0, at) + 1)
        raise Refusal(
            "this string does not end on its line",
            'Close it with ", or write a heredoc (<<-EOT) for text of several lines.',
            line,
            at,
        )

    def _find_closing(self, text: str, at: int) -> None:
        """Find the line that ends a heredoc. It does not count unless text starts the line."""
        start = at if text.startswith("\n", at - 1) else _next_line(text, at)
        while start >= 0:
            hit = text.find(self.fence, start)
            if hit < 0:
                break
            begin = max(text.rfind("\n", start, hit) + 1, start)
            stop = text.find("\n", hit)
            if stop < 0:
                break
            if text[begin:stop].strip() == self.fence:
                self.closing = begin
                self.closing_end = stop - 1 if text[stop - 1] == "\r" else stop
                if (lone := LONE_RETURN.search(text, at, stop + 1)) is not None:
                    detail = "Save the file with the line ends of Unix or Windows."
                    raise Refusal(
                        "the character U+000D ends no line on its own",
                        detail,
                        lone.start(),
                        lone.end(),
                    )
                return
            start = stop + 1
        detail = "End it with its own word on a line of its own, and a line break after that."
        end = text.find("\n", self.opened)
        raise Refusal(
            f"no line says {self.fence} alone to end this heredoc", detail, self.opened, end
        )

    def directive(self, word: str, at: int) -> None:
        """Take note of a directive at an offset. Raises Refusal if none before it fits."""
        if word in ("if", "for"):
            self.directives.append((word, at))
            return
        last = self.directives[-1][0] if self.directives else ""
        if word == "else" and last == "if":
            self.directives[-1] = ("else", self.directives[-1][1])
        elif word != "else" and _ENDS.get(last) == word:
            self.directives.pop()
        else:
            wanted = f"%{{ {_ENDS[last]} }}" if last else "%{ if ... } or %{ for ... } before it"
            raise Refusal(f"this {word} belongs to nothing", f"Expected {wanted}.", at, at + 2)

    def balance(self, at: int) -> None:
        """Hold that every directive has its end where the template ends. Raises Refusal if not."""
        if self.directives:
            word, start = self.directives[-1]
            said = "if" if word == "else" else word
            detail = f"A %{{ {_ENDS[word]} }} is missing before the end of this string."
            raise Refusal(f"this %{{ {said} }} is never ended", detail, start, min(start + 2, at))


def label_end(text: str, at: int) -> int:
    """Read the quoted label whose quote stands at `at`; return where it ends."""
    end, mark = Template(at, quoted=True).literal(text, at + 1)
    if mark:
        sign = mark[0]
        detail = f"They hold no templates; a literal {mark} is written {sign}{mark}."
        raise Refusal("labels are plain text", detail, end, end + 2)
    return end


def _next_line(text: str, at: int) -> int:
    stop = text.find("\n", at)
    return stop + 1 if stop >= 0 else -1


def _escape(text: str, at: int) -> Refusal:
    letter = text[at + 1]
    if letter in "uU":
        digits = 4 if letter == "u" else 8
        said = text[at : at + 2 + digits].split('"', 1)[0].split("\n", 1)[0]
        detail = (
            f"\\{letter} takes {digits} hexadecimal digits, and they must be those of a character."
        )
    else:
        said = text[at : at + 2]
        detail = (
            f'Write \\{said} for a backslash; escapes are \\n \\r \\t \\" \\\\ \\uXXXX \\UXXXXXXXX.'
        )
    return Refusal(f"{said} is not an escape in HCL", detail, at, at + len(said))
