"""Every table of the house, one history for SQLite and PostgreSQL.

Identifiers are UUIDv7 as text, moments are aware UTC stored as text of fixed width on SQLite and as timestamptz on
PostgreSQL, process data is canonical JSON text. Streams, publications and journal entries are only ever added to.
"""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

from engine.model.audience import Audience, read_audience

CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = sa.MetaData(naming_convention=CONVENTION)


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime. Refuses naive ones: a moment without a zone is a defect, not a default."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> Any:
        """Fixed-width text sorts like time, which SQLite's own types do not promise."""
        return sa.String(27) if dialect.name == "sqlite" else sa.DateTime(timezone=True)

    def bind_processor(self, dialect: sa.Dialect) -> Any:
        """Aware datetime in, UTC out. Said in one step, as every act stores ten of them."""
        return _stored_text if dialect.name == "sqlite" else _utc

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Any:
        """Stored form in, aware UTC out."""
        return _from_text if dialect.name == "sqlite" else _utc


def _utc(value: datetime | None) -> datetime | None:
    if value is None or value.tzinfo is UTC:
        return value
    if value.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return value.astimezone(UTC)


def _stored_text(value: datetime | None) -> str | None:
    utc = _utc(value)
    return None if utc is None else f"{utc.isoformat(timespec='microseconds')[:-6]}Z"


def _from_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)


class Offered(TypeDecorator[Audience]):
    """Whom a task is offered to, as its text; null for nobody."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Audience | None, dialect: sa.Dialect) -> str | None:
        """Audience in, text out."""
        return None if value is None else value.text or None

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> Audience:
        """Text in, audience out."""
        return read_audience(value or "")


def _id() -> sa.Column[str]:
    return sa.Column("id", sa.String(36), primary_key=True)


def _where(condition: str) -> dict[str, Any]:
    """Keep an index to the rows of a condition, in both dialects."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _ref(name: str, target: str, *, nullable: bool = False, index: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(36), sa.ForeignKey(target), nullable=nullable, index=index)


installation = sa.Table(
    "installation",
    metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)


def create(connection: sa.Connection) -> None:
    """Make all tables at once in an empty, throw-away store; what lasts is made by the migrations."""
    metadata.create_all(connection)


# --- people -----------------------------------------------------------------------------------------------------------

person = sa.Table(
    "person",
    metadata,
    _id(),
    sa.Column("login", sa.String(255), nullable=False, unique=True),
    sa.Column("name", sa.String(255), nullable=False),
    sa.Column("email", sa.String(255)),
    sa.Column("password_hash", sa.String(255)),
    sa.Column("zone", sa.String(64), nullable=False, server_default="UTC"),
    sa.Column("active", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("sessions", sa.Integer, nullable=False, server_default="0"),  # raised to end every session
    sa.Column("created_at", Moment, nullable=False),
)
# Logins are looked up whatever their case. SQLite has one writer, who has looked before he adds.
sa.Index("uq_person_login_lowered", sa.func.lower(person.c.login), unique=True).ddl_if(dialect="postgresql")

role = sa.Table(
    "role",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("title", sa.String(255), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),  # role | group
    sa.Column("purpose", sa.Text, nullable=False, server_default=""),
)

role_grant = sa.Table(
    "role_grant",
    metadata,
    _id(),
    _ref("person_id", "person.id", index=True),
    _ref("role_id", "role.id"),
    sa.Column("valid_from", Moment, nullable=False),
    sa.Column("valid_until", Moment),
    _ref("granted_by", "person.id", nullable=True),
    sa.Column("granted_at", Moment, nullable=False),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
    sa.Column("revoked_at", Moment),
)

one_time_link = sa.Table(
    "one_time_link",
    metadata,
    sa.Column("token_sha256", sa.String(64), primary_key=True),
    sa.Column("purpose", sa.String(32), nullable=False),  # first_administrator | set_password
    _ref("person_id", "person.id", nullable=True),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("used_at", Moment),
)

memo = sa.Table(  # what pages remember for a while: answers to posts, sessions that were ended
    "memo",
    metadata,
    sa.Column("key", sa.String(64), primary_key=True),  # SHA-256 of what it is about
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Index("ix_memo_expires_at", "expires_at"),
)

# --- records ----------------------------------------------------------------------------------------------------------

calendar = sa.Table(
    "calendar",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("title", sa.String(255), nullable=False),
    sa.Column("value", sa.Text, nullable=False),  # canonical JSON: {zone, week, holidays}
    sa.Column("version", sa.Integer, nullable=False),
)

service = sa.Table(
    "service",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("title", sa.String(255), nullable=False),
    sa.Column("description", sa.Text, nullable=False, server_default=""),
    _ref("owner_id", "person.id", nullable=True),
    sa.Column("calendar_id", sa.String(64), sa.ForeignKey("calendar.id"), nullable=False),
    sa.Column("support_group", sa.String(64), sa.ForeignKey("role.id")),
    sa.Column("active", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("version", sa.Integer, nullable=False),
)

service_target = sa.Table(  # decision 16: read when a clock starts or is re-targeted
    "service_target",
    metadata,
    sa.Column("service_id", sa.String(64), nullable=False),  # "" = for every service without its own
    sa.Column("priority", sa.String(16), nullable=False),
    sa.Column("clock", sa.String(64), nullable=False),
    sa.Column("budget_seconds", sa.Integer, nullable=False),
    sa.Column("around_the_clock", sa.Boolean, nullable=False),  # true: counts 24x7 whatever the calendar
    sa.PrimaryKeyConstraint("service_id", "priority", "clock"),
)

secret = sa.Table(  # for calls that leave the house: sealed, and bound to one operation and one host
    "secret",
    metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("operation", sa.String(64), nullable=False),
    sa.Column("host", sa.String(255), nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),  # nonce and AES-256-GCM, name and binding authenticated
    sa.Column("key_id", sa.String(16), nullable=False),  # which master key, by its digest
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("changed_at", Moment, nullable=False),
    _ref("changed_by", "person.id", nullable=True),
    sa.Column("used_at", Moment),  # by a call, to the minute
)

sender = sa.Table(  # systems outside that may send messages
    "sender",
    metadata,
    _id(),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False, unique=True),  # SHA-256 of the token, which is not kept
    sa.Column("messages", sa.Text, nullable=False),  # the names it may send, as JSON
    _ref("person_id", "person.id"),  # in whose name
    sa.Column("made_at", Moment, nullable=False),
    _ref("made_by", "person.id", nullable=True),
    sa.Column("used_at", Moment),  # to the minute
    sa.Column("revoked_at", Moment),
    _ref("revoked_by", "person.id", nullable=True),
)

allowed_host = sa.Table(  # hosts in private networks that calls may reach
    "allowed_host",
    metadata,
    sa.Column("host", sa.String(255), primary_key=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("added_at", Moment, nullable=False),
    _ref("added_by", "person.id", nullable=True),
)

# --- publications -----------------------------------------------------------------------------------------------------

publication = sa.Table(
    "publication",
    metadata,
    _id(),
    sa.Column("process_id", sa.String(128), nullable=False, index=True),
    sa.Column("version", sa.Integer),  # numbered when released
    sa.Column("state", sa.String(16), nullable=False),  # draft | proposed | released | retired
    sa.Column("title", sa.String(255), nullable=False),
    sa.Column("digest", sa.String(64)),  # of the sealed files; set when released
    sa.Column("revision", sa.Integer, nullable=False),  # of the draft: stale saves are refused
    _ref("based_on", "publication.id", nullable=True),
    sa.Column("note", sa.Text, nullable=False, server_default=""),
    _ref("author_id", "person.id", nullable=True),
    _ref("proposer_id", "person.id", nullable=True),
    _ref("releaser_id", "person.id", nullable=True),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("changed_at", Moment, nullable=False),
    sa.Column("proposed_at", Moment),
    sa.Column("released_at", Moment),
    # The releaser vouched for the Python in it, which then runs in the server.
    sa.Column("vouched", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.UniqueConstraint("process_id", "version"),
)

publication_file = sa.Table(
    "publication_file",
    metadata,
    _ref("publication_id", "publication.id"),
    sa.Column("name", sa.String(255), nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.PrimaryKeyConstraint("publication_id", "name"),
)

# --- instances --------------------------------------------------------------------------------------------------------

number_series = sa.Table(
    "number_series",
    metadata,
    sa.Column("prefix", sa.String(16), primary_key=True),
    sa.Column("last", sa.Integer, nullable=False),
)

instance = sa.Table(
    "instance",
    metadata,
    _id(),
    sa.Column("number", sa.String(32), nullable=False, unique=True),
    sa.Column("process_id", sa.String(128), nullable=False),
    _ref("publication_id", "publication.id"),
    sa.Column("title", sa.String(500), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),  # active | completed | cancelled
    sa.Column("outcome", sa.String(255)),
    _ref("starter_id", "person.id", nullable=True),  # null: begun by a message or signal
    _ref("caller_id", "person.id", nullable=True, index=True),  # who the case is for
    sa.Column("service_id", sa.String(64)),
    sa.Column("priority", sa.String(16)),
    sa.Column("restricted", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("business_key", sa.String(255)),
    _ref("parent_id", "instance.id", nullable=True, index=True),  # the case whose call activity called this one ...
    sa.Column("parent_token", sa.String(36)),  # ... and where it waits
    sa.Column("started_at", Moment, nullable=False),
    sa.Column("ended_at", Moment),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("suspended_at", Moment),  # set: nothing but an operator moves the case
    sa.Column("live_state", sa.LargeBinary),  # derived: purged on erasure; null when ended
    sa.Index("ix_instance_state_process_id", "state", "process_id", "started_at"),
    sa.Index("ix_instance_process_id_started_at", "process_id", "started_at"),
    sa.Index("ix_instance_started_at", "started_at"),
    sa.Index("ix_instance_starter_id", "starter_id"),
    sa.Index("ix_instance_suspended", "started_at", **_where("suspended_at IS NOT NULL")),
)

task = sa.Table(
    "task",
    metadata,
    _id(),
    _ref("instance_id", "instance.id", index=True),
    sa.Column("token", sa.String(36), nullable=False),
    sa.Column("element_id", sa.String(255), nullable=False),
    sa.Column("title", sa.String(500), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),  # open | completed | skipped | withdrawn
    sa.Column("audience", Offered),  # who is offered it: roles, groups and people ...
    sa.Column("audience_key", sa.String(64)),  # ... by which lists find it: the role's id, or a key of table audience
    _ref("person_id", "person.id", nullable=True),  # ... or whose it is by name
    _ref("assignee_id", "person.id", nullable=True),
    sa.Column("form", sa.String(255)),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("claimed_at", Moment),
    sa.Column("ended_at", Moment),
    _ref("ended_by", "person.id", nullable=True),
    sa.Column("due_at", Moment),
    sa.Column("follow_up_at", Moment),
    sa.Column("priority", sa.Integer, nullable=False, server_default="50"),
    sa.UniqueConstraint("instance_id", "token"),
    sa.Index("ix_task_state_assignee_id", "state", "assignee_id"),
    # Free tasks by index alone.
    sa.Index("ix_task_state_audience_key", "state", "audience_key", "assignee_id", "person_id"),
    sa.Index("ix_task_state_person_id", "state", "person_id"),
)

audience = sa.Table(  # who belongs to an audience of several; kept once, however many tasks are offered to it
    "audience",
    metadata,
    sa.Column("member", sa.String(64), nullable=False),  # a role or group, or @ and the id of a person
    sa.Column("key", sa.String(64), nullable=False),
    sa.PrimaryKeyConstraint("member", "key"),
    sa.Index("ix_audience_key", "key"),
)

snapshot = sa.Table(  # the state before a task ended, to go back to; derived: dropped with the case and with age
    "snapshot",
    metadata,
    _ref("instance_id", "instance.id"),
    sa.Column("slot", sa.Integer, nullable=False),  # used in turn, so that a case never keeps more than it has slots
    _ref("task_id", "task.id"),
    sa.Column("kept_at", Moment, nullable=False),
    sa.Column("state", sa.LargeBinary, nullable=False),
    sa.PrimaryKeyConstraint("instance_id", "slot"),
    sa.Index("ix_snapshot_kept_at", "kept_at"),
)

awaited_message = sa.Table(
    "awaited_message",
    metadata,
    _ref("instance_id", "instance.id"),
    sa.Column("token", sa.String(36), nullable=False),
    sa.Column("element_id", sa.String(255), nullable=False),
    sa.Column("name", sa.String(255), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False, server_default="message"),  # message | signal
    sa.Column("correlation", sa.String(255), nullable=False, server_default=""),  # the key it must carry; "" = none
    sa.PrimaryKeyConstraint("instance_id", "token", "name"),
    sa.Index("ix_awaited_message_name_kind_correlation", "name", "kind", "correlation"),
)

kept_message = sa.Table(  # sent by a case: waiting for a receiver, or remembered for its id until it expires
    "kept_message",
    metadata,
    _id(),
    sa.Column("name", sa.String(255), nullable=False),
    sa.Column("correlation", sa.String(255), nullable=False),
    sa.Column("message_id", sa.String(255)),  # what its sender calls it
    sa.Column("state", sa.String(16), nullable=False),  # kept | delivered | expired
    sa.Column("payload", sa.Text),  # canonical JSON; null once delivered or expired
    _ref("sender_id", "instance.id", nullable=True),
    sa.Column("element_id", sa.String(255)),
    _ref("receiver_id", "instance.id", nullable=True),
    sa.Column("duplicates", sa.Integer, nullable=False, server_default="0"),
    sa.Column("thrown_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("source", sa.String(64)),  # the name of the system outside that sent it ...
    _ref("source_person_id", "person.id", nullable=True),  # ... and in whose name
    sa.UniqueConstraint("name", "message_id"),
    sa.Index("ix_kept_message_name_correlation_state", "name", "correlation", "state"),
    sa.Index("ix_kept_message_thrown_at", "thrown_at"),
)

link = sa.Table(  # how cases and records are related; from_ is of `kind` to to_
    "link",
    metadata,
    sa.Column("from_kind", sa.String(16), nullable=False),  # case | record
    sa.Column("from_id", sa.String(160), nullable=False),
    sa.Column("to_kind", sa.String(16), nullable=False),
    sa.Column("to_id", sa.String(160), nullable=False),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("made_at", Moment, nullable=False),
    _ref("made_by", "person.id", nullable=True),  # null: a process made it
    sa.Column("element_id", sa.String(255)),
    sa.PrimaryKeyConstraint("from_kind", "from_id", "to_kind", "to_id", "kind"),
    sa.Index("ix_link_to_kind_to_id", "to_kind", "to_id"),
)

case_figures = sa.Table(  # what the measures of its process take of a case; derived, without personal data
    "case_figures",
    metadata,
    _ref("instance_id", "instance.id"),
    sa.Column("process_id", sa.String(128), nullable=False),
    sa.Column("digest", sa.String(16), nullable=False),  # of the measures
    sa.Column("version", sa.Integer, nullable=False),  # of the case, when it was counted
    sa.Column("counted_at", Moment, nullable=False),
    sa.Column("started_at", Moment, nullable=False),
    sa.Column("ended_at", Moment),
    sa.Column("figures", sa.Text, nullable=False),  # canonical JSON: numbers by measure, of those it counts in
    sa.PrimaryKeyConstraint("instance_id"),
    sa.Index("ix_case_figures_process_id_ended_at", "process_id", "ended_at"),
    sa.Index("ix_case_figures_process_id_started_at", "process_id", "started_at"),
)

draft = sa.Table(  # half-filled forms: a task's or a start form's
    "draft",
    metadata,
    _ref("person_id", "person.id"),
    sa.Column("subject", sa.String(160), nullable=False),  # task:<id> | start:<process id>
    sa.Column("answers", sa.Text, nullable=False),  # the posted fields as JSON: names to lists of text
    sa.Column("saved_at", Moment, nullable=False),
    sa.PrimaryKeyConstraint("person_id", "subject"),
)

attachment = sa.Table(
    "attachment",
    metadata,
    _id(),
    sa.Column("digest", sa.String(64), nullable=False, index=True),
    sa.Column("name", sa.String(255), nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("detected_type", sa.String(127), nullable=False),
    _ref("instance_id", "instance.id", nullable=True, index=True),
    _ref("uploaded_by", "person.id"),
    sa.Column("uploaded_at", Moment, nullable=False),
)

# --- records ----------------------------------------------------------------------------------------------------------

record_type = sa.Table(  # every version of a type that was ever loaded: what was kept by it is read by it
    "record_type",
    metadata,
    sa.Column("id", sa.String(64), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("facts", sa.LargeBinary, nullable=False),
    sa.Column("form", sa.LargeBinary, nullable=False),
    sa.Column("loaded_at", Moment, nullable=False),
    sa.PrimaryKeyConstraint("id", "version"),
)

record = sa.Table(  # as it is now; each version is an entry of its stream in the journal
    "record",
    metadata,
    _id(),
    sa.Column("type", sa.String(64), nullable=False),
    sa.Column("type_version", sa.Integer, nullable=False),
    sa.Column("key", sa.String(64), nullable=False, unique=True),
    sa.Column("title", sa.String(500), nullable=False),
    sa.Column("state", sa.String(64), nullable=False),
    _ref("owner_id", "person.id", nullable=True, index=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("content", sa.Text, nullable=False),  # canonical JSON of its fields; derived: purged on erasure
    sa.Column("words", sa.Text, nullable=False),  # what a search looks through, lowered; derived as well
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("changed_at", Moment, nullable=False),
    sa.Column("review_at", Moment),
    sa.Column("retired_at", Moment),
    sa.ForeignKeyConstraint(["type", "type_version"], ["record_type.id", "record_type.version"]),
    sa.Index("ix_record_type_retired_at", "type", "retired_at", "title"),
)

record_unique = sa.Table(  # what no two records of a type have in common
    "record_unique",
    metadata,
    sa.Column("type", sa.String(64), nullable=False),
    sa.Column("field", sa.String(100), nullable=False),
    sa.Column("value", sa.String(64), nullable=False),  # SHA-256 of the value as it is compared
    _ref("record_id", "record.id", index=True),
    sa.PrimaryKeyConstraint("type", "field", "value"),
)

record_reference = sa.Table(  # which records a record chooses in its fields
    "record_reference",
    metadata,
    _ref("record_id", "record.id"),
    sa.Column("field", sa.String(100), nullable=False),
    sa.Column("target_type", sa.String(64), nullable=False),
    sa.Column("target_key", sa.String(64), nullable=False),
    sa.PrimaryKeyConstraint("record_id", "field", "target_key"),
    sa.Index("ix_record_reference_target_key", "target_key"),
)

case_record = sa.Table(  # which records a case worked on, for its page and theirs; derived from the journal
    "case_record",
    metadata,
    sa.Column("instance_id", sa.String(36), nullable=False),  # no reference: a case works on records as it begins
    sa.Column("type", sa.String(64), nullable=False),
    sa.Column("key", sa.String(64), nullable=False),
    sa.Column("deed", sa.String(16), nullable=False),  # added | changed | retired | read
    sa.Column("at", Moment, nullable=False),  # the last time
    sa.PrimaryKeyConstraint("instance_id", "type", "key", "deed"),
    sa.Index("ix_case_record_type_key", "type", "key"),
)

# --- journal ----------------------------------------------------------------------------------------------------------

entry = sa.Table(
    "entry",
    metadata,
    sa.Column("stream", sa.String(64), nullable=False),  # instance:<id> | publication:<id> | person:<id> | installation
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("kind", sa.String(64), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("actor_id", sa.String(36)),  # null: the system itself
    sa.Column("record", sa.Text, nullable=False),  # the canonical JSON that is hashed
    sa.Column("hash", sa.String(64), nullable=False),
    sa.PrimaryKeyConstraint("stream", "seq"),
    sa.Index("ix_entry_at", "at"),
    # Comments stand on the page of each task of a case, however long its history.
    sa.Index("ix_entry_commented", "stream", "seq", **_where("kind = 'case.commented'")),
)

entry_value = sa.Table(
    "entry_value",
    metadata,
    sa.Column("stream", sa.String(64), nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("path", sa.String(255), nullable=False),
    sa.Column("subject", sa.String(64), nullable=False),  # person:<id> | instance:<id>
    sa.Column("personal", sa.Boolean, nullable=False),
    sa.Column("salt", sa.String(32)),  # null with the value once erased
    sa.Column("value", sa.Text),
    sa.PrimaryKeyConstraint("stream", "seq", "path"),
    sa.ForeignKeyConstraint(["stream", "seq"], ["entry.stream", "entry.seq"]),
    sa.Index("ix_entry_value_subject", "subject"),
)

# --- jobs and clocks --------------------------------------------------------------------------------------------------

job = sa.Table(
    "job",
    metadata,
    _id(),
    sa.Column("kind", sa.String(32), nullable=False),  # a JobKind: timer | message | mail | outside | call | clock ...
    sa.Column("status", sa.String(16), nullable=False),  # waiting | held | leased | done | failed | cancelled
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("lease_until", Moment),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("attempts_left", sa.Integer, nullable=False),
    sa.Column("payload", sa.Text, nullable=False),  # canonical JSON
    _ref("instance_id", "instance.id", nullable=True),
    sa.Column("token", sa.String(80)),  # what in the case it belongs to: engine token, or clock id and threshold
    sa.Column("problem", sa.Text),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("ended_at", Moment),
    sa.Index("ix_job_status_kind_due_at_id", "status", "kind", "due_at", "id"),
    sa.Index("ix_job_instance_id_token", "instance_id", "token"),
)

incident = sa.Table(  # a job that was given up: an operator is needed
    "incident",
    metadata,
    _id(),
    _ref("job_id", "job.id"),
    sa.Column("kind", sa.String(32), nullable=False),  # of the job
    _ref("instance_id", "instance.id", nullable=True, index=True),
    sa.Column("element_id", sa.String(255)),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),  # open | retried | skipped | over
    sa.Column("opened_at", Moment, nullable=False),
    sa.Column("ended_at", Moment),
    _ref("ended_by", "person.id", nullable=True),
    sa.Index("ix_incident_state_opened_at", "state", "opened_at"),
)

batch = sa.Table(  # many cases put on another version of their process by one decision
    "batch",
    metadata,
    _id(),
    sa.Column("process_id", sa.String(128), nullable=False),
    _ref("publication_id", "publication.id"),
    sa.Column("mapping", sa.Text, nullable=False),  # canonical JSON: old ids to new ones
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),  # running | paused | stopped | done
    sa.Column("round", sa.Integer, nullable=False),  # raised at each pause and resume: fences jobs of before
    _ref("started_by", "person.id", nullable=True),
    sa.Column("started_at", Moment, nullable=False),
    sa.Column("ended_at", Moment),
    sa.Index("ix_batch_process_id_started_at", "process_id", "started_at"),
)

batch_case = sa.Table(
    "batch_case",
    metadata,
    _ref("batch_id", "batch.id"),
    sa.Column("position", sa.Integer, nullable=False),
    _ref("instance_id", "instance.id"),
    sa.Column("outcome", sa.String(16), nullable=False),  # waiting | moved | left
    sa.Column("problem", sa.Text),
    sa.Column("at", Moment),
    sa.PrimaryKeyConstraint("batch_id", "position"),
    sa.Index("ix_batch_case_batch_id_outcome_position", "batch_id", "outcome", "position"),
)

clock = sa.Table(
    "clock",
    metadata,
    _id(),
    _ref("instance_id", "instance.id", index=True),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),  # running | paused | met | missed | cancelled
    sa.Column("priority", sa.String(16)),
    sa.Column("calendar", sa.Text),  # canonical JSON of the calendar in force; null: around the clock
    sa.Column("budget_seconds", sa.Integer, nullable=False),
    sa.Column("consumed_seconds", sa.Integer, nullable=False),
    sa.Column("running_since", Moment),
    sa.Column("pauses", sa.Text, nullable=False),  # canonical JSON list of open reasons: [{element, reason}]
    sa.Column("due_at", Moment),  # when the budget ends if nothing pauses it again; null while paused
    sa.Column("breached_at", Moment),
    sa.Column("warned", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("started_at", Moment, nullable=False),
    sa.Column("ended_at", Moment),
    sa.Index("ix_clock_instance_id_due_at", "instance_id", "due_at", **_where("ended_at IS NULL")),
)

clock_event = sa.Table(
    "clock_event",
    metadata,
    _ref("clock_id", "clock.id"),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),  # started, paused, resumed ...
    sa.Column("detail", sa.Text, nullable=False),  # canonical JSON
    sa.PrimaryKeyConstraint("clock_id", "seq"),
)
