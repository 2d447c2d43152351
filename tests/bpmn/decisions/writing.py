"""DMN files written in few words for tests."""

from xml.sax.saxutils import escape, quoteattr

NEWEST = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def literal(text, more=""):
    return f"<literalExpression{more}><text>{escape(text)}</text></literalExpression>"


def boxed(part):
    """A part that is markup already, or a FEEL expression."""
    return part if part.startswith("<") else literal(part)


def typed(name, type_ref="", tag="variable"):
    told = f" typeRef={quoteattr(type_ref)}" if type_ref else ""
    return f"<{tag} name={quoteattr(name)}{told}/>"


def context(*entries):
    """Entries as (name, expression) or (name, expression, type); without a name the result."""
    parts = []
    for name, part, *told in entries:
        parts.append(f"<contextEntry>{typed(name, *told) if name else ''}{boxed(part)}</contextEntry>")
    return f"<context>{''.join(parts)}</context>"


def invocation(called, **bindings):
    parts = [f"<binding>{typed(name, tag='parameter')}{boxed(part)}</binding>" for name, part in bindings.items()]
    return f"<invocation>{literal(called)}{''.join(parts)}</invocation>"


def function(parameters, body, tag="functionDefinition", kind=""):
    """Parameters as names, or as ``name: type``."""
    told = "".join(typed(*(part.strip() for part in one.split(":")), tag="formalParameter") for one in parameters)
    more = f" kind={quoteattr(kind)}" if kind else ""
    return f"<{tag}{more}>{told}{boxed(body)}</{tag}>"


def relation(columns, *rows):
    told = "".join(typed(name, tag="column") for name in columns)
    lines = "".join("<row>" + "".join(map(boxed, row)) + "</row>" for row in rows)
    return f"<relation>{told}{lines}</relation>"


def items(*parts):
    return f"<list>{''.join(map(boxed, parts))}</list>"


def conditional(condition, yes, no):
    return f"<conditional><if>{boxed(condition)}</if><then>{boxed(yes)}</then><else>{boxed(no)}</else></conditional>"


def filtered(domain, match):
    return f"<filter><in>{boxed(domain)}</in><match>{boxed(match)}</match></filter>"


def iteration(kind, variable, domain, body):
    part = "return" if kind == "for" else "satisfies"
    return f'<{kind} iteratorVariable="{variable}"><in>{boxed(domain)}</in><{part}>{boxed(body)}</{part}></{kind}>'


def table(columns, outputs, *rows, policy="UNIQUE"):
    ins = "".join(f"<input><inputExpression><text>{escape(one)}</text></inputExpression></input>" for one in columns)
    outs = "".join(f'<output name="{one}"/>' for one in outputs)
    cells = ""
    for number, row in enumerate(rows, 1):
        kinds = ["inputEntry"] * len(columns) + ["outputEntry"] * len(outputs)
        inside = "".join(f"<{kind}><text>{escape(one)}</text></{kind}>" for kind, one in zip(kinds, row, strict=True))
        cells += f'<rule id="rule{number}">{inside}</rule>'
    return f'<decisionTable hitPolicy="{policy}">{ins}{outs}{cells}</decisionTable>'


def needs(*ids, kind="Decision"):
    """Requirements: of ids of this file, or whole references with a ``#``."""
    holder = "knowledgeRequirement" if kind == "Knowledge" else "informationRequirement"
    hrefs = [one if "#" in one else f"#{one}" for one in ids]
    return "".join(f'<{holder}><required{kind} href="{href}"/></{holder}>' for href in hrefs)


def decision(identity, logic, *requirements, type_ref="", name=""):
    variable = typed(name or identity, type_ref)
    inside = variable + "".join(requirements) + boxed(logic)
    return f"<decision id={quoteattr(identity)} name={quoteattr(name or identity)}>{inside}</decision>"


def told(name, type_ref="", identity=""):
    variable = typed(name, type_ref)
    return f"<inputData id={quoteattr(identity or name)} name={quoteattr(name)}>{variable}</inputData>"


def knowledge(identity, parameters, body, *requirements, type_ref=""):
    inside = typed(identity, type_ref) + "".join(requirements) + function(parameters, body, tag="encapsulatedLogic")
    return f'<businessKnowledgeModel id="{identity}" name="{identity}">{inside}</businessKnowledgeModel>'


def service(identity, *, outputs=(), inside=(), decisions=(), data=(), type_ref=""):
    parts = {"outputDecision": outputs, "encapsulatedDecision": inside, "inputDecision": decisions, "inputData": data}
    refs = "".join(f'<{tag} href="#{one}"/>' for tag, ids in parts.items() for one in ids)
    return f'<decisionService id="{identity}" name="{identity}">{typed(identity, type_ref)}{refs}</decisionService>'


def item_type(name, type_ref="", *, components="", allowed="", constraint="", collection=False, tag="itemDefinition"):
    inside = f"<typeRef>{type_ref}</typeRef>" if type_ref else ""
    inside += f"<allowedValues><text>{escape(allowed)}</text></allowedValues>" if allowed else ""
    inside += f"<typeConstraint><text>{escape(constraint)}</text></typeConstraint>" if constraint else ""
    many = ' isCollection="true"' if collection else ""
    return f"<{tag} name={quoteattr(name)}{many}>{inside}{components}</{tag}>"


def component(name, *args, **more):
    return item_type(name, *args, **more, tag="itemComponent")


def file(*parts, namespace=NEWEST, own="urn:own"):
    text = f'<definitions xmlns="{namespace}" name="model" namespace="{own}">{"".join(parts)}</definitions>'
    return text.encode()


def imported(name, namespace):
    return f'<import name="{name}" namespace="{namespace}" importType="{NEWEST}"/>'
