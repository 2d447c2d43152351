"""Every function that an expression in FEEL calls is there.

Functions are those of FEEL, those that the installation offers, and those that the expression itself defines. Any
other, ``datetime.date(...)`` of another language for instance, would give nothing when a case comes to it.
"""

from collections.abc import Iterator
from itertools import islice

from bpmn.draft import Draft
from bpmn.expressions import COUNT, LENGTH, expressions, names_set
from bpmn.languages import read
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import processes
from bpmn.scripts import NotRunnable
from bpmn.vocabulary import RECORDS, Vocabulary
from forms.feel import Expression, FeelSyntaxError

RULE = Rule(__name__, clause="10.3.1")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    offered = {*vocabulary.functions, RECORDS}
    for process in processes(draft):
        names = names_set(draft, process) | vocabulary.functions
        for written in islice(expressions(process), COUNT):
            if len(written.text) > LENGTH:
                continue
            try:
                formula = read(written.text, written.language, names)
            except (FeelSyntaxError, NotRunnable):
                continue
            for called in sorted(formula.calls - offered if isinstance(formula, Expression) else ()):
                yield RULE.error(
                    written.at,
                    "The {what} of {element} calls the function {name}, which there is not.",
                    "Correct the name, or write it with a function of FEEL: {text}",
                    what=written.what,
                    name=called,
                    text=written.text,
                )
