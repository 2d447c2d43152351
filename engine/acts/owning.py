"""Watching over ownership: who hears of it when something loses its owner."""

from engine import journal, notices
from engine.acts import chains
from engine.model.entry import INSTALLATION, EntryKind
from engine.ownership import VACANCIES, Owned, Subject, owned
from engine.storage import jobs, records
from engine.transaction import Transaction
from forms.data import canonical, parse


def watch(tx: Transaction) -> int:
    """Journal what lost or got its owner since the last look, and tell deputies and administrators; says how many.

    The worker looks every hour: grants also end by themselves, on their day.
    """
    found = {each.key: each for each in owned(tx)}
    vacant = {key: each for key, each in found.items() if each.vacant}
    before = set(parse(records.fact(tx, VACANCIES) or "[]"))
    lost = [vacant[key] for key in sorted(vacant.keys() - before)]
    filled = sorted(before - vacant.keys())
    if not lost and not filled:
        return 0
    for each in lost:
        role = each.role.id if each.role else None
        facts = {"subject": each.subject.value, "id": each.id, "role": role, "count": each.count}
        journal.append(tx, EntryKind.OWNERSHIP_VACANT, INSTALLATION, facts=facts)
    for key in filled:
        subject, _, name = key.partition(":")
        journal.append(tx, EntryKind.OWNERSHIP_FILLED, INSTALLATION, facts={"subject": subject, "id": name})
    records.put_fact(tx, VACANCIES, canonical(sorted(vacant)))
    jobs.add(tx, chains.linked(tx, notices.for_vacancies(tx, [_sentence(each) for each in lost], _deputies(lost))))
    return len(lost) + len(filled)


def _deputies(lost: list[Owned]) -> list[str]:
    return sorted({each.deputy.id for each in lost if each.deputy is not None})


def _sentence(one: Owned) -> str:
    role = f" (role {one.role.title})" if one.role else ""
    match one.subject:
        case Subject.PROCESS:
            return f"Nobody answers for the process {one.title}{role}. Running cases: {one.count}."
        case Subject.SERVICE:
            return f"Nobody answers for the service {one.title}."
        case Subject.REGISTER:
            return f"Nobody answers for the register {one.title}{role}."
        case Subject.WORK:
            return f"Nobody can take what is offered to {one.title}. Tasks: {one.count}."
