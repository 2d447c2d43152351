"""Small processes in which a case can wait in every way there is; drawn in lines, released through the real door."""

import re
from collections.abc import Mapping
from typing import Final

from tests.bpmn.compiling.drawing import xml

TIMERS = """
start s
timer hours = PT40H
cycle often on=work beside = R3/PT12H
date late on=work beside = =date and time(day + "T12:00:00Z")
user noted assignGroup=service_desk
user remembered assignGroup=service_desk
and both
and all
user work assignGroup=service_desk
end e
s -> both
noted -> e
remembered -> e
all -> e
both -> hours
both -> work
hours -> all
work -> all
often -> noted
late -> remembered
"""
MESSAGES = """
start s
message wait correlate==order = paid
user pack assignGroup=service_desk
end e
s -> wait
pack -> e
wait -> pack
"""
SENDING = """
start s
message tell throw correlate==order timeToLive=P30D = paid { ={amount: amount, messageId: order} }
user look assignGroup=service_desk
end e
s -> tell
look -> e
tell -> look
"""
MANY = """
start s
user each each=people item=one gives=said into=answers assignGroup=service_desk
user next each=people item=one sequential assignGroup=service_desk
user again loop=(if_again) times=3 assignGroup=service_desk
end e
s -> each
again -> e
each -> next
next -> again
""".replace("(if_again)", "true")
SCOPES = """
start s
sub inner {
start is
user deep assignGroup=service_desk
sub undo event {
message stop start beside = halt
user stopped assignGroup=service_desk
end stop_end
stop -> stopped
stopped -> stop_end
}
sub clock event {
timer soon start beside = PT30H
user warned assignGroup=service_desk
end soon_end
soon -> warned
warned -> soon_end
}
end deep_end
is -> deep
deep -> deep_end
}
escalation up on=inner beside = U1
timer slow on=inner = P9D
user moved assignGroup=service_desk
user overtaken assignGroup=service_desk
end e
s -> inner
inner -> e
moved -> e
overtaken -> e
up -> moved
slow -> overtaken
"""
SHARED = """
start s
user work assignGroup=service_desk,support_network
end e
s -> work
work -> e
"""
RACE = """
start s
race which
message paid = money
timer patience = P3D
signal alarm = fire
user served assignGroup=service_desk
user left assignGroup=service_desk
end e
s -> which
served -> e
left -> e
which -> paid
which -> patience
which -> alarm
paid -> served
patience -> left
alarm -> left
"""
CALLING = """
start s
call c = called
user after assignGroup=service_desk
end e
s -> c
after -> e
c -> after
"""
CALLED = """
start s
user work assignGroup=service_desk
end e
s -> work
work -> e
"""
WATCHING = """
start s
and both
and all
condition warm = degrees > 30
signal bell = ring
user measure assignGroup=service_desk
script keep { facts = {number: 12345.678901234567890, deep: [[1], {typename: "own", none: null}]} ; rest = 1 / 3 }
script date { at = date("2026-11-23") + duration("P1D") }
xor enough default=no
user done assignGroup=service_desk
end e
s -> both
done -> e
both -> warm
both -> bell
both -> keep
keep -> date
date -> measure
measure -> all
warm -> all
bell -> all
all -> enough
yes: enough -> done [degrees > 100]
no: enough -> done
"""
RINGING = """
start s
signal bell throw = ring
end e
s -> bell
bell -> e
"""
ORDERING = """
start s
service call retries=0 = http/request { url = url ; method = "POST" ; body = {item: what} }
user arrived assignGroup=service_desk
end e
s -> call
arrived -> e
call -> arrived
"""
KEEPING = """
start s
user work assignGroup=service_desk
service keep result=={kept:response.key} = record/save { type="supplier" ; title="Papyrus" ; values={kind:"external"} }
user more assignGroup=service_desk
end e
s -> work
work -> keep
keep -> more
more -> e
"""

FORM: Final = b"""{"type": "default", "id": "note", "components": [
    {"type": "textarea", "key": "said", "id": "f1", "label": "What do you say?"},
    {"type": "number", "key": "degrees", "id": "f2", "label": "Degrees"},
    {"type": "textfield", "key": "order", "id": "f3", "label": "Order"}]}"""
"""What every task of them asks."""

PROCESSES: Final[Mapping[str, str]] = {
    "timers": TIMERS,
    "messages": MESSAGES,
    "sending": SENDING,
    "many": MANY,
    "scopes": SCOPES,
    "race": RACE,
    "shared": SHARED,
    "calling": CALLING,
    "called": CALLED,
    "watching": WATCHING,
    "ringing": RINGING,
    "ordering": ORDERING,
    "keeping": KEEPING,
}
"""Process ids with their drawings."""


def files(process_id: str) -> Mapping[str, bytes]:
    """The files of one of them, as its owner would hand them in."""
    facts = f'title = "{process_id.title()}"\nowner = "process_owner"\n'
    group = rb'(<spiffworkflow:property name="assignGroup" value="[^"]*"/>)'
    asking = rb'\1<spiffworkflow:property name="formRef" value="note"/>'
    diagram = re.sub(group, asking, xml(PROCESSES[process_id], process_id))
    return {f"{process_id}.bpmn": diagram, "process.toml": facts.encode(), "note.form": FORM}
