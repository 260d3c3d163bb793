# ruff: noqa: E501 - statements stay on one line
"""Ways around row-level security, each run as an ordinary user: docs/security.md lists them by number.

Each ends in 42501, in no row, or in a residue that docs/security.md names; a residue is asserted as such.
"""

import contextlib
import re
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from e2e.attacks.scene import DENIED, Scene
from e2e.attacks.victim import OURS, digest, insert
from e2e.users import rows, value
from lakectl import database, people
from lakectl.deploy import deploy

# 0A000: COPY FROM under row-level security. 42809: not a table.
REFUSED = {DENIED, "0A000", "42809"}


# --- Everything by name ---


def test_no_relation_shows_the_victim(
    scene: Scene, attacker: psycopg.Connection, victim: psycopg.Connection
) -> None:
    """Ways 1, 3, 5, 13, 19: tables, views, partitions, chunks, TOAST, sequences, system views: each read by name."""
    # What an open session of the victim's might show: a statement, a cursor, a prepared statement.
    victim.execute(f"SELECT '{scene.mark.text}'".encode())
    victim.execute(f"PREPARE secret AS SELECT '{scene.mark.text}'".encode())
    relations = rows(
        scene.superuser,
        "SELECT format('%I.%I', n.nspname, c.relname), c.relkind FROM pg_class AS c "
        "JOIN pg_namespace AS n ON n.oid = c.relnamespace "
        "WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 't', 'S') AND n.nspname !~ '^pg_(toast_)?temp' "
        "AND n.nspname !~ '^user_[1-9]' ORDER BY 1",
    )
    assert len(relations) > 200
    read = 0
    for name, kind in relations:
        if kind in ("S", "t"):  # they have no row type; attempt() looks for the mark in what comes back
            scene.attempt(attacker, f"SELECT * FROM {name}")
            continue
        outcome = scene.attempt(
            attacker, f"SELECT count(*) FROM {name} AS r WHERE r::text ~ %s", [scene.mark.pattern]
        )
        assert outcome in {"[(0,)]", DENIED}, f"{name}: {outcome}"
        read += outcome != DENIED
    assert read > 20


def test_the_victim_sees_what_the_attacker_does_not(scene: Scene, victim: psycopg.Connection) -> None:
    """Else the test above would pass on an empty lake."""
    seen = [
        name
        for name in scene.tables
        if scene.attempt(victim, f"SELECT count(*) FROM {name} AS r") not in {DENIED, "[(0,)]"}
    ]
    assert {"user_data.activity", "timeseries.location", "imports.reject", "vectors.text"} <= set(seen)
    assert value(victim, "SELECT count(*) FROM lake.timeline") > 0
    assert value(victim, "SELECT count(*) FROM analytics.activity_daily") == 1


def test_no_table_can_be_written_for_the_victim(scene: Scene, attacker: psycopg.Connection) -> None:
    with scene.unharmed():
        for table in scene.tables:
            for statement, harmless in {
                f"UPDATE {table} SET user_id = {scene.attacker.id} WHERE user_id = {scene.victim.id}": "UPDATE 0",
                f"UPDATE {table} SET user_id = user_id": "UPDATE 0",
                f"DELETE FROM {table} WHERE user_id = {scene.victim.id}": "DELETE 0",
                f"DELETE FROM {table}": "DELETE 0",
                f"MERGE INTO {table} AS t USING (VALUES ({scene.victim.id})) AS v(id) ON t.user_id = v.id "
                "WHEN MATCHED THEN DELETE": "MERGE 0",
                f"SELECT FROM {table} WHERE user_id = {scene.victim.id} FOR UPDATE": "[]",
            }.items():
                # TimescaleDB cannot plan an UPDATE under two conditions on user_id, the policy's and another.
                odd = {"XX000"} if table.startswith("timeseries.") else set()
                assert scene.attempt(attacker, statement) in {harmless, DENIED} | odd, statement


def test_no_row_can_be_given_to_the_victim(scene: Scene, attacker: psycopg.Connection) -> None:
    """Nor does the refusal tell that a key is taken: the policy is asked before the index."""
    with scene.unharmed():
        for table in writable(scene):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), attacker.transaction():
                insert(attacker, table, scene.victim.id, scene.mark)
            with attacker.transaction(force_rollback=True):
                assert insert(attacker, table, scene.attacker.id, scene.mark) == 1
                scene.denied(attacker, f"UPDATE {table} SET user_id = {scene.victim.id}")


def test_a_unique_key_is_no_oracle(scene: Scene, attacker: psycopg.Connection) -> None:
    """Way 12: the same values go in for another user, whatever the victim has."""
    for table in writable(scene):
        with attacker.transaction(force_rollback=True):
            assert insert(attacker, table, scene.attacker.id, scene.mark) == 1


def writable(scene: Scene) -> list[str]:
    found = [
        table
        for table in scene.tables
        if value(scene.superuser, "SELECT has_table_privilege('lake_user', %s, 'INSERT')", [table])
    ]
    assert "user_data.activity" in found
    return found


def test_rights_that_do_not_ask_the_policies(scene: Scene, attacker: psycopg.Connection) -> None:
    """Ways 4, 11, 14: TRUNCATE, REFERENCES, TRIGGER, MAINTAIN, and whatever only an owner may do."""
    schema = scene.attacker.role
    attacker.execute(
        f"CREATE OR REPLACE FUNCTION {schema}.spy() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN RAISE NOTICE ''%'', NEW; RETURN NEW; END'".encode()
    )
    relations = (
        scene.tables + scene.parts() + ["analytics.activity_of_all_users", "imports.kind", "vectors.source"]
    )
    with scene.unharmed():
        for name in relations:
            for statement in (
                "TRUNCATE {}",
                "CREATE TRIGGER spy BEFORE INSERT ON {} FOR EACH ROW EXECUTE FUNCTION " + f"{schema}.spy()",
                "CREATE RULE spy AS ON INSERT TO {} DO ALSO NOTIFY spy",
                "CREATE POLICY mine ON {} USING (true)",
                "ALTER TABLE {} DISABLE ROW LEVEL SECURITY",
                "ALTER TABLE {} NO FORCE ROW LEVEL SECURITY",
                "ALTER TABLE {} OWNER TO CURRENT_USER",
                f"CREATE TABLE {schema}.child () INHERITS ({{}})",
                "CREATE INDEX ON {} ((1))",
                f"CREATE STATISTICS {schema}.s ON (1), (2) FROM {{}}",
                "GRANT SELECT ON {} TO PUBLIC",
                "REINDEX TABLE {}",
                "DROP TABLE {} CASCADE",
                "COMMENT ON TABLE {} IS 'mine'",
            ):
                outcome = scene.attempt(attacker, statement.format(name))
                # Rights are asked first almost everywhere; a wrong kind of relation, or a missing grant, elsewhere.
                assert outcome in REFUSED | {"GRANT"}, f"{statement.format(name)}: {outcome}"
            for privilege in ("TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN"):
                held = value(
                    scene.superuser,
                    "SELECT has_table_privilege(%s, to_regclass(%s), %s)",
                    [scene.attacker.role, name, privilege],
                )
                assert not held, f"{privilege} on {name}"
        for table in scene.tables:
            if value(scene.superuser, "SELECT has_any_column_privilege('lake_user', %s, 'SELECT')", [table]):
                statement = f"CREATE TABLE {schema}.c (user_id bigint REFERENCES {table})"
                assert scene.attempt(attacker, statement) in {DENIED, "42830"}, statement
        # A GRANT without the right to grant is a warning, and nothing.
        assert not value(
            scene.superuser,
            "SELECT bool_or(has_table_privilege('lake_jobs', t::regclass, 'SELECT')) FROM unnest(%s::text[]) AS t",
            [scene.tables],
        )


def test_partitions_and_chunks_by_name(scene: Scene, attacker: psycopg.Connection) -> None:
    """Ways 1 and 3: they have no policies, so nobody but their owner may touch them; new ones the same."""
    scene.superuser.execute("SET ROLE lake_jobs")
    try:
        scene.superuser.execute("SELECT ops.maintain_partitions()")
    finally:
        scene.superuser.execute("RESET ROLE")
    parts = scene.parts()
    assert any(part.startswith("timeseries_chunks.") for part in parts)
    assert any(part.startswith("imports.reject_p") for part in parts)
    for part in parts:
        for statement in (
            "SELECT * FROM {}",
            "INSERT INTO {} DEFAULT VALUES",
            "UPDATE {} SET user_id = 0",
            "DELETE FROM {}",
            "COPY {} TO STDOUT",
            "LOCK TABLE {}",
        ):
            scene.denied(attacker, statement.format(part))


# --- Functions ---


def definers(scene: Scene) -> list[tuple[int, str, str, str]]:
    """(oid, schema.name, arguments' types as text, owner) of every definer function that a user may call."""
    return [
        (oid, name, types, owner)
        for oid, name, types, owner in rows(
            scene.superuser,
            "SELECT p.oid, format('%%I.%%I', n.nspname, p.proname), "
            "array_to_string(ARRAY(SELECT format_type(t, NULL) FROM unnest(p.proargtypes) AS t), ','), "
            "pg_get_userbyid(p.proowner) FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace "
            "WHERE p.prosecdef AND p.prorettype <> 'event_trigger'::regtype AND has_function_privilege(%s, p.oid, 'EXECUTE') "
            "AND has_schema_privilege(%s, n.oid, 'USAGE') ORDER BY 2",
            [scene.attacker.role, scene.attacker.role],
        )
    ]


def calls(scene: Scene) -> list[tuple[str, list[object]]]:
    """A call of every definer function for each of the victim's ids that its arguments could take."""
    ids = {
        "uuid": [
            scene.mark.uuid,
            *(
                i
                for (i,) in rows(
                    scene.superuser,
                    "SELECT id FROM imports.file WHERE user_id = %s "
                    "UNION SELECT id FROM imports.archive WHERE user_id = %s",
                    [scene.victim.id, scene.victim.id],
                )
            ),
        ],
        "bigint": [
            scene.victim.id,
            *(
                i
                for (i,) in rows(
                    scene.superuser, "SELECT id FROM imports.import WHERE user_id = %s", [scene.victim.id]
                )
            ),
        ],
    }
    others: dict[str, object] = {
        "text": scene.mark.text, "text[]": [scene.mark.text], "bytea": scene.mark.bytes, "bytea[]": [scene.mark.bytes],
        "integer": 10, "bigint[]": [1], "boolean": True, "uuid[]": ids["uuid"], "timestamp with time zone": "2024-01-01",
        "jsonb": '[{"member": 0, "path": "x.json", "size_bytes": 1, "head": null}]', "int8range": "[1,2)",
        "interval": "1 day", "double precision": 1.0,
    }  # fmt: skip
    made: list[tuple[str, list[object]]] = []
    for _, name, types, _ in definers(scene):
        kinds = [kind for kind in types.split(",") if kind]
        for position in range(max(map(len, ids.values()))):
            values: list[object] = [
                ids[kind][position % len(ids[kind])] if kind in ids else others.get(kind) for kind in kinds
            ]
            places = ", ".join(
                f"%s::{'ext.' if 'vector' in kind else ''}{kind.removeprefix('ext.')}" for kind in kinds
            )
            made.append((f"SELECT t.*, t FROM {name}({places}) AS t", values))
    assert len(made) > 20
    return made


def test_definer_functions_work_for_their_caller_only(scene: Scene, attacker: psycopg.Connection) -> None:
    """Each one is called with the victim's ids: it shows nothing of the victim's and changes nothing."""
    with scene.unharmed():
        for statement, values in calls(scene):
            # The mark is an argument here: what a function hands back of its arguments is no secret.
            with contextlib.suppress(psycopg.DatabaseError):
                attacker.execute(statement.encode(), values)
    scene.clear_attacker()


def test_definer_functions_are_ours_and_owned_narrowly(scene: Scene) -> None:
    for _, name, _, owner in definers(scene):
        assert owner in {"lake_owner", "lake_service"}, f"{name} runs as {owner}"


def test_nothing_planted_runs_in_a_definer_function(scene: Scene, attacker: psycopg.Connection) -> None:
    """Way 6: functions, operators and tables of the names that definer functions use, first on the search_path."""
    schema = scene.attacker.role
    attacker.execute(
        f"CREATE OR REPLACE FUNCTION {schema}.same(bigint, bigint) RETURNS boolean LANGUAGE plpgsql AS "
        "'BEGIN RAISE EXCEPTION ''planted'' USING ERRCODE = ''XX999''; END'".encode()
    )
    for operator in ("=", "<>", "<", ">"):
        attacker.execute(
            f"CREATE OPERATOR {schema}.{operator} (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = {schema}.same)".encode()
        )
    names = rows(
        scene.superuser,
        "SELECT DISTINCT p.proname, pg_get_function_identity_arguments(p.oid), pg_get_function_result(p.oid) "
        "FROM pg_proc AS p WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.prokind = 'f' AND NOT p.proretset "
        "AND p.provariadic = 0 AND NOT EXISTS (SELECT FROM unnest(p.proargtypes || p.prorettype) AS t "
        "JOIN pg_type ON pg_type.oid = t WHERE typtype = 'p') AND p.proname IN ("
        "SELECT (regexp_matches(d.prosrc, '(\\w+)\\(', 'g'))[1] FROM pg_proc AS d WHERE d.prosecdef)",
    )
    assert len(names) > 20
    for name, arguments, result in names:
        attacker.execute(
            f'CREATE OR REPLACE FUNCTION {schema}."{name}"({arguments}) RETURNS {result} LANGUAGE plpgsql AS '
            "'BEGIN RAISE EXCEPTION ''planted'' USING ERRCODE = ''XX999''; END'".encode()
        )
    attacker.execute(
        "CREATE TEMP TABLE file (x int); CREATE TEMP TABLE archive (x int); CREATE TEMP TABLE text (x int)"
    )
    attacker.execute(f"SET search_path = {schema}, pg_temp, pg_catalog, lake, ext".encode())
    # The plants are real: without a pinned path they are what runs.
    assert scene.attempt(attacker, "SELECT 1::bigint = 1::bigint") == "XX999"
    for statement, values in calls(scene):
        try:
            attacker.execute(statement.encode(), values)
        except psycopg.DatabaseError as error:
            if error.diag.sqlstate == "XX999":
                pytest.fail(statement)
    for view in (
        "lake.files",
        "lake.timeline",
        "lake.import_progress",
        "lake.rejects",
        "analytics.activity_daily",
    ):
        assert scene.attempt(attacker, f"SELECT * FROM {view}") == "[]"
    attacker.execute(f"DROP OPERATOR {schema}.= (bigint, bigint), {schema}.<> (bigint, bigint), "
                     f"{schema}.< (bigint, bigint), {schema}.> (bigint, bigint)".encode())  # fmt: skip
    attacker.execute(f"RESET search_path; DROP OWNED BY {schema}".encode())
    scene.clear_attacker()
    scene.superuser.execute(f"CREATE SCHEMA IF NOT EXISTS {schema} AUTHORIZATION {schema}".encode())


def test_a_claim_on_an_archive_is_nobody_elses(scene: Scene, attacker: psycopg.Connection) -> None:
    """The same archive, loaded by the attacker, is another one; ending the victim's does nothing."""
    archive = value(
        scene.superuser,
        "SELECT id FROM imports.archive WHERE user_id = %s AND name ~ 'takeout'",
        [scene.victim.id],
    )
    with scene.unharmed():
        attacker.execute("SELECT imports.finish_archive(%s, 'failed')", [archive])
        state = value(
            attacker,
            "SELECT state FROM imports.begin_archive(%s, 'zip', 1, %s, now())",
            ["takeout-20240101T000000Z-001.zip", scene.mark.bytes],
        )
        assert state in {"loading", "failed"}
        with pytest.raises(psycopg.DatabaseError) as caught:
            attacker.execute("SELECT imports.finish_file(%s)", [scene.mark.uuid])
        assert (caught.value.diag.sqlstate or "").startswith("LK3")
    scene.clear_attacker()


def test_versions_of_what_is_no_table(scene: Scene, attacker: psycopg.Connection) -> None:
    """Users may write user_data.version, and functions with their owner's rights make rows of it: of tables of things that
    change, and of no others."""
    archive, import_id = rows(
        attacker,
        "SELECT archive_id, import_id FROM imports.begin_archive('takeout-20240101T000000Z-9.zip', 'zip', 1, '\\x090909090909', now())",
    )[0]
    member = '[{"member": 0, "path": "Takeout/Tasks/Tasks.json", "size_bytes": 1, "head": null}]'
    with scene.unharmed():
        file = value(
            attacker, "SELECT min(file_id::text) FROM imports.register_files(%s, %s)", [archive, member]
        )
        for entity in (
            "version",
            "activity",
            "file",
            "nothing",
            'a"b; DROP',
            "../x",
            "location",
            "pg_class",
            "",
        ):
            attacker.execute(
                "INSERT INTO user_data.version (entity, ident, digest, scope, rank, seen, content, file_id, ordinal) "
                "VALUES (%s, gen_random_uuid(), gen_random_uuid(), 's', 0, '{2024-01-01Z}', %s, %s, 1)",
                [entity, f'{{"user_id": {scene.victim.id}, "at": "2024-01-01Z", "title": "x"}}', file],
            )
        # Both ways: when the import ends, and when the file is taken back because it is something else.
        attacker.execute("SELECT imports.finish_archive(%s)", [archive])
        attacker.execute("SELECT imports.finish_import(%s)", [import_id])
        attacker.execute(
            "SELECT FROM imports.register_files(%s, %s)", [archive, member.replace("Tasks", "Else")]
        )
        assert value(attacker, "SELECT count(*) FROM user_data.activity") == 0
        # A table of things that change, but for somebody else: the row is the acting user's.
        attacker.execute(
            "INSERT INTO user_data.version (entity, ident, digest, scope, rank, seen, content) VALUES "
            "('contact', gen_random_uuid(), gen_random_uuid(), 's', 0, '{2024-01-01Z}', %s)",
            [f'{{"user_id": {scene.victim.id}, "name": "x"}}'],
        )
        attacker.execute("SELECT imports.finish_import(%s)", [import_id])
        assert rows(attacker, "SELECT user_id, name FROM user_data.contact") == [(scene.attacker.id, "x")]
    scene.clear_attacker()


def test_functions_that_run_a_query_given_as_text(scene: Scene, attacker: psycopg.Connection) -> None:
    for statement in (
        "SELECT query_to_xml('SELECT * FROM user_data.activity', true, false, '')",
        "SELECT table_to_xml('timeseries.location', true, false, '')",
        "SELECT schema_to_xml('imports', true, false, '')",
        "SELECT * FROM ts_stat('SELECT words FROM vectors.text')",
        "SELECT * FROM lake.search('" + scene.mark.text + "')",
    ):
        scene.attempt(attacker, statement)
    assert (
        scene.attempt(attacker, "SELECT count(*) FROM ts_stat('SELECT words FROM vectors.text')") == "[(0,)]"
    )


def test_a_cheap_function_in_a_condition_sees_own_rows_only(
    scene: Scene, attacker: psycopg.Connection
) -> None:
    """A leaky function, however cheap it says it is, is asked after the policy, and after a barrier view's filter."""
    schema = scene.attacker.role
    attacker.execute(
        f"CREATE OR REPLACE FUNCTION {schema}.leak(anyelement) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS "
        "'BEGIN RAISE NOTICE ''%'', $1; RETURN true; END'".encode()
    )
    notices: list[str] = []
    attacker.add_notice_handler(lambda notice: notices.append(notice.message_primary or ""))
    for source in [
        *scene.tables,
        "lake.timeline",
        "lake.files",
        "lake.rejects",
        "analytics.activity_daily",
        "lake.events",
    ]:
        scene.attempt(attacker, f"SELECT count(*) FROM {source} AS r WHERE {schema}.leak(r)")
        scene.attempt(attacker, f"EXPLAIN ANALYZE SELECT * FROM {source} AS r WHERE {schema}.leak(r::text)")
    assert not [notice for notice in notices if re.search(scene.mark.pattern, notice)]


# --- Roles ---


def test_becoming_somebody_else(scene: Scene, attacker: psycopg.Connection) -> None:
    """Ways 4, 8, 9: SET ROLE, SET SESSION AUTHORIZATION, and every setting that could be taken for an identity."""
    others = [
        scene.victim.role,
        "lake_owner",
        "lake_service",
        "lake_jobs",
        "lake_admin",
        "postgres",
        "lake_user",
    ]
    for role in others:
        scene.denied(attacker, f"SET ROLE {role}")
        scene.denied(attacker, f"SELECT set_config('role', '{role}', false)")
        scene.denied(attacker, f"SET SESSION AUTHORIZATION {role}")
        scene.denied(attacker, f"GRANT {role} TO {scene.attacker.role}")
    scene.denied(attacker, f"ALTER ROLE {scene.victim.role} PASSWORD 'x'")
    scene.denied(attacker, f"ALTER ROLE {scene.victim.role} SET search_path = {scene.attacker.role}")
    for setting in ("SUPERUSER", "BYPASSRLS", "CREATEROLE", "CREATEDB", "REPLICATION"):
        scene.denied(attacker, f"ALTER ROLE {scene.attacker.role} {setting}")
    scene.denied(attacker, "CREATE ROLE accomplice")
    for name in ("app.user_id", "lake.user_id", "request.jwt.claims", "lake.current_user_id"):
        attacker.execute("SELECT set_config(%s, %s, false)", [name, str(scene.victim.id)])
    assert value(attacker, "SELECT lake.current_user_id()") == scene.attacker.id
    assert value(attacker, "SELECT count(*) FROM user_data.activity") == 0
    attacker.execute("SET row_security = off")
    scene.denied(attacker, "SELECT count(*) FROM user_data.activity")


def test_a_role_setting_that_waits_for_the_next_login(scene: Scene) -> None:
    """ALTER ROLE … SET role: a user may set it for itself, and the next login is not let through by it."""
    with scene.attacker.connect() as connection:
        scene.attempt(connection, f"ALTER ROLE {scene.attacker.role} SET role = {scene.victim.role}")
        try:
            connection.execute(f"ALTER ROLE {scene.attacker.role} SET role = {scene.victim.role}".encode())
        except psycopg.errors.InsufficientPrivilege:
            return
    try:
        with scene.attacker.connect() as connection:
            assert value(connection, "SELECT lake.current_user_id()") == scene.attacker.id
    finally:
        scene.superuser.execute(f"ALTER ROLE {scene.attacker.role} RESET role".encode())


def test_roles_that_nobody_logs_in_as(scene: Scene) -> None:
    """lake_jobs has LOGIN, which pg_cron asks for, and no password; nobody is superuser or BYPASSRLS at run time."""
    found = rows(
        scene.superuser,
        "SELECT rolname, rolcanlogin AND rolpassword IS NOT NULL, rolsuper OR rolbypassrls OR rolreplication "
        "FROM pg_authid WHERE rolname ~ '^(lake_|user_[1-9]|service_)'",
    )
    logins = {name for name, login, _ in found if login and name.startswith("lake_")}
    assert logins == {"lake_admin"}
    assert not [name for name, _, strong in found if strong]


def test_a_service_acts_for_its_users_only(scene: Scene) -> None:
    """Way 8, and the residue: whoever has the service's login may act for every user that it may act for."""
    login = people.add_service(scene.victim.settings, f"pool_{scene.victim.id}", [scene.victim.name])
    with database.connect(scene.victim.settings, login.role, autocommit=True) as connection:
        assert value(connection, "SELECT current_user") == login.role
        for table in (*scene.tables, "lake.timeline", "lake.files", "analytics.activity_daily"):
            scene.denied(connection, f"SELECT * FROM {table}")
        scene.denied(connection, f"SET ROLE {scene.attacker.role}")
        with connection.transaction():
            connection.execute(f"SET LOCAL ROLE {scene.victim.role}".encode())
            assert value(connection, "SELECT lake.current_user_id()") == scene.victim.id
            assert value(connection, "SELECT count(*) FROM user_data.activity") == 1
            scene.denied(connection, f"SET ROLE {scene.attacker.role}")
            connection.execute("RESET ROLE")
            scene.denied(connection, "SELECT count(*) FROM user_data.activity")
        scene.denied(connection, "SELECT count(*) FROM user_data.activity")


def test_what_a_pooled_connection_leaves_behind(scene: Scene) -> None:
    """Way 10, a residue until DISCARD ALL: cursors WITH HOLD outlive the role and RESET ALL; temporary tables do not leak."""
    people.add_service(
        scene.victim.settings, f"pool_{scene.victim.id}", [scene.victim.name, scene.attacker.name]
    )
    role = f"service_pool_{scene.victim.id}"
    with database.connect(scene.victim.settings, role, autocommit=True) as connection:
        with connection.transaction():
            connection.execute(f"SET LOCAL ROLE {scene.victim.role}".encode())
            connection.execute("CREATE TEMP TABLE residue AS SELECT * FROM user_data.activity")
            connection.execute("DECLARE held CURSOR WITH HOLD FOR SELECT title FROM user_data.activity")
        connection.execute("RESET ALL")
        with connection.transaction():
            connection.execute(f"SET LOCAL ROLE {scene.attacker.role}".encode())
            scene.denied(connection, "SELECT * FROM pg_temp.residue")
            assert rows(connection, "FETCH ALL FROM held") == [(scene.mark.text,)], (
                "the residue is gone: say so in docs"
            )
        connection.execute("DISCARD ALL")
        with connection.transaction():
            connection.execute(f"SET LOCAL ROLE {scene.attacker.role}".encode())
            assert scene.attempt(connection, "FETCH ALL FROM held") == "34000"
            assert scene.attempt(connection, "SELECT * FROM pg_temp.residue") == "42P01"


def test_the_admin_reads_nobodys_rows(scene: Scene) -> None:
    with database.admin(scene.victim.settings) as connection:
        for table in scene.tables:
            scene.denied(connection, f"SELECT * FROM {table}")
        scene.denied(connection, f"SET ROLE {scene.victim.role}")
        for role in ("lake_owner", "lake_service", "lake_jobs", "postgres"):
            scene.denied(connection, f"SET ROLE {role}")


# --- Extensions, files, the catalog ---


def test_extensions_and_the_server_are_closed(scene: Scene, attacker: psycopg.Connection) -> None:
    """Ways 2 and 22, and the classic ways to files, programs and other servers."""
    schema = scene.attacker.role
    for statement in (
        "SELECT partman.run_maintenance()",
        "SELECT ops.maintain_partitions()",
        "SELECT ops.record_event(0, 'x')",
        "SELECT cron.schedule('* * * * *', 'SELECT 1')",
        "SELECT * FROM cron.job_run_details",
        "SELECT ext.drop_chunks('timeseries.location', older_than => now())",
        "SELECT ext.create_hypertable('timeseries.location', 'at')",
        "SELECT _timescaledb_functions.drop_chunk('timeseries.location')",
        "SELECT ext.add_job('timeseries.location', '1h')",
        "SELECT ext.pg_stat_statements_reset()",
        "SELECT ext.plpgsql_profiler_reset_all()",
        "SELECT pg_stat_reset()",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT pg_ls_dir('.')",
        "SELECT lo_import('/etc/passwd')",
        "SELECT lo_export(1, '/tmp/x')",
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "COPY (SELECT 1) TO '/tmp/x'",
        "CREATE EXTENSION dblink",
        "CREATE EXTENSION postgres_fdw",
        "CREATE EXTENSION hstore",
        "DROP EXTENSION postgis CASCADE",
        f"CREATE FUNCTION {schema}.c() RETURNS int LANGUAGE c AS 'libc', 'getpid'",
        f"CREATE FUNCTION {schema}.i() RETURNS int LANGUAGE internal AS 'pg_backend_pid'",
        f"CREATE FUNCTION {schema}.l() RETURNS boolean LANGUAGE sql LEAKPROOF AS 'SELECT true'",
        "CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION pg_catalog.suppress_redundant_updates_trigger()",
        "CREATE PUBLICATION p FOR ALL TABLES",
        "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p",
        "CREATE FOREIGN DATA WRAPPER f",
        "CREATE SCHEMA mine",
        "CREATE DATABASE mine",
        f"ALTER SCHEMA {schema} RENAME TO mine",
        "ALTER SYSTEM SET work_mem = '1GB'",
        "SET session_replication_role = replica",
        "SET pgaudit.log = 'all'",
        "SET log_statement = 'all'",
        "ALTER FUNCTION lake.current_user_id() OWNER TO CURRENT_USER",
        "CREATE OR REPLACE FUNCTION lake.current_user_id() RETURNS bigint LANGUAGE sql AS 'SELECT 1'",
        "CHECKPOINT",
    ):
        outcome = scene.attempt(attacker, statement)
        # A missing library or function is as good as a closed one.
        assert outcome in {DENIED, "42883", "3F000", "25001"}, f"{statement}: {outcome}"
    for name in [
        n
        for (n,) in rows(
            scene.superuser,
            "SELECT nspname FROM pg_namespace WHERE nspname !~ %s",
            [f"^(pg_temp|pg_toast_temp|user_(?!{scene.victim.id}$))"],
        )
    ]:
        scene.denied(attacker, f'CREATE TABLE "{name}".mine (x int)')
        scene.denied(attacker, f"CREATE FUNCTION \"{name}\".mine() RETURNS int LANGUAGE sql AS 'SELECT 1'")


def test_routines_that_no_user_needs(scene: Scene) -> None:
    """Ways 2, 19, 20, 22, for every routine of the kind, so that an upgrade that brings new ones is found."""
    open_ = rows(
        scene.superuser,
        "SELECT p.oid::regprocedure::text FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace "
        "LEFT JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e' "
        "LEFT JOIN pg_extension AS e ON d.refclassid = 'pg_extension'::regclass AND e.oid = d.refobjid "
        "WHERE has_function_privilege(%s, p.oid, 'EXECUTE') AND has_schema_privilege(%s, n.oid, 'USAGE') "
        "AND NOT 'internal'::regtype = ANY (p.proargtypes) AND ("
        "  n.nspname IN ('_timescaledb_functions', '_timescaledb_internal', '_timescaledb_debug', "
        "                'timescaledb_experimental', 'partman', 'cron', 'ops') "
        "  OR e.extname = 'timescaledb' AND p.provolatile = 'v' "
        "  OR e.extname IN ('plpgsql_check', 'pg_stat_statements') "
        "  OR p.proname ~* 'estimatedextent|_postgis_(stats|selectivity|join_selectivity|index_extent)' "
        "  OR n.nspname = 'pg_catalog' AND p.proname ~ 'advisory' "
        "  OR p.proleakproof AND n.nspname <> 'pg_catalog')",
        [scene.attacker.role, scene.attacker.role],
    )
    assert open_ == []


def test_statistics_tell_nothing(scene: Scene, attacker: psycopg.Connection) -> None:
    """Way 19: most common values, histograms of positions, and what EXPLAIN makes of them."""
    secret = f"often {scene.mark.text}"
    with scene.superuser.transaction():
        scene.superuser.execute(
            "INSERT INTO user_data.activity (user_id, at, ident, title, pos) "
            "SELECT %s, now() - n * interval '1 minute', gen_random_uuid(), %s, 'POINT(13.5 52.5)' "
            "FROM generate_series(1, 2000) AS n",
            [scene.victim.id, secret],
        )
        scene.superuser.execute(
            "INSERT INTO timeseries.location (user_id, at, cell, pos) "
            "SELECT %s, now() - n * interval '1 minute', lake.cell(525000000, 135000000) + n, 'POINT(13.5 52.5)' "
            "FROM generate_series(1, 2000) AS n",
            [scene.victim.id],
        )
        scene.superuser.execute(
            "INSERT INTO user_data.file (user_id, path, name, product, size_bytes, sha256) "
            "SELECT %s, n, n, 'Drive', 123454321, decode(md5(n::text), 'hex') FROM generate_series(1, 2000) AS n",
            [scene.victim.id],
        )
        scene.superuser.execute(
            "INSERT INTO user_data.version (user_id, entity, ident, digest, scope, rank, seen, content) "
            "SELECT %s, 'task', gen_random_uuid(), md5('{}')::uuid, 's', 0, '{}', '{}' FROM generate_series(1, 2000)",
            [scene.victim.id],
        )
    scene.superuser.execute(
        "ANALYZE user_data.activity, timeseries.location, user_data.file, user_data.version"
    )
    for view in ("pg_stats", "pg_stats_ext", "pg_stats_ext_exprs", "pg_statistic", "pg_statistic_ext_data"):
        scene.denied(attacker, f"SELECT * FROM {view}")
    scene.denied(attacker, "SELECT ext.st_estimatedextent('user_data', 'activity', 'pos')")
    # Two questions, one estimate: the planner knows nothing that it could tell.
    for there, elsewhere in (
        (f"user_data.activity WHERE title = '{secret}'", "user_data.activity WHERE title = 'nowhere'"),
        ("user_data.activity WHERE pos OPERATOR(ext.&&) 'POINT(13.5 52.5)'::ext.geography",
         "user_data.activity WHERE pos OPERATOR(ext.&&) 'POINT(-100 10)'::ext.geography"),
        ("timeseries.location WHERE cell BETWEEN lake.cell(525000000, 135000000) AND lake.cell(525000000, 135090000)",
         "timeseries.location WHERE cell BETWEEN lake.cell(100000000, 100000000) AND lake.cell(100000000, 100090000)"),
        ("user_data.file WHERE size_bytes = 123454321", "user_data.file WHERE size_bytes = 1"),
        ("user_data.version WHERE digest = md5('{}')::uuid", "user_data.version WHERE digest = md5('x')::uuid"),
    ):  # fmt: skip
        assert estimate(attacker, there) == estimate(attacker, elsewhere), there
    measures = rows(
        scene.superuser,
        "SELECT a.attrelid::regclass, a.attname FROM pg_attribute AS a WHERE a.attrelid::regclass::text = ANY (%s) "
        "AND a.attname IN ('size_bytes', 'width', 'height', 'steps', 'digest', 'album', 'parent') AND a.attstattarget IS DISTINCT FROM 0",
        [scene.tables],
    )
    assert measures == []
    kept = rows(
        scene.superuser,
        "SELECT DISTINCT t.typname FROM pg_statistic AS s JOIN pg_class AS c ON c.oid = s.starelid "
        "JOIN pg_namespace AS n ON n.oid = c.relnamespace "
        "JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = s.staattnum JOIN pg_type AS t ON t.oid = a.atttypid "
        "WHERE n.nspname IN ('user_data', 'timeseries', 'timeseries_chunks') AND a.attname <> 'ident'",
    )
    assert {name for (name,) in kept} <= {"int8", "int4", "int2", "bool", "uuid", "timestamptz", "date"}


def estimate(connection: psycopg.Connection, source: str) -> str:
    return "\n".join(
        re.findall(
            r"rows=\d+", "\n".join(line for (line,) in rows(connection, f"EXPLAIN SELECT 1 FROM {source}"))
        )
    )


def test_volumes_can_be_guessed(scene: Scene, attacker: psycopg.Connection) -> None:
    """Residue of way 19: how much there is in all, and from when, but not of whom and not what."""
    assert value(attacker, "SELECT reltuples FROM pg_class WHERE oid = 'user_data.activity'::regclass") >= 0
    assert value(attacker, "SELECT pg_relation_size('user_data.activity')") > 0
    assert value(attacker, "SELECT count(*) FROM timescaledb_information.chunks") > 0
    assert value(attacker, "SELECT count(*) FROM pg_roles WHERE rolname ~ '^user_'") > 1


def test_sessions_of_others(scene: Scene, attacker: psycopg.Connection, victim: psycopg.Connection) -> None:
    pid = victim.info.backend_pid
    scene.denied(attacker, f"SELECT pg_terminate_backend({pid})")
    scene.denied(attacker, f"SELECT pg_cancel_backend({pid})")
    assert rows(attacker, "SELECT query, client_addr FROM pg_stat_activity WHERE pid = %s", [pid]) == [
        ("<insufficient privilege>", None)
    ]


def test_copy(scene: Scene, attacker: psycopg.Connection, victim: psycopg.Connection) -> None:
    """Way 15: COPY FROM is refused under policies; COPY TO gives own rows, and of a hypertable none. The server lives."""
    for table in scene.tables:
        assert scene.attempt(attacker, f"COPY {table} FROM STDIN") in REFUSED, table
        assert scene.attempt(attacker, f"COPY {table} FROM '/etc/passwd'") in REFUSED, table
    for table in ("user_data.activity", "timeseries.location", "imports.file"):
        with attacker.cursor() as cursor, cursor.copy(f"COPY {table} TO STDOUT".encode()) as copy:
            assert b"".join(bytes(part) for part in copy) == b""
    with victim.cursor() as cursor, cursor.copy("COPY user_data.note TO STDOUT") as copy:
        assert scene.mark.text.encode() in b"".join(bytes(part) for part in copy)
    assert value(attacker, "SELECT 1") == 1


def test_large_objects(scene: Scene, attacker: psycopg.Connection, victim: psycopg.Connection) -> None:
    oid = value(victim, "SELECT lo_from_bytea(0, %s)", [scene.mark.text.encode()])
    scene.denied(attacker, f"SELECT lo_get({oid})")
    scene.denied(attacker, f"SELECT lo_unlink({oid})")
    scene.denied(attacker, "SELECT * FROM pg_largeobject")
    victim.execute("SELECT lo_unlink(%s)", [oid])


def test_nothing_is_notified(scene: Scene, attacker: psycopg.Connection) -> None:
    """Way 16: channels have no access control, so nothing of ours speaks on one. Residue: users may, to each other."""
    speaking = rows(
        scene.superuser,
        "SELECT p.oid::regprocedure::text FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace "
        f"WHERE p.prosrc ~* 'notify' AND {OURS}",
    )
    assert speaking == []
    attacker.execute("NOTIFY anybody, 'hello'")


# --- Keys ---


def test_foreign_keys_hold_the_user(scene: Scene) -> None:
    """Way 11: each foreign key between tables of users pairs user_id with user_id."""
    loose = rows(
        scene.superuser,
        "SELECT f.conname FROM pg_constraint AS f JOIN pg_class AS c ON c.oid = f.conrelid "
        "JOIN pg_namespace AS n ON n.oid = c.relnamespace "
        f"WHERE f.contype = 'f' AND {OURS} AND f.confrelid::regclass::text = ANY (%s) AND NOT EXISTS ("
        "SELECT FROM unnest(f.conkey, f.confkey) AS k(here, there) "
        "JOIN pg_attribute AS a ON (a.attrelid, a.attnum) = (f.conrelid, k.here) AND a.attname = 'user_id' "
        "JOIN pg_attribute AS b ON (b.attrelid, b.attnum) = (f.confrelid, k.there) AND b.attname = 'user_id')",
        [scene.tables],
    )
    assert loose == []


def test_policies(scene: Scene) -> None:
    """Ways 4 and 13: enabled and forced, and one permissive policy for users. The owner itself sees nothing."""
    for table in scene.tables:
        policies = rows(
            scene.superuser,
            "SELECT polname FROM pg_policy WHERE polrelid = %s::regclass AND polpermissive AND polroles = '{0}'",
            [table],
        )
        assert policies == [("user_isolation_policy",)], table
        forced = rows(
            scene.superuser,
            "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = %s::regclass",
            [table],
        )
        assert forced == [(True, True)], table
        with scene.superuser.transaction(force_rollback=True):
            scene.superuser.execute("SET LOCAL ROLE lake_owner")
            assert value(scene.superuser, f"SELECT count(*) FROM {table}") == 0, table


# --- Standing in the way ---


def test_no_lock_that_matters_is_a_users(scene: Scene, attacker: psycopg.Connection) -> None:
    """Way 20: advisory locks are not for users. One of them is pg_partman's, and held it stopped all maintenance."""
    scene.denied(attacker, "SELECT pg_advisory_lock(1)")
    scene.denied(attacker, "SELECT pg_try_advisory_xact_lock(hashtext('pg_partman run_maintenance'))")
    for statement in (
        "LOCK TABLE ops.applied",
        "LOCK TABLE ops.account",
        "LOCK TABLE imports.file IN EXCLUSIVE MODE",
    ):
        scene.denied(attacker, statement)


def test_a_user_who_locks_a_table_is_ended(scene: Scene, attacker: psycopg.Connection) -> None:
    """Residue of a minute: who may delete rows may LOCK TABLE; the job blockers ends the session."""
    attacker.execute("BEGIN")
    attacker.execute("LOCK TABLE user_data.trip IN ACCESS EXCLUSIVE MODE")
    with ThreadPoolExecutor() as pool, scene.victim.connect() as waiting:
        counting = pool.submit(value, waiting, "SELECT count(*) FROM user_data.trip")
        while not value(
            scene.superuser, "SELECT cardinality(pg_blocking_pids(%s))", [waiting.info.backend_pid]
        ):
            time.sleep(0.05)
        scene.superuser.execute("SET ROLE lake_jobs")
        try:
            assert value(scene.superuser, "SELECT ops.end_blockers('1 hour')") == 0
            assert value(scene.superuser, "SELECT ops.end_blockers('0 seconds')") == 1
        finally:
            scene.superuser.execute("RESET ROLE")
        assert counting.result(timeout=30) == 1
    with pytest.raises(psycopg.OperationalError):
        attacker.execute("SELECT 1")


def test_nobody_stops_the_search_of_others(scene: Scene, attacker: psycopg.Connection) -> None:
    """Who locks two tables, the second when the job waits for the first, made the job fail for everybody: a deadlock."""
    first, *_, last = [
        name for (name,) in rows(scene.superuser, "SELECT relation::regclass::text FROM vectors.source")
    ]
    for user in (scene.attacker, scene.victim):
        with user.connect() as connection:
            archive, import_id = rows(
                connection,
                "SELECT archive_id, import_id FROM imports.begin_archive('takeout-20230101T000000Z-1.zip', 'zip', 1, '\\x080808080808', now())",
            )[0]
            connection.execute("SELECT imports.finish_archive(%s)", [archive])
            connection.execute("SELECT imports.finish_import(%s)", [import_id])
    attacker.execute("BEGIN")
    attacker.execute(f"LOCK TABLE {last} IN ACCESS EXCLUSIVE MODE".encode())
    with (
        ThreadPoolExecutor() as pool,
        database.superuser(scene.victim.settings) as job,
    ):
        job.autocommit = True
        running = pool.submit(job.execute, "CALL vectors.run_embed_job()")
        while not value(scene.superuser, "SELECT cardinality(pg_blocking_pids(%s))", [job.info.backend_pid]):
            assert not running.done()
            time.sleep(0.02)
        with contextlib.suppress(psycopg.errors.DeadlockDetected):
            attacker.execute(f"LOCK TABLE {first} IN ACCESS EXCLUSIVE MODE".encode())
        attacker.execute("ROLLBACK")
        running.result(timeout=60)
    # It went on after the one whose turn it was; that one is taken by the next run.
    waiting = {user for (user,) in rows(scene.superuser, "SELECT vectors.uncollected_users()")}
    assert len(waiting & {scene.victim.id, scene.attacker.id}) < 2
    scene.superuser.execute("CALL vectors.run_embed_job()")
    assert value(scene.superuser, "SELECT count(*) FROM vectors.uncollected_users()") == 0
    scene.clear_attacker()


def test_wild_dates(scene: Scene, attacker: psycopg.Connection) -> None:
    """Way 21: times are bounded, and a chunk holds a year, so that nobody can make thousands of chunks."""
    for at in ("1899-12-31", "2100-01-01", "40000-01-01", "infinity", "-infinity"):
        for table, column in rows(
            scene.superuser,
            "SELECT a.attrelid::regclass::text, a.attname FROM pg_attribute AS a WHERE a.attrelid::regclass::text = ANY (%s) "
            "AND a.atttypid = 'timestamptz'::regtype AND a.attname IN ('at', 'end_at')",
            [writable(scene)],
        ):
            with attacker.transaction(force_rollback=True):
                insert(attacker, table, scene.attacker.id, scene.mark)
                assert scene.attempt(attacker, f"UPDATE {table} SET {column} = '{at}'") in {
                    "23514",
                    "22008",
                }, f"{table}.{column} {at}"
    interval = value(scene.superuser, "SELECT min(time_interval) FROM timescaledb_information.dimensions")
    assert interval.days >= 360


def test_one_user_cannot_take_all_connections(scene: Scene) -> None:
    limit = value(
        scene.superuser, "SELECT rolconnlimit FROM pg_roles WHERE rolname = %s", [scene.attacker.role]
    )
    assert 0 < limit < int(value(scene.superuser, "SELECT current_setting('max_connections')")) / 2


# --- What a privileged session reads ---


def test_users_schemas_hold_nothing_of_ours(scene: Scene, attacker: psycopg.Connection) -> None:
    """Way 17: a user may drop its own schema, and loses only what is its own."""
    with scene.unharmed():
        attacker.execute(f"DROP SCHEMA {scene.attacker.role} CASCADE".encode())
    scene.superuser.execute(
        f"CREATE SCHEMA {scene.attacker.role} AUTHORIZATION {scene.attacker.role}".encode()
    )
    paths = rows(
        scene.superuser,
        "SELECT setconfig FROM pg_db_role_setting AS s LEFT JOIN pg_roles AS r ON r.oid = s.setrole "
        "WHERE (r.rolname IS NULL OR r.rolname !~ '^user_') AND array_to_string(setconfig, ',') ~ 'search_path=.*user'",
    )
    assert paths == []


def test_a_deploy_runs_no_code_of_a_users(scene: Scene, attacker: psycopg.Connection) -> None:
    """Way 7. A literal of a domain runs the domain's CHECK when it is parsed: in a view that a deploy makes again, or in
    a function in a schema that says lake_owner may create in it, it ran as superuser."""
    role = scene.attacker.role
    attacker.execute(
        f"""
        CREATE FUNCTION {role}.strike() RETURNS boolean LANGUAGE plpgsql AS $$
        BEGIN
          IF session_user <> '{role}' THEN
            RESET ROLE;
            ALTER ROLE {role} CREATEDB;
          END IF;
          RETURN true;
        END $$;
        CREATE DOMAIN {role}.bait AS text CHECK ({role}.strike());
        CREATE VIEW {role}.trap AS SELECT path, '{{x}}'::{role}.bait[] AS bait FROM lake.files;
        GRANT USAGE, CREATE ON SCHEMA {role} TO lake_owner, PUBLIC;
        SET check_function_bodies = off;
        CREATE FUNCTION {role}.trap() RETURNS text LANGUAGE sql AS $$ SELECT '{{x}}'::{role}.bait[]::text $$;
        CREATE FUNCTION {role}.fault() RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN nowhere.nothing(); END $$;
        """.encode()
    )
    # The view is in the way of a deploy that makes lake.files anew, with another column first.
    with scene.superuser.transaction():
        scene.superuser.execute("SET LOCAL ROLE lake_owner")
        scene.superuser.execute("DROP VIEW lake.files CASCADE")
        scene.superuser.execute("CREATE VIEW lake.files AS SELECT 1 AS one, ''::text AS path")
        scene.superuser.execute("GRANT SELECT ON lake.files TO lake_user")
    attacker.execute(
        f"CREATE VIEW {role}.trap AS SELECT path, '{{x}}'::{role}.bait[] AS bait FROM lake.files".encode()
    )
    scene.superuser.execute("UPDATE ops.applied SET sha256 = '' WHERE path = 'db/views/lake/files.sql'")
    deploy(scene.victim.settings)
    assert not value(
        scene.superuser, "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = %s", [role]
    )
    assert value(attacker, "SELECT count(*) FROM lake.files") == 0
    scene.superuser.execute(f"DROP SCHEMA {role} CASCADE".encode())
    scene.superuser.execute(f"CREATE SCHEMA {role} AUTHORIZATION {role}".encode())


def test_what_is_left_of_the_victim(scene: Scene) -> None:
    """Last: after all of the above the victim has every row, and more than one table was at stake."""
    assert all(count for count, _ in digest(scene.superuser, scene.victim).values())
