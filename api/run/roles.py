"""Two roles in PostgreSQL: the owner of the tables that last, and the application, which can only add to the ledger."""

from typing import Any, cast

import psycopg
from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict
from psycopg.errors import InsufficientPrivilege
from psycopg.sql import SQL, Composed, Identifier, Literal

from api.run.durable import DURABLE, Durable
from projections.catalogue import NAMES

# MAINTAIN came with PostgreSQL 17.
OLDEST = 170_000

# What the application could do to an entry, by a right or by owning something that contains it.
PROTECTED = """
    SELECT NOT (
        pg_has_role(c.relowner, 'MEMBER') OR pg_has_role(n.nspowner, 'MEMBER')
        OR has_table_privilege(c.oid, 'UPDATE, DELETE, TRUNCATE, TRIGGER')
        OR has_any_column_privilege(c.oid, 'UPDATE')
        OR has_column_privilege(c.oid, 'notification_id', 'INSERT')
    )
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.oid = to_regclass('public.stored_events')
"""
# A privilege on a column stands with the column.
GIVEN = """
    SELECT acl.privilege_type, '' FROM pg_class, aclexplode(relacl) AS acl
    WHERE pg_class.oid = %(table)s::regclass AND acl.grantee = %(role)s::regrole
    UNION ALL
    SELECT acl.privilege_type, attname FROM pg_attribute, aclexplode(attacl) AS acl
    WHERE attrelid = %(table)s::regclass AND acl.grantee = %(role)s::regrole
"""
SEQUENCES = """
    SELECT c.relname FROM pg_depend AS d JOIN pg_class AS c ON c.oid = d.objid AND c.relkind = 'S'
    WHERE d.refobjid = %s::regclass AND d.deptype IN ('a', 'i') ORDER BY 1
"""
SEQUENCE_RIGHTS = {("USAGE", ""), ("SELECT", "")}
FOREIGN = """
    SELECT nspname FROM pg_namespace WHERE nspname = ANY(%s) AND nspowner <> %s::regrole ORDER BY 1
"""


class NoSuchRole(SystemExit):
    """The application has no role of its own yet; a SystemExit, so that one line is shown and no traceback."""


def user(database_url: str) -> str:
    """The role that an address connects as. Raises NoSuchRole."""
    found = conninfo_to_dict(database_url).get("user")
    if not found:
        raise NoSuchRole("DATABASE_URL and DATABASE_OWNER_URL must name their users.")
    return str(found)


def give_rights(db: Connection[Any], application_url: str) -> None:
    """Let the application do what it needs, and no more; harmless when repeated. db: the owner's. Raises NoSuchRole."""
    if db.info.server_version < OLDEST:
        raise NoSuchRole(f"PostgreSQL 17 or newer is needed for two roles; this is {db.info.server_version // 10_000}.")
    role = user(application_url)
    if not ask(db, "SELECT FROM pg_roles WHERE rolname = %s", role):
        make_role(db, role, conninfo_to_dict(application_url).get("password"))
    # It makes the schemas of its projections itself, and owns them.
    if not ask(db, "SELECT WHERE has_database_privilege(%s, current_database(), 'CREATE')", role):
        db.execute(SQL("GRANT CREATE ON DATABASE {} TO {}").format(Identifier(db.info.dbname), Identifier(role)))
    # In clusters that began before PostgreSQL 15, everybody may make tables here, and functions to fall into.
    if ask(db, "SELECT WHERE has_schema_privilege('public', 'public', 'CREATE')"):
        db.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    for table in DURABLE:
        wanted = {(right, "") for right in table.rights} | {("INSERT", column) for column in table.fills}
        grant(db, role, table.name, wanted, granting(role, table))
        for (sequence,) in ask(db, SEQUENCES, f"public.{table.name}"):
            grant(db, role, sequence, SEQUENCE_RIGHTS, sequence_granting(role, sequence))


def make_role(db: Connection[Any], role: str, password: object) -> None:
    """A role that may connect. Raises NoSuchRole."""
    # Put together here, so that no log of statements shows the password.
    secret = db.pgconn.encrypt_password(str(password).encode(), role.encode(), b"scram-sha-256") if password else None
    word = SQL(" PASSWORD {}").format(Literal(secret.decode())) if secret else SQL("")
    try:
        db.execute(SQL("CREATE ROLE {} LOGIN").format(Identifier(role)) + word)
    except InsufficientPrivilege as error:
        raise NoSuchRole(
            f"There is no role {role}, which DATABASE_URL names, and the owner may not make it: "
            f"ask for CREATE ROLE \"{role}\" LOGIN PASSWORD '...'."
        ) from error


def grant(db: Connection[Any], role: str, name: str, wanted: set[tuple[str, str]], granting: Composed) -> None:
    """Grant what is wanted on a table or a sequence, and nothing else, unless that is so already.

    A grant writes to PostgreSQL's catalogue even where it changes nothing, and embedded servers are prepared by every
    command.
    """
    relation = f"public.{name}"
    if set(db.execute(GIVEN, {"table": relation, "role": quoted(db, role)}).fetchall()) != wanted:
        db.execute(granting)


def granting(role: str, table: Durable) -> Composed:
    """The statements for a table: the privileges on columns go with those on the table."""
    names = {"table": Identifier("public", table.name), "role": Identifier(role)}
    statements = SQL("REVOKE ALL ON {table} FROM {role}; GRANT {rights} ON {table} TO {role}").format(
        **names, rights=SQL(", ").join(cast(Any, map(SQL, sorted(table.rights))))
    )
    if table.fills:
        columns = SQL(", ").join(map(Identifier, table.fills))
        statements += SQL("; GRANT INSERT ({columns}) ON {table} TO {role}").format(**names, columns=columns)
    return statements


def sequence_granting(role: str, sequence: str) -> Composed:
    """The statements for a sequence: it may be moved on, never set."""
    return SQL("REVOKE ALL ON {name} FROM {role}; GRANT USAGE, SELECT ON {name} TO {role}").format(
        name=Identifier("public", sequence), role=Identifier(role)
    )


def drop_projections_of_others(db: Connection[Any], application_url: str) -> None:
    """Drop the projections that another role made, before there were two: the application builds its own.

    The owner never works on what the application owns: a trigger there would run with the owner's rights.
    """
    role = user(application_url)
    schemas = [f"{name}{age}" for name in NAMES for age in ("", "_next", "_old")]
    for (schema,) in ask(db, FOREIGN, schemas, quoted(db, role)):
        db.execute(SQL("DROP SCHEMA {} CASCADE").format(Identifier(schema)))
        db.execute("DELETE FROM public.projection WHERE name = %s", (schema,))


def is_protected(database_url: str) -> bool:
    """Whether the role that an address names can add to the ledger, and change nothing in it."""
    with psycopg.connect(database_url, connect_timeout=5) as db:
        return ask(db, PROTECTED) == [(True,)]


def quoted(db: Connection[Any], name: str) -> str:
    """A name as PostgreSQL reads it in a text."""
    return Identifier(name).as_string(db)


def ask(db: Connection[Any], query: str, *values: Any) -> list[tuple[Any, ...]]:
    return db.execute(cast(Any, query), values).fetchall()
