"""Random well-formed processes from a seed, in the lines of `tests.bpmn.compiling.drawing`.

Every one ends, whatever is answered: loops count, cycles are finite, what only data can bring is raced by a timer, and
what follows an event that does not interrupt causes nothing that brings it again. Variables v0 to v3 hold numbers from
0 to 9; messages are called go and stop, signals red and blue, errors and escalations E and F.
"""

import random
from itertools import count, pairwise

OUTSIDE = "ask/there"
"""The operation that leaves the process."""
INSIDE = "note/this"
CALLED = "called"
"""The process that call activities call."""
GROUP = "service_desk"
DECISION = (
    b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"><decision id="d" name="Which">'
    b"<variable name='v3'/><literalExpression><text>modulo(v0 + v1, 10)</text></literalExpression></decision>"
    b"</definitions>"
)
Block = tuple[str, str]
"""The names of the first and last node of a block."""


class Drawer:
    """Draws blocks with one way in and one way out."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.numbers = count()
        self.lines: list[str] = []
        self.aside = 0
        """Above 0 where an event that does not interrupt led."""

    def name(self, kind: str) -> str:
        return f"{kind}{next(self.numbers)}"

    def node(self, kind: str, rest: str = "") -> str:
        name = self.name(kind)
        self.lines.append(f"{kind} {name}{rest}")
        return name

    def flow(self, source: str, target: str, condition: str = "") -> str:
        name = self.name("f")
        self.lines.append(f"{name}: {source} -> {target}" + (f" [{condition}]" if condition else ""))
        return name

    def one(self, kind: str, rest: str = "") -> Block:
        name = self.node(kind, rest)
        return name, name

    def chosen(self, *words: str) -> str:
        return self.chance.choice(words)

    def condition(self) -> str:
        return f"v{self.chance.randrange(4)} > {self.chance.randrange(10)}"

    def block(self, depth: int) -> Block:
        simple = [self.work, self.work, self.script, self.wait, self.call, self.outside, self.small]
        nested = [self.sequence, self.choice, self.parallel, self.inclusive, self.loop, self.each, self.watched]
        nested += [
            self.watched,
            self.race,
            self.repeated,
            self.failing,
            self.around,
            self.around,
            self.cut,
            self.fan,
            self.undone,
            self.partly,
            self.transaction,
            self.free,
            self.round,
        ]
        drawers = simple if depth <= 0 else [*simple, *nested]
        return self.chance.choice(drawers)(depth - 1)

    # What stands alone

    def work(self, _depth: int) -> Block:
        return self.one(self.chosen("user", "user", "manual"), f" assignGroup={GROUP}")

    def script(self, _depth: int) -> Block:
        if self.aside:
            return self.one("script", " { beside = v0 }")
        target, other = self.chance.randrange(4), self.chance.randrange(4)
        return self.one("script", f" {{ v{target} = modulo(v{other} * 3 + 1, 10) ; last = v{target} }}")

    def wait(self, _depth: int) -> Block:
        kind, rest = self.chance.choice(
            [
                ("timer", " = PT1H"),
                ("timer", ' = ="PT" + string(v1 + 1) + "H"'),
                ("date", " = 2027-03-01T12:00:00+01:00"),
                ("cycle", " = R1/PT2H"),
                ("message", " = go"),
                ("message", " correlate==v0 = go"),
                ("receive", " = stop"),
                ("several", " = message go ; timer PT3H"),
                ("several", " = condition v1 > 5 ; signal red ; timer PT4H"),
                ("several", " = all message go ; timer PT2H"),
                ("several", " correlate==v0 = all signal blue ; message stop ; message go"),
            ]
        )
        if self.aside and "all signal" in rest:
            rest = " = all message go ; message stop"  # the signal could be what led here, and would each time again
        return self.one(kind, rest)

    def call(self, _depth: int) -> Block:
        return self.one("call", self.chosen("", " outputs=v1,v2", " inputs=={v1:v0}") + f" = {CALLED}")

    def outside(self, _depth: int) -> Block:
        mapped = self.chosen("", " result={v1:response.n}", " resultVariable=given")
        return self.one("service", f"{mapped} = {OUTSIDE} {{ what=v0 + 1 }}")

    def small(self, _depth: int) -> Block:
        if self.aside:
            return self.one("task")
        kind, rest = self.chance.choice(
            [
                ("task", ""),
                ("rule", " = d"),
                ("service", f" = {INSIDE} {{ what=v2 }}"),
                ("send", " correlate==v1 = told { ={n: v0} }"),
                ("message", " throw = told { ={n: v0} }"),
                ("signal", " throw = red { ={v2: 5} }"),
                ("signal", " throw = blue"),
                ("escalation", " throw = E"),
                ("escalation", " throw = F"),
                ("throw", ""),
                ("several", " throw = message told ; signal blue"),
                ("several", " throw = escalation F ; signal red ; message told"),
                ("link", ""),
            ]
        )
        if kind != "link":
            return self.one(kind, rest)
        label = self.name("label")
        return self.node("link", f" throw = {label}"), self.node("link", f" catch = {label}")

    # What holds others

    def sequence(self, depth: int) -> Block:
        parts = [self.block(depth) for _ in range(self.chance.randint(2, 3))]
        for (_, end), (begin, _) in pairwise(parts):
            self.flow(end, begin)
        return parts[0][0], parts[-1][1]

    def _branches(self, kind: str, depth: int, *, conditions: bool, join: str = "") -> Block:
        split, joined = self.name(kind), self.node(join or kind)
        default = ""
        for number in range(self.chance.randint(2, 3)):
            first, last = self.block(depth)
            flow = self.flow(split, first, self.condition() if conditions and number else "")
            default = default or f" default={flow}"
            self.flow(last, joined)
        self.lines.append(f"{kind} {split}{default if conditions else ''}")
        return split, joined

    def choice(self, depth: int) -> Block:
        return self._branches("xor", depth, conditions=True)

    def parallel(self, depth: int) -> Block:
        return self._branches("and", depth, conditions=False, join=self.chosen("and", "and", "or"))

    def inclusive(self, depth: int) -> Block:
        return self._branches("or", depth, conditions=True)

    def loop(self, depth: int) -> Block:
        variable = self.name("n")
        zero = self.node("script", f" {{ {variable} = 0 }}")
        merge = self.node("xor")
        first, last = self.block(depth)
        add = self.node("script", f" {{ {variable} = {variable} + 1 }}")
        again = self.name("xor")
        self.flow(zero, merge)
        self.flow(merge, first)
        self.flow(last, add)
        self.flow(add, again)
        self.flow(again, merge, f"{variable} < {self.chance.randint(1, 3)}")
        after = self.node("task")
        self.lines.append(f"xor {again} default={self.flow(again, after)}")
        return zero, after

    def inside(self, words: str, *parts: Block | None, more: int = 0) -> Block:
        """Put what was drawn since line `more` into a sub-process, with a start before the first part."""
        inner, self.lines = self.lines[more:], self.lines[:more]
        start = f"start {self.name('start')}"
        inner.append(start)
        for first, last in filter(None, parts[:1]):
            end = self.name("end")
            inner += [f"end {end}", f"{self.name('f')}: {start.split()[1]} -> {first}"]
            inner.append(f"{self.name('f')}: {last} -> {end}")
        name = self.name("sub")
        self.lines += [f"sub {name}{words} {{", *inner, "}"]
        return name, name

    def boxed(self, depth: int, words: str = "") -> Block:
        more = len(self.lines)
        return self.inside(words, self.block(depth), more=more)

    def _several(self) -> str:
        sequential = self.chosen("", " sequential")
        until = self.chosen("", f" until=numberOfCompletedInstances>={self.chance.randint(1, 3)}")
        outputs = self.chosen("", f" gives=out into={self.name('outs')}")
        items = self.chosen(" count=2", " each=items item=item", " each=[]")
        return items + sequential + until + outputs

    def each(self, depth: int) -> Block:
        kind = self.chosen("user", "sub", "call", "service", "receive")
        words = self._several()
        if kind == "sub":
            return self.boxed(min(depth, 1), words)
        rest = {"call": f" = {CALLED}", "service": f" = {OUTSIDE} {{ what=v0 }}", "receive": " = go"}
        return self.one(kind, words + rest.get(kind, f" assignGroup={GROUP}"))

    def repeated(self, depth: int) -> Block:
        words = self.chosen(f" times={self.chance.randint(1, 3)}", " times=3 before loop=v0<5", " times=2 loop=v0<8")
        if self.chance.random() < 0.4:
            return self.boxed(min(depth, 1), words)
        return self.one("user", f"{words} assignGroup={GROUP}")

    def host(self, depth: int) -> Block:
        kinds = [self.work, self.outside, self.call, self.received, self.boxed, self.boxed, self.each, self.repeated]
        return self.chance.choice(kinds)(depth)

    def received(self, _depth: int) -> Block:
        return self.one("receive", self.chosen(" = go", " correlate==v2 = stop"))

    def trigger(self, *, beside: bool) -> tuple[str, str]:
        """The kind of an event and what it waits for."""
        always = [("timer", "PT1H"), ("message", "stop"), ("signal", "red"), ("condition", self.condition())]
        always += [("escalation", self.chosen("E", "")), ("signal", "blue")]
        always += [("several", f"message stop ; timer PT2H ; condition {self.condition()}")]
        always += [("several", f"{self.chosen('all ', '')}signal red ; message go ; escalation E")]
        return self.chance.choice(
            [*always, ("cycle", "R2/PT1H"), ("several", "cycle R2/PT2H ; message stop")]
            if beside
            else [*always, ("error", self.chosen("E", "")), ("several", "error E ; error F ; signal blue")]
        )

    def watched(self, depth: int) -> Block:
        first, last = self.host(depth)
        merge = self.node("xor")
        self.flow(last, merge)
        for _ in range(self.chance.randint(1, 2)):
            beside = self.chance.random() < 0.4
            kind, text = self.trigger(beside=beside)
            name = self.node(kind, f" on={first}{' beside' if beside else ''}" + (f" = {text}" if text else ""))
            self.aside += beside
            other_first, other_last = self.block(min(depth, 1))
            self.aside -= beside
            self.flow(name, other_first)
            self.flow(other_last, self.node("end") if beside else merge)
        return first, merge

    def race(self, _depth: int) -> Block:
        gateway, merge = self.node("race"), self.node("xor")
        awaits = self.chosen("message", "receive")
        ways = [(awaits, "go"), (awaits, "stop"), ("signal", "red"), ("condition", self.condition())]
        ways += [("several", f"{self.chosen('all ', '')}signal red ; signal blue")]
        for kind, text in [("timer", "P1D"), *self.chance.sample(ways, 2)]:
            name = self.node(kind, f" = {text}")
            self.flow(gateway, name)
            self.flow(name, merge)
        return gateway, merge

    def failing(self, depth: int) -> Block:
        """A sub-process that may end by an error or escalation, and what catches it, or nothing."""
        kind, code = self.chosen("error", "error", "escalation"), self.chosen("E", "F")
        more = len(self.lines)
        first, last = self.block(depth)
        split, after = self.name("xor"), self.node("task")
        self.lines.append(f"xor {split} default={self.flow(split, after)}")
        self.flow(split, self.node(kind, f" end = {code}"), self.condition())
        self.flow(last, split)
        name, _ = self.inside("", (first, after), more=more)
        merge = self.node("xor")
        self.flow(name, merge)
        caught = self.chosen(code, code, "")
        event = self.node(kind, f" on={name}" + (f" = {caught}" if caught else ""))
        other = self.block(min(depth, 1))
        self.flow(event, other[0])
        self.flow(other[1], merge)
        return name, merge

    def event_sub_process(self, depth: int) -> None:
        beside = self.chance.random() < 0.5
        kind, text = self.trigger(beside=beside)
        more = len(self.lines)
        self.aside += 1
        first, last = self.block(min(depth, 1))
        self.aside -= 1
        words = f" start{' beside' if beside else ''}" + (f" = {text}" if text else "")
        self.flow(self.node(kind, words), first)
        self.flow(last, self.node("end"))
        inner, self.lines = self.lines[more:], self.lines[:more]
        self.lines += [f"sub {self.name('event')} event {{", *inner, "}"]

    def around(self, depth: int) -> Block:
        more = len(self.lines)
        part = self.block(depth)
        self.event_sub_process(depth)
        return self.inside(self.chosen("", "", " count=2"), part, more=more)

    def undoable(self, depth: int) -> Block:
        """Activities that can be undone, one after the other."""
        done = [self.host(min(depth, 1)) for _ in range(self.chance.randint(1, 2))]
        for first, _ in done:
            event, handler = self.node("compensate", f" on={first}"), self.chosen("user", "script", "sub")
            self.aside += 1
            if handler == "sub":
                undoes = self.boxed(0, " undoes")[0]
            elif handler == "user":
                undoes = self.node("user", f" undoes assignGroup={GROUP}")
            else:
                undoes = self.node("script", " undoes { undone = v0 }")
            self.aside -= 1
            self.lines.append(f"{event} ~> {undoes}")
        for (_, end), (begin, _) in pairwise(done):
            self.flow(end, begin)
        return done[0][0], done[-1][1]

    def undone(self, depth: int) -> Block:
        """What can be undone, and what calls for it: in the path, at an end, in a sub-process or not."""
        more = len(self.lines)
        part = self.undoable(depth)
        if self.chance.random() < 0.4:
            if self.chance.random() < 0.4:
                self.undoing()
            part = self.inside(self.chosen("", "", " count=2"), part, more=more)
        call = self.node("compensate", self.chosen(" throw", " throw", " throw unwaited"))
        self.flow(part[1], call)
        return part[0], call

    def undoing(self) -> None:
        """The event sub-process that undoes the sub-process around it, with or without what was done in it."""
        more = len(self.lines)
        self.aside += 1
        first, last = self.block(0)
        self.aside -= 1
        self.flow(self.node("compensate", " start"), first)
        if self.chance.random() < 0.5:
            call = self.node("compensate", " throw")
            self.flow(last, call)
            last = call
        self.flow(last, self.node("end"))
        inner, self.lines = self.lines[more:], self.lines[:more]
        self.lines += [f"sub {self.name('undo')} event {{", *inner, "}"]

    def transaction(self, depth: int) -> Block:
        """A transaction that may be cancelled, which undoes what was done in it, and what follows then."""
        more = len(self.lines)
        first, last = self.undoable(depth)
        split, after = self.name("xor"), self.node("task")
        self.lines.append(f"xor {split} default={self.flow(split, after)}")
        self.flow(last, split)
        fails = self.chosen("cancel", "cancel", "error")
        self.flow(split, self.node(fails, " end" + (" = E" if fails == "error" else "")), self.condition())
        name, _ = self.inside(" transaction" + self.chosen("", "", " count=2"), (first, after), more=more)
        merge = self.node("xor")
        self.flow(name, merge)
        for kind in ("cancel", "error")[: self.chance.randint(1, 2)]:
            other = self.block(min(depth, 1))
            self.flow(self.node(kind, f" on={name}"), other[0])
            self.flow(other[1], merge)
        return name, merge

    def free(self, _depth: int) -> Block:
        """An ad-hoc sub-process, whose tasks people choose among."""
        until = self.chosen("", "", "out", "v0 > 3")
        more = len(self.lines)
        for _ in range(self.chance.randint(1, 3)):
            kinds = [self.work, self.work, self.script, self.outside, self.call, self.boxed]
            first, last = self.work(0) if until else self.chance.choice(kinds)(0)
            if self.chance.random() < 0.4:
                follows = self.chance.choice([self.work, self.wait, self.script, self.outside, self.boxed])(0)
                self.flow(last, follows[0])
            if self.chance.random() < 0.3:
                event = self.node(self.chosen("message", "signal"), f" on={first}{self.chosen('', ' beside')} = red")
                self.aside += 1
                self.flow(event, self.work(0)[0])
                self.aside -= 1
        inner, self.lines = self.lines[more:], self.lines[:more]
        name = self.name("free")
        words = self.chosen("", ' ordering="Sequential"') + self.chosen("", ' cancelRemainingInstances="false"')
        condition = [f"<bpmn:completionCondition>={until}</bpmn:completionCondition>"] if until else []
        self.lines += [f'<bpmn:adHocSubProcess id="{name}"{words}>', *inner, *condition, "</bpmn:adHocSubProcess>"]
        return name, name

    def round(self, depth: int) -> Block:
        """A sub-process with an inclusive gateway that leads back, on, or both."""
        more = len(self.lines)
        variable = self.name("n")
        zero, merge = self.node("script", f" {{ {variable} = 0 }}"), self.node("or")
        first, last = self.block(min(depth, 1))
        add, split = self.node("script", f" {{ {variable} = {variable} + 1 }}"), self.name("or")
        beside, joined = self.block(min(depth, 1)), self.node("or")
        self.flow(zero, merge)
        self.flow(merge, first)
        self.flow(last, add)
        self.flow(add, split)
        self.flow(split, merge, f"{variable} < {self.chance.randint(1, 3)}")
        self.flow(split, beside[0], self.condition())
        self.flow(beside[1], joined)
        self.lines.append(f"or {split} default={self.flow(split, joined)}")
        return self.inside("", (zero, joined), more=more)

    def partly(self, depth: int) -> Block:
        """A sub-process in which some of three branches are enough to go on."""
        more = len(self.lines)
        split, joined = self.node("and"), self.name("complex")
        for _ in range(3):
            first, last = self.block(min(depth, 1))
            self.flow(split, first)
            self.flow(last, joined)
        enough = f"activationCount = {self.chance.randint(1, 3)}"
        condition = f"<bpmn:activationCondition>={enough}</bpmn:activationCondition>"
        self.lines.append(f'<bpmn:complexGateway id="{joined}">{condition}</bpmn:complexGateway>')
        return self.inside("", (split, joined), more=more)

    def cut(self, depth: int) -> Block:
        """A sub-process of which one branch ends everything in it."""
        more = len(self.lines)
        split = self.node("and")
        first, last = self.block(depth)
        other_first, other_last = self.block(min(depth, 1))
        self.flow(split, first)
        self.flow(split, other_first)
        self.flow(other_last, self.node("terminate", " end"))
        return self.inside("", (split, last), more=more)

    def fan(self, depth: int) -> Block:
        """A sub-process whose branches meet without a gateway: what follows runs once for each."""
        more = len(self.lines)
        split, after = self.node("and"), self.node("user", f" assignGroup={GROUP}")
        for _ in range(2):
            first, last = self.block(min(depth, 1))
            self.flow(split, first)
            self.flow(last, after)
        return self.inside("", (split, after), more=more)


def draw(seed: int, depth: int = 3) -> str:
    """Draw the process of a seed."""
    drawer = Drawer(random.Random(seed))  # noqa: S311 - repeatable on purpose
    first, last = drawer.sequence(depth)
    start, end = drawer.node("start"), drawer.node("end")
    drawer.flow(start, first)
    drawer.flow(last, end)
    if drawer.chance.random() < 0.3:
        drawer.event_sub_process(1)
    return "\n".join(drawer.lines)
