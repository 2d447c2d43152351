"""Personal data erased on pages: of a case, of a person; gone from the whole store, with chains that still verify."""

from sqlalchemy import text

from engine import journal
from engine.model.person import SYSTEM
from engine.storage import tables
from engine.transaction import begin, reading
from tests.webui.conftest import REPORT, House, first_task

WORD = "Zebrafinch"


def holds(house: House, word: str) -> set[str]:
    """The columns of the store in which a word stands, and the files below the data folder."""
    found = set()
    with reading(house.installation, SYSTEM) as tx:
        for table in tables.metadata.sorted_tables:
            for row in tx.connection.execute(text(f'SELECT * FROM "{table.name}"')).mappings():  # noqa: S608 - ours
                found |= {f"{table.name}.{name}" for name, value in row.items() if word in str(value)}
    files = house.installation.settings.data / "files"
    return found | {"files" for path in files.rglob("*") if path.is_file() and word.encode() in path.read_bytes()}


def consistent(house: House) -> bool:
    with reading(house.installation, SYSTEM) as tx:
        return all(verdict.consistent for verdict in journal.verify_all(tx))


def report(house: House) -> str:
    caller = house.signed_in("caller")
    once = {"_once": "o" * 12, "title": f"{WORD} in the mail", "description": f"Call {WORD} at home."}
    answer = caller.post("/start/incident", {**REPORT, **once})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return answer.headers["Location"].rsplit("/", 1)[1]


def worked_on(house: House) -> str:
    """A case that left something everywhere: a comment, a draft, a mail, a snapshot, an incident."""
    number = report(house)
    desk = house.signed_in("service_desk")
    desk.post(f"/cases/{number}/comments", {"text": f"{WORD} again"})
    desk.post(f"{first_task(desk)}/draft", {"title": WORD})
    with begin(house.installation, SYSTEM) as tx:
        ours = tx.connection.execute(tables.instance.select().where(tables.instance.c.number == number)).first()
        assert ours is not None
        tx.connection.execute(
            tables.attachment.insert().values(
                id="a", digest="ab" * 32, name=f"{WORD}.txt", size=3, detected_type="text/plain", instance_id=ours.id,
                uploaded_by=house.people["caller"].id, uploaded_at=tx.now(),
            )
        )  # fmt: skip
        tx.connection.execute(
            tables.job.update().where(tables.job.c.instance_id == ours.id).values(problem=f"{WORD} refused")
        )
    path = house.installation.settings.data / "files" / "ab" / ("ab" * 32)
    path.parent.mkdir(parents=True)
    path.write_text(WORD)
    return number


def test_a_case_is_erased_when_it_has_ended_and_leaves_nothing_behind(house: House) -> None:
    number = worked_on(house)
    guard, path = house.signed_in("data_protection"), f"/data-protection/cases/{number}"
    assert "Still running" in guard.get(path).get_data(as_text=True)
    assert guard.post(path, {"reason": "Article 17"}).status_code == 422
    house.signed_in("operator").post(f"/cases/{number}/cancel", {"reason": f"{WORD} asked for it"})
    assert "instance.title" in holds(house, WORD)
    preview = guard.get(path).get_data(as_text=True)
    assert "Erase for good" in preview
    assert guard.post(path, {"reason": " "}).status_code == 422
    assert guard.post(path, {"reason": "Article 17"}).status_code == 303
    assert holds(house, WORD) == set()
    assert consistent(house)
    html = house.signed_in("auditor").get(f"/cases/{number}/trace").get_data(as_text=True)
    assert "erased personal data" in html
    assert "Chain consistent" in html
    assert house.signed_in("service_desk").get(f"/search?q={WORD}").status_code == 200


def test_a_person_is_erased_with_all_his_cases_once_his_account_is_off(house: House) -> None:
    number = worked_on(house)
    caller = house.people["caller"]
    guard, path = house.signed_in("data_protection"), f"/data-protection/people/{caller.id}"
    house.signed_in("operator").post(f"/cases/{number}/cancel", {"reason": "Over"})
    refused = guard.post(path, {"reason": "Article 17"})
    assert (refused.status_code, "Deactivate the account first" in refused.get_data(as_text=True)) == (422, True)
    house.signed_in("administrator").post(f"/people/{caller.id}/active", {"active": "no"})
    assert guard.post(path, {"reason": "Article 17"}).status_code == 303
    for word in (WORD, "Jo Bauer", "jo@example.org"):
        assert holds(house, word) == set(), word
    assert consistent(house)
    html = house.signed_in("auditor").get(f"/cases/{number}/trace").get_data(as_text=True)
    assert "Erased person" in html


def test_nobody_erases_himself_and_only_data_protection_erases(house: House) -> None:
    guard = house.people["data_protection"]
    visitor = house.signed_in("data_protection")
    refused = visitor.post(f"/data-protection/people/{guard.id}", {"reason": "Me"})
    assert (refused.status_code, "Somebody else" in refused.get_data(as_text=True)) == (422, True)
    for role in ("administrator", "operator", "auditor"):
        assert house.signed_in(role).get(f"/data-protection/people/{guard.id}").status_code == 403
        assert house.signed_in(role).post(f"/data-protection/people/{guard.id}", {"reason": "x"}).status_code == 403
