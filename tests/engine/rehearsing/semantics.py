"""What runs as BPMN 2.0 says (clauses 10 and 13), one small model for each statement.

`text` are lines of `tests.bpmn.compiling.drawing`, beside them paths: ``s>a>e`` for flows. `path` is everything
entered, in any order; `order` holds pairs of which the first is entered before the second. Tasks are done as soon as
they are open, but for those that `open` names.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bpmn.compiling.timing import read_duration
from bpmn.scenarios import Sending


@dataclass(frozen=True, kw_only=True)
class Row:
    text: str
    path: str
    data: Mapping[str, Any] = field(default_factory=dict)
    answers: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    open: str = ""
    send: Sequence[Sending] = ()
    error: str | None = None
    """What every service task answers with."""
    order: str = ""
    status: str = "completed"
    waiting: str = ""
    after: Mapping[str, Any] = field(default_factory=dict)
    called: str = ""
    """Lines of a process ``called``."""


def message(name: str, after: str | None = None, **payload: Any) -> Sending:
    return Sending(kind="message", name=name, payload=payload, after=after)


def signal(name: str, after: str | None = None) -> Sending:
    return Sending(kind="signal", name=name, after=after)


PLAIN = "start s\nend e\n"
INSTANCES = {
    "a process ends when every token is consumed": Row(
        text="start s\nand g\nuser a\nuser b\nend e\nend f\ns>g>a>e g>b>f", path="s g a b e f"
    ),
    "a node without a way on consumes its token": Row(text="start s\nuser a\ns>a", path="s a"),
    "what no flow leads to begins where there is no start event": Row(
        text="user a\nuser b\nand j\nend e\na>j>e b>j", path="a b j e"
    ),
    "the last end does not end other tokens": Row(
        text=PLAIN + "and g\nuser a\nuser b\nend f\ns>g>a>e g>b>f",
        open="b",
        path="s g a b e",
        status="waiting",
        waiting="b",
    ),
    "terminate ends every token of the process": Row(
        text=PLAIN + "and g\nuser a\nuser b\nterminate t end\ns>g>a>t g>b>e", open="b", path="s g a b t"
    ),
    "an error that nothing catches ends the process": Row(
        text=PLAIN + "and g\nuser a\nuser b\nerror x end = E\ns>g>a>x g>b>e",
        open="b",
        path="s g a b x",
        status="failed",
    ),
    "an escalation that nothing catches does not": Row(
        text=PLAIN + "escalation x throw = E\nuser a\ns>x>a>e", path="s x a e"
    ),
}
ACTIVITIES = {
    "an activity runs once for each token that comes": Row(
        text=PLAIN + "and g\ntask a\ntask b\ntask c\ns>g>a>c>e g>b>c", path="s g a b c c e e"
    ),
    "a token leaves on every flow of an activity": Row(
        text=PLAIN + "task a\ntask b\ntask c\ns>a>b>e a>c>e", path="s a b c e e"
    ),
    "a conditional flow is taken where its condition holds": Row(
        text=PLAIN + "task a\ntask b\ntask c\ns>a\na -> b [v = 1]\na -> c [v = 2]\nb>e c>e",
        data={"v": 2},
        path="s a c e",
    ),
    "both conditional flows are taken where both hold": Row(
        text=PLAIN + "task a\ntask b\ntask c\ns>a\na -> b [v > 1]\na -> c [v > 0]\nb>e c>e",
        data={"v": 2},
        path="s a b c e e",
    ),
    "the default flow is taken where no condition holds": Row(
        text=PLAIN + "task a default=d\ntask b\ntask c\ns>a\na -> b [v = 1]\nd: a -> c\nb>e c>e",
        data={"v": 2},
        path="s a c e",
    ),
    "a receive task waits for its message": Row(
        text=PLAIN + "receive a = go\ns>a>e", send=[message("go", after="a", n=5)], path="s a e", after={"n": 5}
    ),
    "a service task's error goes to the border": Row(
        text=PLAIN + "service a = ask/there\nerror b on=a = E\nend f\ns>a>e b>f",
        error="E",
        path="s a b f",
    ),
    "an error of another code goes past the border": Row(
        text=PLAIN + "service a = ask/there\nerror b on=a = E\nend f\ns>a>e b>f",
        error="F",
        path="s a",
        status="failed",
        waiting="a",
    ),
    "an error event without a code catches every error": Row(
        text=PLAIN + "service a = ask/there\nerror b on=a\nend f\ns>a>e b>f",
        error="F",
        path="s a b f",
    ),
    "a script sets variables that conditions read": Row(
        text=PLAIN + "script a { v = n + 1 }\nxor g default=d\nend f\ns>a>g\nd: g -> e\ng -> f [v > 3]",
        data={"n": 3},
        path="s a g f",
        after={"v": 4},
    ),
    "a call runs another process and goes on with what it gave": Row(
        text=PLAIN + "call a = called\ns>a>e",
        called="start cs\nscript cx { v = 7 }\nend ce\ncs>cx>ce",
        path="s a cs cx ce e",
        after={"v": 7},
    ),
    "an error of a called process goes to the border of the call": Row(
        text=PLAIN + "call a = called\nerror b on=a = E\nend f\ns>a>e b>f",
        called="start cs\nerror cx end = E\ncs>cx",
        path="s a cs cx b f",
    ),
    "an escalation of a called process goes to the border, and the call goes on": Row(
        text=PLAIN + "call a = called\nescalation b on=a beside = U\nend f\ns>a>e b>f",
        called="start cs\nescalation cx throw = U\nend ce\ncs>cx>ce",
        path="s a cs cx b f ce e",
    ),
}
LOOPS = {
    "a loop runs once before its condition is asked": Row(
        text=PLAIN + "user a times=9 loop=false\ns>a>e", path="s a e"
    ),
    "a loop that tests before may run not at all": Row(
        text=PLAIN + "script a before loop=n<0 { n = n + 1 }\ns>a>e", data={"n": 0}, path="s e", after={"n": 0}
    ),
    "a loop runs as long as its condition holds": Row(
        text=PLAIN + "script a loop=n<3 { n = n + 1 }\ns>a>e", data={"n": 0}, path="s a a a e", after={"n": 3}
    ),
    "a loop that tests before runs as long as its condition holds": Row(
        text=PLAIN + "script a before loop=n<3 { n = n + 1 }\ns>a>e", data={"n": 0}, path="s a a a e", after={"n": 3}
    ),
    "a loop ends at its maximum": Row(
        text=PLAIN + "script a times=4 loop=true { n = n + 1 }\ns>a>e",
        data={"n": 0},
        path="s a a a a e",
        after={"n": 4},
    ),
    "a loop that tests before ends at its maximum": Row(
        text=PLAIN + "script a times=2 before loop=true { n = n + 1 }\ns>a>e",
        data={"n": 0},
        path="s a a e",
        after={"n": 2},
    ),
    "a loop without a condition runs to its maximum": Row(
        text=PLAIN + "script a times=3 { n = n + loopCounter }\ns>a>e", data={"n": 0}, path="s a a a e", after={"n": 6}
    ),
    "a sub-process is looped as a whole": Row(
        text=PLAIN + "sub a times=2 {\nstart i\nscript x { n = n + 1 }\nend o\ni>x>o\n}\ns>a>e",
        data={"n": 0},
        path="s a i x o a i x o e",
        after={"n": 2},
    ),
    "an event at its border ends the whole loop": Row(
        text=PLAIN + "user a times=3\nmessage b on=a = stop\nend f\ns>a>e b>f",
        open="a",
        send=[message("stop")],
        path="s a b f",
    ),
    "instances side by side are as many as the number": Row(
        text=PLAIN + "sub a count=3 {\nstart i\ntask x\nend o\ni>x>o\n}\ns>a>e", path="s a i a i a i x x x o o o e"
    ),
    "instances one by one too": Row(
        text=PLAIN + "sub a count=3 sequential {\nstart i\ntask x\nend o\ni>x>o\n}\ns>a>e",
        path="s a i x o a i x o a i x o e",
    ),
    "no instances at all pass": Row(text=PLAIN + "user a count=0\ns>a>e", path="s e"),
    "an empty collection passes": Row(text=PLAIN + "user a each=xs item=x\ns>a>e", data={"xs": []}, path="s e"),
    "outputs stand in the order of the inputs": Row(
        text=PLAIN + "script a each=xs item=x gives=y into=ys { y = x * 2 }\ns>a>e",
        data={"xs": [3, 1, 2]},
        path="s a a a e",
        after={"ys": [6, 2, 4]},
    ),
    "a completion condition takes the other instances away": Row(
        text=PLAIN + "user a count=4 until=numberOfCompletedInstances=2\ns>a>e",
        path="s a a a a e",
    ),
    "instances one by one stop at the completion condition": Row(
        text=PLAIN + "script a count=5 sequential until=numberOfCompletedInstances>=2 { n = n + 1 }\ns>a>e",
        data={"n": 0},
        path="s a a e",
        after={"n": 2},
    ),
    "an error in one instance ends them all": Row(
        text=PLAIN
        + "sub a each=xs item=x {\nstart i\nxor g default=d\nuser w\nend o\nerror z end = E\ni>g\nd: g -> w\nw>o\n"
        + "g -> z [x = 2]\n}\nerror b on=a = E\nend f\ns>a>e b>f",
        data={"xs": [1, 2]},
        open="w",
        path="s a i a i g g w z b f",
    ),
}
SCOPES = {
    "a sub-process is done when every token in it is": Row(
        text=PLAIN + "sub a {\nstart i\nand g\ntask x\nuser y\nend o\nend z\ni>g>x>o g>y>z\n}\ntask n\ns>a>n>e",
        path="s a i g x y o z n e",
        order="z<n",
    ),
    "terminate ends its sub-process only": Row(
        text=PLAIN + "sub a {\nstart i\nand g\nuser x\nterminate t end\nend o\ni>g>t g>x>o\n}\ntask n\ns>a>n>e",
        open="x",
        path="s a i g x t n e",
    ),
    "an error ends its sub-process and goes on at the border": Row(
        text=PLAIN
        + "sub a {\nstart i\nand g\nuser x\nerror t end = E\nend o\ni>g>t g>x>o\n}\nerror b on=a = E\nend f\n"
        "s>a>e b>f",
        open="x",
        path="s a i g x t b f",
    ),
    "the innermost border catches": Row(
        text=PLAIN
        + "sub a {\nstart i\nsub c {\nstart j\nerror t end = E\nj>t\n}\nerror k on=c = E\nend o\ni>c k>o\n}\n"
        "error b on=a = E\nend f\ns>a>e b>f",
        path="s a i c j t k o e",
    ),
    "a border that names the code goes before one that does not": Row(
        text=PLAIN + "sub a {\nstart i\nerror t end = E\ni>t\n}\nerror b on=a\nerror c on=a = E\nend f\nend h\n"
        "s>a>e b>f c>h",
        path="s a i t c h",
    ),
    "an escalation that does not interrupt lets the sub-process go on": Row(
        text=PLAIN
        + "sub a {\nstart i\nescalation t throw = U\nuser x\nend o\ni>t>x>o\n}\nescalation b on=a beside = U\n"
        "end f\ns>a>e b>f",
        path="s a i t x o b f e",
    ),
    "an escalation that interrupts ends it": Row(
        text=PLAIN + "sub a {\nstart i\nescalation t throw = U\nuser x\nend o\ni>t>x>o\n}\nescalation b on=a = U\n"
        "end f\ns>a>e b>f",
        path="s a i t b f",
    ),
    "a cancelled transaction undoes what was done, the last first, and goes on at its border": Row(
        text=PLAIN + "sub a transaction {\nstart i\nuser x\nuser y\ncompensate cx on=x\ncompensate cy on=y\n"
        "task ux undoes\ntask uy undoes\ncx ~> ux\ncy ~> uy\ncancel t end\ni>x>y>t\n}\ncancel b on=a\nend f\ns>a>e b>f",
        path="s a i x y t cy uy cx ux b f",
        order="cy<cx ux<b",
    ),
    "an error ends a transaction and undoes nothing": Row(
        text=PLAIN + "sub a transaction {\nstart i\nuser x\ncompensate cx on=x\ntask ux undoes\ncx ~> ux\n"
        "error t end = E\ni>x>t\n}\nerror b on=a = E\nend f\ns>a>e b>f",
        path="s a i x t b f",
    ),
    "a transaction that is not cancelled is done as a sub-process": Row(
        text=PLAIN + "sub a transaction {\nstart i\nuser x\nend o\ni>x>o\n}\ns>a>e", path="s a i x o e"
    ),
}
GATEWAYS = {
    "an exclusive gateway takes the first condition that holds": Row(
        text=PLAIN + "xor g default=d\ntask a\ntask b\ntask c\ns>g\ng -> a [v > 5]\ng -> b [v > 1]\nd: g -> c\n"
        "a>e b>e c>e",
        data={"v": 7},
        path="s g a e",
    ),
    "an exclusive gateway passes each token that comes": Row(
        text=PLAIN + "and g\ntask a\ntask b\nxor j\ntask c\ns>g>a>j>c>e g>b>j", path="s g a b j j c c e e"
    ),
    "an exclusive gateway where nothing holds is a failure": Row(
        text=PLAIN + "xor g\ntask a\ntask b\ns>g\ng -> a [v > 5]\ng -> b [v > 6]\na>e b>e",
        data={"v": 1},
        path="",
        status="failed",
    ),
    "a parallel gateway waits for a token on each flow": Row(
        text=PLAIN + "and g\nuser a\nuser b\nand j\ns>g>a>j>e g>b>j",
        open="b",
        path="s g a b",
        status="waiting",
        waiting="b",
    ),
    "two tokens on one flow of a parallel gateway are two rounds": Row(
        text=PLAIN + "and g\ntask a\ntask b\ntask c\nxor m\nand j\ns>g>a>m>j>e g>b>m g>c>j",
        path="s g a b c m m j e",
        status="failed",
    ),
    "an inclusive gateway takes every condition that holds and joins them": Row(
        text=PLAIN + "or g default=d\nuser a\nuser b\nuser c\nor j\ns>g\ng -> a [v > 5]\ng -> b [v > 1]\nd: g -> c\n"
        "a>j>e b>j c>j",
        data={"v": 7},
        path="s g a b j e",
    ),
    "an inclusive gateway takes each flow that no condition gates": Row(
        text=PLAIN + "or g\ntask a\ntask b\ntask c\nor j\ns>g>a>j>e g>b>j c>j\ng -> c [v > 1]",
        data={"v": 1},
        path="s g a b j e",
    ),
    "the only flow of an exclusive gateway that no condition gates is taken where no condition holds": Row(
        text=PLAIN + "xor g\ntask a\ntask b\ns>g>a>e b>e\ng -> b [v > 1]", data={"v": 1}, path="s g a e"
    ),
    "an inclusive gateway takes its default where nothing holds": Row(
        text=PLAIN + "or g default=d\nuser a\nuser b\nuser c\nor j\ns>g\ng -> a [v > 5]\ng -> b [v > 1]\nd: g -> c\n"
        "a>j>e b>j c>j",
        data={"v": 0},
        path="s g c j e",
    ),
    "an inclusive gateway does not wait for a branch that has ended": Row(
        text=PLAIN + "and g\nuser a\nuser b\nxor x default=d\nend f\nor j\ns>g>a>j>e g>b>x\nd: x -> f\nx -> j [v = 1]",
        data={"v": 0},
        path="s g a b x f j e",
        order="f<j",
    ),
    "an event-based gateway goes the way of what happens first": Row(
        text=PLAIN + "race g\nmessage a = go\ntimer b = PT1H\nend f\ns>g>a>e g>b>f",
        send=[message("go", after="g")],
        path="s g a e",
    ),
    "an event-based gateway goes the way of its timer where nothing else comes": Row(
        text=PLAIN + "race g\nmessage a = go\ntimer b = PT1H\nend f\ns>g>a>e g>b>f", path="s g b f"
    ),
    "receive tasks race as events do": Row(
        text=PLAIN + "race g\nreceive a = go\nreceive b = stay\nend f\ns>g>a>e g>b>f",
        send=[message("stay", after="g")],
        path="s g b f",
    ),
}
EVENTS = {
    "a link goes on at its other end": Row(
        text=PLAIN + "link l throw = there\nlink m catch = there\ntask a\ns>l m>a>e", path="s l m a e"
    ),
    "a timer event goes on at its time": Row(text=PLAIN + "timer t = PT1H\ns>t>e", path="s t e"),
    "a conditional event goes on when its condition becomes true": Row(
        text=PLAIN + "and g\ncondition c = v > 3\nuser a\nend f\ns>g>c>e g>a>f",
        data={"v": 0},
        answers={"a": [{"v": 5}]},
        path="s g c a f e",
    ),
    "a conditional event goes on at once where its condition holds": Row(
        text=PLAIN + "condition c = v > 3\ns>c>e", data={"v": 5}, path="s c e"
    ),
    "a signal reaches everything that waits for it": Row(
        text=PLAIN + "and g\nsignal a = red\nsignal b = red\nuser w\nsignal t throw = red\nend f\n"
        "s>g>a>e g>b>e g>w>t>f",
        path="s g a b w t f e e",
    ),
    "a signal is not kept for who waits later": Row(
        text=PLAIN + "signal t throw = red\nsignal a = red\ns>t>a>e", path="s t a", status="waiting", waiting="a"
    ),
    "a message of the process to itself arrives": Row(
        text=PLAIN + "and g\nmessage a = go\nmessage t throw = go\nend f\ns>g>a>e g>t>f", path="s g a t f e"
    ),
    "an event at the border that repeats comes each time": Row(
        text=PLAIN + "user a\ncycle b on=a beside = R3/PT1H\nmessage c on=a = stop\nend f\nend h\ns>a>e b>f c>h",
        open="a",
        send=[Sending(kind="message", name="stop", at=read_duration("PT5H"))],
        path="s a b b b f f f c h",
    ),
    "one of several triggers is enough": Row(
        text=PLAIN + "several m = message go ; timer PT1H ; signal red\ns>m>e", path="s m e"
    ),
    "of several triggers all must come where it says so": Row(
        text=PLAIN + "several m = all message go ; timer PT1H ; signal red\ns>m>e",
        send=[message("go"), signal("red")],
        path="s m e",
    ),
    "while one of all is missing it waits": Row(
        text=PLAIN + "several m = all message go ; signal red\ns>m>e",
        send=[message("go")],
        path="s m",
        status="waiting",
        waiting="m",
    ),
    "several results all happen": Row(
        text=PLAIN + "and g\nmessage a = go\nsignal b = red\nuser w\nseveral t end = signal red ; message go\n"
        "s>g>a>e g>b>e g>w>t",
        path="s g a b w t e e",
    ),
    "a case begins when all of several messages have come": Row(
        text="several s start = all message one ; message two\nuser a\nend e\ns>a>e",
        send=[message("two", x=2), message("one", x=1)],
        path="s a e",
    ),
    "a case begins at the event behind a gateway that happens": Row(
        text="race g instantiate\nmessage a = one\nmessage b = two\nend e\nend f\ng>a>e g>b>f",
        send=[message("two")],
        path="g b f",
    ),
    "behind a gateway for all of them a case waits for the others": Row(
        text="race g instantiate together\nmessage a = one\nmessage b = two\nend e\nend f\ng>a>e g>b>f",
        send=[message("two"), message("one")],
        path="g b f a e",
    ),
    "a receive task begins a case": Row(
        text="receive a instantiate = one\nend e\na>e", send=[message("one", x=1)], path="a e", after={"x": 1}
    ),
}
UNDOING = {
    "what is done is undone, the last first": Row(
        text=PLAIN + "task a\ntask b\ncompensate ca on=a\ncompensate cb on=b\ntask ua undoes\ntask ub undoes\n"
        "ca ~> ua\ncb ~> ub\ncompensate t throw\ns>a>b>t>e",
        path="s a b t cb ub ca ua e",
        order="cb<ca ua<e",
    ),
    "what is not done is not undone": Row(
        text=PLAIN + "task a\ntask b\ncompensate ca on=a\ncompensate cb on=b\ntask ua undoes\ntask ub undoes\n"
        "ca ~> ua\ncb ~> ub\ncompensate t throw\ns>a>t>b>e",
        path="s a t ca ua b e",
    ),
    "one activity alone is undone where it is named": Row(
        text=PLAIN + "task a\ntask b\ncompensate ca on=a\ncompensate cb on=b\ntask ua undoes\ntask ub undoes\n"
        "ca ~> ua\ncb ~> ub\ncompensate t throw = a\ns>a>b>t>e",
        path="s a b t ca ua e",
    ),
    "an end event undoes before the process ends": Row(
        text="start s\ntask a\ncompensate ca on=a\nuser ua undoes\nca ~> ua\ncompensate t end\ns>a>t",
        path="s a t ca ua",
    ),
    "what is done twice is undone twice": Row(
        text=PLAIN + "script n { n = 0 }\nxor m\ntask a\ncompensate ca on=a\ntask ua undoes\nca ~> ua\n"
        "script k { n = n + 1 }\nxor g default=d\ncompensate t throw\ns>n>m>a>k>g\ng -> m [n < 2]\nd: g -> t\nt>e",
        path="s n m a k g m a k g t ca ua ca ua e",
    ),
    "what was undone is not undone again": Row(
        text=PLAIN + "task a\ncompensate ca on=a\ntask ua undoes\nca ~> ua\ncompensate t throw\ncompensate v throw\n"
        "s>a>t>v>e",
        path="s a t ca ua v e",
    ),
    "the inside of a done sub-process is undone": Row(
        text=PLAIN + "sub a {\nstart i\ntask x\ncompensate cx on=x\ntask ux undoes\ncx ~> ux\nend o\ni>x>o\n}\n"
        "compensate t throw\ns>a>t>e",
        path="s a i x o t cx ux e",
    ),
    "an event sub-process undoes a done sub-process in its own way": Row(
        text=PLAIN
        + "sub a {\nstart i\ntask x\nend o\ni>x>o\nsub u event {\ncompensate k start\ntask y\nend q\nk>y>q\n}\n"
        "}\ncompensate t throw\ns>a>t>e",
        path="s a i x o t u k y q e",
    ),
    "each instance is undone": Row(
        text=PLAIN + "task a count=3\ncompensate ca on=a\ntask ua undoes\nca ~> ua\ncompensate t throw\ns>a>t>e",
        path="s a a a t ca ua ca ua ca ua e",
    ),
    "undoing takes place before what else an event causes": Row(
        text=PLAIN + "and g\nuser a\ncompensate ca on=a\ntask ua undoes\nca ~> ua\nsignal w = red\nend f\n"
        "several t throw = signal red ; compensate\ns>g>a>t>e g>w>f",
        path="s g a w t ca ua f e",
        order="ua<f",
    ),
}
TRIGGERS = {
    "message": ("= stop", {"send": [message("stop", after="a")]}),
    "signal": ("= stop", {"send": [signal("stop", after="a")]}),
    "timer": ("= PT1H", {}),
    "condition": ("= v > 3", {"answers": {"c": [{"v": 5}]}}),
    "error": ("= E", {"answers": {"c": [{"bad": "E"}]}}),
    "escalation": ("= U", {"answers": {"c": [{"bad": "U"}]}}),
    "several": ("= message stop ; error E ; signal red", {"answers": {"c": [{"bad": "E"}]}}),
}
INSIDE = (
    "and g\nuser a\nuser c\nxor x default=d\nerror x1 end = E\nescalation x2 end = U\nend o\n"
    'g>a>o g>c>x\nd: x -> o\nx -> x1 [bad = "E"]\nx -> x2 [bad = "U"]\n'
)
THROWS = {"error": "x1", "escalation": "x2", "several": "x1"}


def _around() -> dict[str, Row]:
    """An event sub-process, and an event at a border, of every trigger, that interrupt or do not."""
    rows = {}
    for kind, (words, given) in TRIGGERS.items():
        for beside in (False, True):
            if beside and kind == "error":
                continue  # an error always interrupts
            text = words.replace("error E ; ", "") if beside else words
            more = {"send": [signal("red", after="a")]} if beside and kind == "several" else given
            needs = kind in ("condition", "error", "escalation") or (kind == "several" and not beside)
            done = ["c x", THROWS.get(kind, "" if kind == "condition" and not beside else "o")] if needs else ["c"]
            thrown = " ".join(done) if needs else "c"
            word = "beside " if beside else ""
            where = "beside" if beside else "interrupting"
            still = "a" if needs else "a c"
            waits = {"status": "waiting", "waiting": still} if beside else {}
            rows[f"an event sub-process by {kind}, {where}"] = Row(
                text=f"start s\n{INSIDE}s>g\nsub v event {{\n{kind} it start {word}{text}\ntask r\nend q\nit>r>q\n}}",
                open=still,
                data={"v": 0, "bad": ""},
                path=f"s g a {thrown} v it r q",
                **more,
                **waits,
            )
            rows[f"an event at the border by {kind}, {where}"] = Row(
                text=f"start s\nsub w {{\nstart i\n{INSIDE}i>g\n}}\nend e\n"
                f"{kind} it on=w {word}{text}\nend q\ns>w>e it>q",
                open=still,
                data={"v": 0, "bad": ""},
                path=f"s w i g a {thrown} it q",
                **more,
                **waits,
            )
    return rows


TOGETHER = {
    "an event sub-process catches before the border of its scope": Row(
        text=PLAIN + "sub a {\nstart i\nerror t end = E\ni>t\nsub v event {\nerror k start = E\nend q\nk>q\n}\n}\n"
        "error b on=a = E\nend f\ns>a>e b>f",
        path="s a i t v k q e",
    ),
    "what an event sub-process throws anew goes outwards": Row(
        text=PLAIN + "sub a {\nstart i\nerror t end = E\ni>t\nsub v event {\nerror k start = E\nerror q end = E\nk>q\n"
        "}\n}\nerror b on=a = E\nend f\ns>a>e b>f",
        path="s a i t v k q b f",
    ),
    "an event sub-process beside runs once for each message": Row(
        text=PLAIN + "user a\ns>a>e\nsub v event {\nmessage k start beside = go\nend q\nk>q\n}",
        open="a",
        send=[message("go"), message("go")],
        path="s a v k q v k q",
        status="waiting",
        waiting="a",
    ),
    "a process lasts as long as an event sub-process of it runs": Row(
        text=PLAIN + "user a\ns>a>e\nsub v event {\nmessage k start beside = go\nuser r\nend q\nk>r>q\n}",
        send=[message("go", after="s")],
        open="r",
        path="s a e v k r",
        status="waiting",
        waiting="r",
    ),
    "an event sub-process inside an event sub-process": Row(
        text=PLAIN + "user a\ns>a>e\nsub v event {\nmessage k start = go\nuser r\nend q\nk>r>q\n"
        "sub w event {\nmessage l start = stop\nend z\nl>z\n}\n}",
        send=[message("go"), message("stop")],
        open="a r",
        path="s a v k r w l z",
    ),
    "an event sub-process begins in each instance by itself": Row(
        text=PLAIN + "sub a count=2 sequential {\nstart i\nescalation t throw = U\ntask x\nend o\ni>t>x>o\n"
        "sub v event {\nescalation k start beside = U\nend q\nk>q\n}\n}\ns>a>e",
        path="s a i t v k x q o a i t v k x q o e",
    ),
    "an interrupted call takes the called case away": Row(
        text=PLAIN + "call a = called\nmessage b on=a = stop\nend f\ns>a>e b>f",
        called="start cs\nuser cx\nend ce\ncs>cx>ce",
        open="cx",
        send=[message("stop", after="cx")],
        path="s a cs cx b f",
    ),
    "terminate in a called process does not end the caller": Row(
        text=PLAIN + "call a = called\ntask n\ns>a>n>e",
        called="start cs\nand cg\nuser cx\nterminate ct end\nend ce\ncs>cg>cx>ce cg>ct",
        open="cx",
        path="s a cs cg cx ct n e",
    ),
    "a signal begins a process that waits for it": Row(
        text=PLAIN + "signal t throw = red\ns>t>e",
        called="signal cs start = red\nend ce\ncs>ce",
        path="s t e cs ce",
    ),
    "a message end event begins a process that waits for it": Row(
        text="start s\nmessage t end = go { ={n: 1} }\ns>t",
        called="message cs start = go\nend ce\ncs>ce",
        path="s t cs ce",
    ),
    "an error in an event sub-process that does not interrupt ends what is around": Row(
        text=PLAIN + "sub a {\nstart i\nuser x\nend o\ni>x>o\nsub v event {\nmessage k start beside = go\n"
        "error q end = E\nk>q\n}\n}\nerror b on=a = E\nend f\ns>a>e b>f",
        open="x",
        send=[message("go")],
        path="s a i x v k q b f",
    ),
    "an escalation at an end lets the others in its scope go on": Row(
        text=PLAIN + "sub a {\nstart i\nand g\nuser x\nescalation t end = U\nend o\ni>g>t g>x>o\n}\n"
        "escalation b on=a beside = U\nend f\ns>a>e b>f",
        path="s a i g t x o b f e",
    ),
    "an event at the border of a sub-process waits as long as it is open": Row(
        text=PLAIN + "sub a {\nstart i\nuser x\nend o\ni>x>o\n}\nmessage b on=a = stop\nend f\nuser n\ns>a>n>e b>f",
        send=[message("stop", after="n")],
        path="s a i x o n e",
    ),
    "interrupting takes everything inside away, at any depth": Row(
        text=PLAIN + "sub a {\nstart i\nsub c {\nstart j\nand g\nuser x\ntimer y = PT5H\nend o\nend z\n"
        "j>g>x>o g>y>z\n}\nend k\ni>c>k\n}\ntimer b on=a = PT1H\nend f\ns>a>e b>f",
        open="x",
        path="s a i c j g x y b f",
    ),
    "a conditional event beside comes each time its condition becomes true": Row(
        text=PLAIN + "sub w {\nstart i\nuser c\nuser d\nuser h\nend o\ni>c>d>h>o\n}\ncondition it on=w beside = v > 3\n"
        "end q\ns>w>e it>q",
        data={"v": 0},
        answers={"c": [{"v": 5}], "d": [{"v": 1}], "h": [{"v": 7}]},
        path="s w i c d h it q it q o e",
    ),
    "a parallel gateway joins in every round of a circle": Row(
        text=PLAIN + "xor m\nand g\ntask a\ntask b\nand j\nscript k { n = n + 1 }\nxor x default=d\n"
        "s>m>g>a>j>k>x g>b>j\nx -> m [n < 2]\nd: x -> e",
        data={"n": 0},
        path="s m g a b j k x m g a b j k x e",
    ),
    "an event-based gateway may be come to again": Row(
        text=PLAIN + "xor m\nrace g\nmessage a = go\nmessage b = stop\ns>m>g>a>m g>b>e",
        send=[message("go"), message("go"), message("stop")],
        path="s m g a m g a m g b e",
    ),
    "an inclusive gateway joins the branches of a nested one": Row(
        text=PLAIN + "or g default=d\nor h default=k\nuser a\nuser b\nuser c\nor i\nor j\ns>g\ng -> h [v > 0]\n"
        "d: g -> c\nh -> a [v > 1]\nk: h -> b\na>i b>i i>j>e c>j",
        data={"v": 2},
        path="s g h a i j e",
    ),
    "several links lead to one": Row(
        text=PLAIN + "xor g default=d\nlink l throw = there\nlink k throw = there\nlink m catch = there\ns>g\n"
        "g -> l [v = 1]\nd: g -> k\nm>e",
        data={"v": 2},
        path="s g k m e",
    ),
    "an activity that begins with two tokens waits for both": Row(
        text=PLAIN + 'and g\ntask a\nuser b\n<bpmn:task id="t" startQuantity="2"/>\ns>g>a>t>e g>b>t',
        path="s g a b t e",
        order="b<t",
    ),
    "an activity that leaves with two tokens begins twice what follows": Row(
        text=PLAIN + '<bpmn:task id="t" completionQuantity="2"/>\ntask a\ns>t>a>e', path="s t a a e e"
    ),
    "a complex gateway goes on with two of three, and the third is late": Row(
        text=PLAIN
        + 'and g\ntask a\ntask b\nuser c\n<bpmn:complexGateway id="j"><bpmn:activationCondition>'
        + "=activationCount &gt;= 2</bpmn:activationCondition></bpmn:complexGateway>\ns>g>a>j>e g>b>j g>c>j",
        path="s g a b c j e",
        order="j<e",
    ),
    "an ad-hoc sub-process ends when everything in it is done": Row(
        text=PLAIN + '<bpmn:adHocSubProcess id="a"><bpmn:manualTask id="x"/><bpmn:manualTask id="y"/>'
        "</bpmn:adHocSubProcess>\ns>a>e",
        path="s a x y e",
    ),
    "a handler of errors undoes what was done around it": Row(
        text=PLAIN + "sub a {\nstart i\ntask x\ncompensate cx on=x\ntask ux undoes\ncx ~> ux\nerror t end = E\n"
        "i>x>t\nsub v event {\nerror k start = E\ncompensate w throw\nend q\nk>w>q\n}\n}\ns>a>e",
        path="s a i x t v k w cx ux q e",
    ),
    "what undoes may be a sub-process": Row(
        text=PLAIN + "task a\ncompensate ca on=a\nsub u undoes {\nstart i\ntask x\nend o\ni>x>o\n}\nca ~> u\n"
        "compensate t throw\ns>a>t>e",
        path="s a t ca u i x o e",
    ),
    "branches side by side are undone in reverse order of their completion": Row(
        text=PLAIN + "and g\nuser a\nuser b\nand j\ncompensate ca on=a\ncompensate cb on=b\ntask ua undoes\n"
        "task ub undoes\nca ~> ua\ncb ~> ub\ncompensate t throw\ns>g>a>j>t>e g>b>j",
        path="s g a b j t cb ub ca ua e",
        order="cb<ca",
    ),
    "a done transaction can be undone afterwards": Row(
        text=PLAIN + "sub a transaction {\nstart i\ntask x\ncompensate cx on=x\ntask ux undoes\ncx ~> ux\nend o\n"
        "i>x>o\n}\ncompensate t throw\ns>a>t>e",
        path="s a i x o t cx ux e",
    ),
    "cancelling takes away what still runs in the transaction": Row(
        text=PLAIN + "sub a transaction {\nstart i\nand g\nuser x\nuser y\ncancel t end\nend o\ni>g>x>o g>y>t\n}\n"
        "cancel b on=a\nend f\ns>a>e b>f",
        open="x",
        path="s a i g x y t b f",
    ),
    "a transaction inside a transaction is cancelled alone": Row(
        text=PLAIN + "sub a transaction {\nstart i\nsub c transaction {\nstart j\ncancel t end\nj>t\n}\ncancel k on=c\n"
        "end o\ni>c k>o\n}\ns>a>e",
        path="s a i c j t k o e",
    ),
    "all of several at the border interrupt together": Row(
        text=PLAIN + "user a\nseveral b on=a = all message one ; message two\nend f\ns>a>e b>f",
        open="a",
        send=[message("one"), message("two")],
        path="s a b f",
    ),
    "all of several beside come again": Row(
        text=PLAIN + "user a\nseveral b on=a beside = all message one ; message two\nend f\ns>a>e b>f",
        open="a",
        send=[message("one"), message("two"), message("two"), message("one")],
        path="s a b f b f",
        status="waiting",
        waiting="a",
    ),
    "one of several may begin an event sub-process": Row(
        text=PLAIN + "user a\ns>a>e\nsub v event {\nseveral k start = message one ; timer PT1H\nend q\nk>q\n}",
        open="a",
        path="s a v k q",
    ),
}
ROWS = {**INSTANCES, **ACTIVITIES, **LOOPS, **SCOPES, **GATEWAYS, **EVENTS, **UNDOING, **_around(), **TOGETHER}
