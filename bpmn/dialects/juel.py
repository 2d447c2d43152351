"""JUEL, the expressions ``${...}`` and ``#{...}`` of the Camunda 7 family, rewritten as FEEL.

Read are names, properties, indexes, literals, arithmetic, comparison, logic, ``empty``, the choice ``a ? b : c``,
common methods of texts, lists and maps, Flowable's functions about variables (``variables:get(name)``), what
``execution`` and ``environment`` know of variables, and texts with expressions inside (``PT${hours}H``). Other
methods, and functions, belong to Java beans of another server: they are refused by name. What is rewritten gives what
JUEL gives, with three differences: numbers are exact decimals, a name that is not set is null instead of an error, and
texts are never taken for numbers.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from bpmn.dialects.juel_methods import FUNCTIONS, LITERAL, METHODS, VARIABLE_FUNCTIONS, about_variable
from bpmn.errors import BpmnError

LENGTH: Final = 5_000
"""Most characters of one expression."""
DEEPEST: Final = 40
"""How deep it may be nested."""

_TOKEN: Final = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+)|(?P<name>[^\W\d][\w$]*)"
    r"|(?P<text>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")|(?P<sign>==|!=|<=|>=|&&|\|\||[-+*/%<>!?:.,()\[\]])|(?P<other>\S))",
    re.DOTALL,
)
_WORDS: Final = {
    **{"and": "&&", "or": "||", "not": "!", "eq": "==", "ne": "!=", "lt": "<", "gt": ">", "le": "<=", "ge": ">="},
    **{"div": "/", "mod": "%"},
}
_COMPARISON: Final = {"==": "=", "!=": "!=", "<": "<", ">": ">", "<=": "<=", ">=": ">="}
_COUNTERS: Final[Mapping[str, str]] = {
    "nrOfInstances": "numberOfInstances",
    "nrOfActiveInstances": "numberOfActiveInstances",
    "nrOfCompletedInstances": "numberOfCompletedInstances",
}
"""What a completion condition may read, by its name in that family."""
_BEANS: Final = frozenset({"execution", "task", "externalTask", "variableScope", "authenticatedUserId"})
"""Objects of their engine."""
_ASKING: Final = frozenset({"getVariable", "getVariableLocal", "hasVariable"})
"""Methods of the bean `execution` that read one variable."""
_ASSIGNED: Final = re.compile(r"[$#]\{\s*execution\.setVariable\(\s*(['\"])(\w+)\1\s*,(.*)\)\s*\}", re.DOTALL)
_FEEL_WORDS: Final = frozenset(
    {
        *("if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "between", "and", "or", "not"),
        *("null", "true", "false", "function", "external", "instance"),
    }
)
_IF, _OR, _AND, _COMPARED, _SUM, _PRODUCT, _SIGNED, _VALUE = range(8)


class NotTranslated(BpmnError):
    """An expression holds something that FEEL has no word for; `construct` names it, `instead` what to write."""

    def __init__(self, construct: str, instead: str) -> None:
        self.construct = construct
        self.instead = instead
        super().__init__(construct)


@dataclass(frozen=True, kw_only=True)
class _Part:
    """FEEL text that holds together as strongly as `level` says; `sure` where it is true or false and never null."""

    text: str
    level: int = _VALUE
    sure: bool = False

    def at(self, level: int) -> str:
        """The text, in brackets where it is weaker than that."""
        return self.text if self.level >= level else f"({self.text})"


def holds_juel(text: str) -> bool:
    """Whether a text holds an expression."""
    return "${" in text or "#{" in text


def to_feel(text: str) -> str:
    """FEEL, without ``=``, for a text with expressions: of one alone its value, else the whole text.

    Raises NotTranslated.
    """
    text = text.strip()
    if len(text) > LENGTH:
        raise NotTranslated(f"more than {LENGTH:,} characters", "Divide it.")
    parts = list(_split(text))
    if len(parts) == 1 and parts[0][0]:
        return _Reader(parts[0][1]).whole()
    listed = [f"string({_Reader(part).whole()})" if inside else quoted(part) for inside, part in parts]
    return f"string join([{', '.join(listed)}])"


def assigned(text: str) -> tuple[str, str] | None:
    """The variable and the FEEL of what it becomes, for ``${execution.setVariable('name', value)}``; else None.

    Raises NotTranslated.
    """
    found = _ASSIGNED.fullmatch(text.strip())
    return None if found is None else (found[2], _Reader(found[3]).whole())


def quoted(text: str) -> str:
    """A text as a literal of FEEL."""
    return json.dumps(text, ensure_ascii=False)


def _split(text: str) -> list[tuple[bool, str]]:
    """The expressions and the plain texts between them."""
    parts: list[tuple[bool, str]] = []
    plain, place = 0, 0
    while place < len(text):
        if text[place : place + 2] not in ("${", "#{"):
            place += 1
            continue
        if text[plain:place]:
            parts.append((False, text[plain:place]))
        end = _closing(text, place + 2)
        parts.append((True, text[place + 2 : end]))
        plain = place = end + 1
    return parts + ([(False, text[plain:])] if text[plain:] else [])


def _closing(text: str, place: int) -> int:
    quote = ""
    while place < len(text):
        sign = text[place]
        if sign == "\\" and quote:
            place += 1
        elif quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        elif sign == "}":
            return place
        place += 1
    raise NotTranslated("an expression without its closing }", "Close it with }.")


class _Reader:
    """Reads one expression by descent, weakest operators first."""

    def __init__(self, text: str) -> None:
        self._tokens = [
            (found.lastgroup or "", found[found.lastgroup or 0]) for found in _TOKEN.finditer(text) if found.lastgroup
        ]
        self._place = 0
        self._depth = 0

    def whole(self) -> str:
        """The FEEL of all of it."""
        if not self._tokens:
            raise NotTranslated("an empty expression", "Write what it should give.")
        part = self._choice()
        if self._place < len(self._tokens):
            raise NotTranslated(f"“{self._tokens[self._place][1]}” where nothing more can stand", "Correct it.")
        return part.text

    def _next(self) -> str:
        """The sign or operator word that comes next; empty where something else does."""
        kind, text = self._tokens[self._place] if self._place < len(self._tokens) else ("", "")
        return text if kind == "sign" else _WORDS.get(text, "") if kind == "name" else ""

    def _take(self, *signs: str) -> str:
        sign = self._next()
        if sign and sign in signs:
            self._place += 1
            return sign
        return ""

    def _need(self, sign: str) -> None:
        if not self._take(sign):
            raise NotTranslated(f"no “{sign}” where one belongs", "Correct it.")

    def _choice(self) -> _Part:
        self._depth += 1
        if self._depth > DEEPEST:
            raise NotTranslated("something nested too deeply", "Divide it.")
        test = self._or()
        if self._take("?"):
            yes = self._choice()
            self._need(":")
            no = self._choice()
            text = f"if {test.at(_OR)} then {yes.at(_OR)} else {no.at(_OR)}"
            test = _Part(text=text, level=_IF, sure=yes.sure and no.sure)
        self._depth -= 1
        return test

    def _or(self) -> _Part:
        part = self._and()
        while self._take("||"):
            other = self._and()
            part = _Part(text=f"{part.at(_OR)} or {other.at(_AND)}", level=_OR, sure=part.sure and other.sure)
        return part

    def _and(self) -> _Part:
        part = self._equality()
        while self._take("&&"):
            other = self._equality()
            part = _Part(text=f"{part.at(_AND)} and {other.at(_COMPARED)}", level=_AND, sure=part.sure and other.sure)
        return part

    def _equality(self) -> _Part:
        part = self._relation()
        while sign := self._take("==", "!="):
            part = _compared(part, sign, self._relation())
        return part

    def _relation(self) -> _Part:
        part = self._sum()
        while sign := self._take("<", ">", "<=", ">="):
            part = _compared(part, sign, self._sum())
        return part

    def _sum(self) -> _Part:
        part = self._product()
        while sign := self._take("+", "-"):
            part = _Part(text=f"{part.at(_SUM)} {sign} {self._product().at(_PRODUCT)}", level=_SUM)
        return part

    def _product(self) -> _Part:
        part = self._signed()
        while sign := self._take("*", "/", "%"):
            other = self._signed()
            if sign == "%":
                # Java's remainder has the sign of what is divided, that of FEEL the sign of the divisor.
                one, two = part.text, other.text
                left = f"if {part.at(_SUM)} < 0 then -modulo(abs({one}), abs({two})) else modulo({one}, abs({two}))"
                part = _Part(text=left, level=_IF)
            else:
                part = _Part(text=f"{part.at(_PRODUCT)} {sign} {other.at(_SIGNED)}", level=_PRODUCT)
        return part

    def _signed(self) -> _Part:
        self._depth += 1
        if self._depth > DEEPEST:
            raise NotTranslated("something nested too deeply", "Divide it.")
        part = self._unsigned()
        self._depth -= 1
        return part

    def _unsigned(self) -> _Part:
        if self._take("!"):
            part = self._signed()
            text = part.text if part.sure else f"{part.at(_SUM)} = true"
            return _Part(text=f"not({text})", sure=True)
        if self._take("-"):
            return _Part(text=f"-({self._signed().text})", level=_SIGNED)
        if self._tokens[self._place : self._place + 1] == [("name", "empty")]:
            self._place += 1
            return _Part(text=f'{self._signed().at(_SUM)} in (null, "", [], {{}})', level=_COMPARED)
        return self._value()

    def _value(self) -> _Part:
        part = self._primary()
        while sign := self._take(".", "["):
            if sign == "[":
                part = self._indexed(part)
                continue
            name = self._name()
            part = self._called(part, name) if self._take("(") else _property(part, name)
        return part

    def _called(self, part: _Part, name: str) -> _Part:
        """What a method gives; its bracket is open."""
        given = [each.at(_SUM) for each in self._arguments()]
        written, literally = METHODS.get((name, len(given))), LITERAL.get((name, len(given)))
        if written is not None:
            one, two = (*given, "", "")[:2]
            text: str | None = written.format(it=part.at(_VALUE), one=one, two=two)
        else:
            text = literally(part.at(_VALUE), given) if literally else None
        if text is None:
            raise NotTranslated(f"the method {name}() of {part.text}", "Set a variable before, and read that.")
        return _Part(text=text, level=_IF)

    def _arguments(self) -> list[_Part]:
        """What stands in a bracket that is open, between commas."""
        given: list[_Part] = []
        while not self._take(")"):
            if given:
                self._need(",")
            given.append(self._choice())
        return given

    def _about_variable(self, prefix: str) -> _Part:
        """What a function of Flowable about a variable gives, as in ``variables:get(name)``."""
        function = self._tokens[self._place + 1][1]
        self._place += 3
        given = self._arguments()
        variable = given[0].text if given else ""
        if re.fullmatch(r'"[^"\\]+"', variable):
            variable = _readable(json.loads(variable)).text
        text = about_variable(function, variable, [each.at(_SUM) for each in given[1:]])
        if text is None or not re.fullmatch(r"\w+", variable):
            raise NotTranslated(
                f"the function {prefix}:{function}", "Write it as an expression of FEEL, with = in front."
            )
        return _Part(text=text, level=_IF)

    def _indexed(self, part: _Part) -> _Part:
        index = self._choice()
        self._need("]")
        if re.fullmatch(r"\d+", index.text):
            return _Part(text=f"{part.at(_VALUE)}[{int(index.text) + 1}]")
        if re.fullmatch(r'"(?:[^"\\]|\\.)*"', index.text):
            return _property(part, json.loads(index.text))
        held = part.at(_VALUE)
        found = (
            f"if {held} instance of list<Any> then {held}[{index.at(_SUM)} + 1] else get value({held}, {index.text})"
        )
        return _Part(text=found, level=_IF)

    def _name(self) -> str:
        kind, text = self._tokens[self._place] if self._place < len(self._tokens) else ("", "")
        if kind != "name":
            raise NotTranslated("a point with no name behind it", "Correct it.")
        self._place += 1
        return text

    def _primary(self) -> _Part:
        if self._take("("):
            part = self._choice()
            self._need(")")
            return part
        kind, text = self._tokens[self._place] if self._place < len(self._tokens) else ("", "")
        self._place += 1
        if kind == "number":
            return _Part(text=f"{Decimal(text):f}")
        if kind == "text":
            return _Part(text=quoted(re.sub(r"\\(.)", r"\1", text[1:-1])))
        if kind != "name":
            raise NotTranslated(f"“{text}”" if text else "an expression that stops too early", "Correct it.")
        return self._named(text)

    def _named(self, name: str) -> _Part:
        if name in ("true", "false", "null"):
            return _Part(text=name, sure=name != "null")
        ahead = self._next()
        if name == "execution" and (asked := self._variable()):
            method, variable = asked
            if method == "hasVariable":
                return _Part(text=f"{_readable(variable).text} != null", level=_COMPARED, sure=True)
            return _readable(variable)
        if name in FUNCTIONS and [text for _, text in self._tokens[self._place : self._place + 2]] == ["(", ")"]:
            self._place += 2
            return _Part(text=FUNCTIONS[name])
        if name == "environment" and (found := self._kept()):
            holder, variable = found
            plain = _readable(variable).text
            return _Part(text=f"get or else(environment.{holder}.{plain}, {plain})")
        if name in VARIABLE_FUNCTIONS and ahead == ":" and self._function():
            return self._about_variable(name)
        if ahead == "(" or (ahead == ":" and self._function()):
            raise NotTranslated(f"the function {name}", "Use a function of FEEL, with = in front of the expression.")
        if name in _BEANS:
            raise NotTranslated(f"the bean {name}", "Read a variable of the case.")
        if name == "loopCounter":  # counted from 0 there, from 1 here
            return _Part(text="loopCounter - 1", level=_SUM)
        return _readable(_COUNTERS.get(name, name))

    def _variable(self) -> tuple[str, str] | None:
        """The method and the name of ``execution.getVariable('name')`` and its like."""
        ahead = self._tokens[self._place : self._place + 5]
        asks = len(ahead) == 5 and ahead[0][1] == "." and ahead[1][1] in _ASKING and ahead[2][1] == "("
        if asks and ahead[3][0] == "text" and ahead[4][1] == ")":
            self._place += 5
            return ahead[1][1], ahead[3][1][1:-1]
        return None

    def _kept(self) -> tuple[str, str] | None:
        """Where the name of ``environment.variables.name`` is kept, and the name, as bpmn-engine has it."""
        ahead = [text for _, text in self._tokens[self._place : self._place + 4]]
        if len(ahead) == 4 and ahead[0] == ahead[2] == "." and ahead[1] in ("variables", "output"):
            self._place += 4
            return ahead[1], ahead[3]
        return None

    def _function(self) -> bool:
        """Whether ``prefix:name(`` stands here, and not a choice."""
        ahead = self._tokens[self._place : self._place + 3]
        return len(ahead) == 3 and ahead[1][0] == "name" and ahead[2][1] == "("


def _compared(left: _Part, sign: str, right: _Part) -> _Part:
    text = f"{left.at(_SUM)} {_COMPARISON[sign]} {right.at(_SUM)}"
    return _Part(text=text, level=_COMPARED)


def _readable(name: str) -> _Part:
    if name in _FEEL_WORDS or "$" in name or not re.fullmatch(r"[^\W\d]\w*", name):
        raise NotTranslated(f"the name {name}", "Give the variable another name: FEEL cannot read this one.")
    return _Part(text=name)


def _property(part: _Part, name: str) -> _Part:
    if re.fullmatch(r"[^\W\d]\w*", name) and name not in _FEEL_WORDS:
        return _Part(text=f"{part.at(_VALUE)}.{name}")
    return _Part(text=f"get value({part.text}, {quoted(name)})")
