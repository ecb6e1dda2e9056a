"""The filter language: an expression enters, a function leaves that tells whether a document fits.

    auth == mutual and server.port == 8443
    sni ~ "*.example.com" and not (version >= "TLS 1.2")
    client in 10.0.0.0/8 or outcome in (failed, incomplete)

A field is a dotted path of the document or an alias; a path through a list means any element, and `!=` that
none is equal. A field alone is true where it is there and not empty. Case does not matter.
"""

import fnmatch
import re
from collections.abc import Callable
from typing import NamedTuple, NoReturn

from tlsscope.errors import TlsscopeError

from .fields import Field, UnknownFieldError, Value, field, near, network, version_name, version_rank, within

Test = Callable[[object], bool]
DEEPEST = 50  # nested parentheses and `not`s

_TOKEN = re.compile(
    r"""\s*(?: (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
             | (?P<sign>==|!=|<=|>=|<|>|~|=|\(|\)|\[|\]|,|&&|\|\||!)
             | (?P<word>[^\s"'()\[\],=<>~!&|]+) )""",
    re.VERBOSE,
)
_SPELLINGS = {"&&": "and", "||": "or", "!": "not", "=": "==", "[": "(", "]": ")"}
_COMPARISONS = ("==", "!=", "<", "<=", ">", ">=", "~", "in", "contains")
_CONSTANTS: dict[str, Value] = {"true": True, "false": False, "null": None, "none": None}
_NUMBER = re.compile(r"-?\d+(\.\d+)?$")


class FilterError(TlsscopeError):
    """A filter that cannot be read: one line, with the position."""


class Token(NamedTuple):
    """One word, sign or quoted text; `at` counts characters from 1."""

    kind: str
    text: str
    at: int


class Literal(NamedTuple):
    """A value to compare with: what it says as a number or constant, and as it was written."""

    value: Value
    text: str
    at: int


def compile_filter(text: str) -> Test:
    """Read an expression; every mistake in it is found here, none later."""
    return _Parser(text).whole()


class _Parser:
    """Recursive descent over the tokens: or, and, not, comparison."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._next = 0
        self._depth = 0

    def whole(self) -> Test:
        test = self._either()
        if self._token.kind != "end":
            _fail(f'"and" or "or" expected, not "{self._token.text}"', self._token.at)
        return test

    def _either(self) -> Test:
        tests = [self._all()]
        while self._took("or"):
            tests.append(self._all())
        return tests[0] if len(tests) == 1 else lambda document: any(test(document) for test in tests)

    def _all(self) -> Test:
        tests = [self._one()]
        while self._took("and"):
            tests.append(self._one())
        return tests[0] if len(tests) == 1 else lambda document: all(test(document) for test in tests)

    def _one(self) -> Test:
        self._depth += 1
        if self._depth > DEEPEST:
            _fail(f"nested deeper than {DEEPEST}", self._token.at)
        test = self._inner()
        self._depth -= 1
        return test

    def _inner(self) -> Test:
        if self._took("not"):
            return _negated(self._one())
        if not self._took("("):
            return self._comparison()
        test = self._either()
        self._expect(")")
        return test

    def _comparison(self) -> Test:
        token = self._take()
        if token.kind != "word":
            _fail(f'a field expected, not "{token.text}"' if token.text else "a field expected", token.at)
        where = _field(token)
        if self._took("not"):
            self._expect("in")
            return _negated(self._membership(where))
        if self._token.text not in _COMPARISONS or self._token.kind == "text":
            return lambda document: any(map(_there, where.values(document)))
        sign = self._take().text
        if where.whole:
            _fail(f"{where.path} is an object: name one of its fields", token.at)
        return self._membership(where) if sign == "in" else _compared(where, sign, self._literal())

    def _membership(self, where: Field) -> Test:
        if not self._took("("):
            return _equal(where, self._literal())
        tests = [_equal(where, self._literal())]
        while self._took(","):
            tests.append(_equal(where, self._literal()))
        self._expect(")")
        return lambda document: any(test(document) for test in tests)

    def _literal(self) -> Literal:
        token = self._take()
        if token.kind == "text":
            return Literal(token.text, token.text, token.at)
        if token.kind != "word":
            _fail("a value expected", token.at)
        if token.text.lower() in _CONSTANTS:
            return Literal(_CONSTANTS[token.text.lower()], token.text, token.at)
        number = float(token.text) if _NUMBER.match(token.text) else token.text
        return Literal(number, token.text, token.at)

    @property
    def _token(self) -> Token:
        return self._tokens[self._next]

    def _take(self) -> Token:
        token = self._token
        self._next = min(self._next + 1, len(self._tokens) - 1)
        return token

    def _took(self, text: str) -> bool:
        if self._token.kind == "text" or self._token.text.lower() != text:
            return False
        self._take()
        return True

    def _expect(self, text: str) -> None:
        if not self._took(text):
            _fail(f'"{text}" expected', self._token.at)


def _tokens(text: str) -> list[Token]:
    tokens, position = [], 0
    while text[position:].strip():
        found = _TOKEN.match(text, position)
        if found is None:
            at = position + len(text[position:]) - len(text[position:].lstrip())
            _fail(f"cannot read {text[at : at + 12]!r}", at + 1)
        kind = str(found.lastgroup)
        raw = found[kind]
        said = re.sub(r"\\(.)", r"\1", raw[1:-1]) if kind == "text" else _SPELLINGS.get(raw, raw)
        tokens.append(Token(kind, said, found.start(kind) + 1))
        position = found.end()
    return [*tokens, Token("end", "", len(text) + 1)]


def _field(token: Token) -> Field:
    try:
        return field(token.text.lower())
    except UnknownFieldError as error:
        hint = f"did you mean {' or '.join(error.near)}?" if error.near else "`tlsscope schema` lists them"
        _fail(f'unknown field "{token.text}"; {hint}', token.at)


def _compared(where: Field, sign: str, literal: Literal) -> Test:
    if sign == "==":
        return _equal(where, literal)
    if sign == "!=":
        return _negated(_equal(where, literal))
    if sign == "~":
        fits = re.compile(fnmatch.translate(literal.text.lower())).match
        return lambda document: any(v is not None and fits(str(v).lower()) for v in where.values(document))
    if sign == "contains":
        part = literal.text.lower()
        return lambda document: any(v is not None and part in str(v).lower() for v in where.values(document))
    return _ordered(where, sign, literal)


def _equal(where: Field, literal: Literal) -> Test:
    wanted, text = literal.value, literal.text.lower()
    if where.words is not None and wanted is not None and text not in where.words:
        likely = near(text, list(where.words)) or list(where.words)
        _fail(f'{where.path} is never "{literal.text}"; did you mean {" or ".join(likely)}?', literal.at)
    if wanted is None or isinstance(wanted, bool):
        return lambda document: _sole(where, document, wanted)
    if where.steps[-1][0] == "ip":
        return _in_network(where, literal)
    if where.order is version_rank:
        name = version_name(text)
        return lambda document: any(version_name(str(value)) == name for value in where.values(document))
    return lambda document: any(_same(value, wanted, text) for value in where.values(document))


def _in_network(where: Field, literal: Literal) -> Test:
    net = network(literal.text)
    if net is None:
        _fail(f'"{literal.text}" is no address or network', literal.at)
    return lambda document: any(within(value, net) for value in where.values(document))


def _ordered(where: Field, sign: str, literal: Literal) -> Test:
    limit = where.order(literal.value)
    if limit is None:
        _fail(f'{where.path} has no order with "{literal.text}"', literal.at)

    def test(document: object) -> bool:
        return any(_before(where.order(value), sign, limit) for value in where.values(document))

    return test


def _before(value: float | str | None, sign: str, limit: float | str) -> bool:
    if isinstance(value, float) and isinstance(limit, float):
        return _ranked(value - limit, sign)
    if isinstance(value, str) and isinstance(limit, str):
        return _ranked((value > limit) - (value < limit), sign)
    return False


def _ranked(difference: float, sign: str) -> bool:
    if difference == 0:
        return sign in ("<=", ">=")
    return sign[0] == ("<" if difference < 0 else ">")


def _sole(where: Field, document: object, wanted: Value) -> bool:
    found = list(where.values(document)) or [None]
    return any(value is wanted for value in found)


def _same(value: Value, wanted: Value, text: str) -> bool:
    return value == wanted if isinstance(value, int | float) else value is not None and value.lower() == text


def _there(value: object) -> bool:
    return value is not None and value is not False and value != {}


def _negated(test: Test) -> Test:
    return lambda document: not test(document)


def _fail(problem: str, at: int) -> NoReturn:
    raise FilterError(f"filter: {problem} (at character {at})")
