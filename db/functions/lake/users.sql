-- Users and services: login roles, made by lake_admin. A password reaches the server as a SCRAM verifier only.
SET LOCAL ROLE lake_service;

CREATE OR REPLACE FUNCTION ops.add_account(p_name text) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
-- DEFINER: the table of users is nobody's to write.
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_id bigint;
BEGIN
  LOCK TABLE ops.account IN SHARE ROW EXCLUSIVE MODE;
  IF p_name !~ '^[a-z0-9][a-z0-9._-]{0,62}$' THEN
    RAISE EXCEPTION 'a user''s name is 1 to 63 of a-z, 0-9, dot, dash and underscore, letter or digit first'
      USING ERRCODE = 'LK104';
  END IF;
  IF EXISTS (SELECT FROM ops.account WHERE name = p_name) THEN
    RAISE EXCEPTION 'there is a user of this name already' USING ERRCODE = 'LK304',
      HINT = 'Choose another name; `lakectl user list` shows those taken.';
  END IF;
  -- Roles belong to the cluster, which may hold other databases with users of their own.
  SELECT coalesce(max(n), 0) + 1 INTO v_id
    FROM (SELECT max(user_id) FROM ops.account
          UNION ALL
          SELECT max(substr(rolname, 6)::bigint) FROM pg_roles WHERE rolname ~ '^user_[1-9][0-9]{0,17}$') AS taken(n);
  INSERT INTO ops.account (user_id, name) VALUES (v_id, p_name);
  RETURN v_id;
END
$$;
COMMENT ON FUNCTION ops.add_account(text) IS 'Gives a new user an id, never one that a role of the cluster has.';
GRANT EXECUTE ON FUNCTION ops.add_account(text) TO lake_admin;

CREATE OR REPLACE FUNCTION lake.users()
RETURNS TABLE (user_id bigint, name text, role_name text, created_at timestamptz)
LANGUAGE sql STABLE PARALLEL SAFE
-- DEFINER: shows all users, to lake_admin only.
SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT a.user_id, a.name, 'user_' || a.user_id, a.created_at FROM ops.account AS a ORDER BY a.user_id
$$;
COMMENT ON FUNCTION lake.users() IS 'The users of this lake and the roles they log in as. For lake_admin.';
GRANT EXECUTE ON FUNCTION lake.users() TO lake_admin;

SET LOCAL ROLE lake_owner;

CREATE OR REPLACE FUNCTION lake.add_user(p_name text) RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
-- lake_admin gets the right to act as the new user for as long as it takes to make the user's schema.
SET createrole_self_grant = 'set'
AS $$
DECLARE
  v_role text := 'user_' || ops.add_account(p_name);
BEGIN
  -- Fewer connections than the server has, so that nobody takes all of them.
  EXECUTE format('CREATE ROLE %I LOGIN NOINHERIT CONNECTION LIMIT 40 IN ROLE lake_user', v_role);
  EXECUTE format('GRANT lake_user TO %I WITH INHERIT TRUE, SET FALSE', v_role);
  EXECUTE format('CREATE SCHEMA %I AUTHORIZATION %I', v_role, v_role);
  EXECUTE format('REVOKE SET OPTION FOR %I FROM lake_admin GRANTED BY lake_admin', v_role);
  RETURN v_role;
END
$$;
COMMENT ON FUNCTION lake.add_user(text) IS
  'Makes a lake user: the login role user_N, member of lake_user, and its own schema user_N. Gives the role''s name; '
  'set its password with ALTER ROLE and a SCRAM verifier. For lake_admin. LK104: no such name; LK304: taken.';
GRANT EXECUTE ON FUNCTION lake.add_user(text) TO lake_admin;

CREATE OR REPLACE FUNCTION lake.add_service(p_name text, p_users text[]) RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  v_role text := 'service_' || p_name;
  v_missing text;
  v_user record;
BEGIN
  IF p_name !~ '^[a-z0-9][a-z0-9_]{0,40}$' THEN
    RAISE EXCEPTION 'a service''s name is 1 to 41 of a-z, 0-9 and underscore, letter or digit first'
      USING ERRCODE = 'LK104';
  END IF;
  SELECT string_agg(n, ', ') INTO v_missing
    FROM unnest(p_users) AS n WHERE n NOT IN (SELECT u.name FROM lake.users() AS u);
  IF v_missing IS NOT NULL THEN
    RAISE EXCEPTION 'there is no user %', v_missing USING ERRCODE = 'LK305',
      HINT = '`lakectl user list` shows the users.';
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = v_role) THEN
    EXECUTE format('CREATE ROLE %I LOGIN NOINHERIT CONNECTION LIMIT 40', v_role);
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), v_role);
  END IF;
  FOR v_user IN SELECT u.role_name FROM lake.users() AS u WHERE u.name = ANY (p_users) LOOP
    EXECUTE format('GRANT %I TO %I WITH INHERIT FALSE, SET TRUE', v_user.role_name, v_role);
  END LOOP;
  RETURN v_role;
END
$$;
COMMENT ON FUNCTION lake.add_service(text, text[]) IS
  'Makes the login service_NAME of an internal service, or lets it act for more users: it holds their roles without '
  'inheriting, and runs BEGIN; SET LOCAL ROLE user_N; …; COMMIT. For lake_admin. LK305: no such user.';
GRANT EXECUTE ON FUNCTION lake.add_service(text, text[]) TO lake_admin;

CREATE OR REPLACE FUNCTION lake.services() RETURNS TABLE (role_name text, users text[])
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT r.rolname::text, coalesce(array_agg(u.name ORDER BY u.name) FILTER (WHERE u.name IS NOT NULL), '{}')
    FROM pg_roles AS r
    LEFT JOIN pg_auth_members AS m ON m.member = r.oid
    LEFT JOIN pg_roles AS g ON g.oid = m.roleid
    LEFT JOIN lake.users() AS u ON u.role_name = g.rolname
   WHERE r.rolname ~ '^service_'
   GROUP BY r.rolname ORDER BY r.rolname
$$;
COMMENT ON FUNCTION lake.services() IS 'The logins of internal services and the users each may act for. For lake_admin.';
GRANT EXECUTE ON FUNCTION lake.services() TO lake_admin;
