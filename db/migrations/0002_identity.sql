-- Who is acting, and who exists. Versioned, because policies and column defaults stand on it.
SET LOCAL ROLE lake_owner;

CREATE FUNCTION lake.current_user_id() RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE WHEN role.name ~ '^user_[1-9][0-9]{0,17}$' THEN substr(role.name, 6)::bigint END
  -- SET ROLE leaves its name in "role", also inside a SECURITY DEFINER function, where current_user
  -- is the definer; without SET ROLE it says none, and the session's login is who acts.
  FROM (SELECT CASE WHEN current_setting('role') IN ('none', '') THEN session_user::text
                    ELSE current_setting('role') END) AS role(name)
$$;
COMMENT ON FUNCTION lake.current_user_id() IS
  'Id of the acting lake user, read from the name of its role (user_7 is 7) and from nothing a client can set; '
  'NULL for every other role, which then sees no rows.';
GRANT EXECUTE ON FUNCTION lake.current_user_id() TO PUBLIC;

CREATE TABLE ops.account (
  user_id    bigint PRIMARY KEY,
  name       text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9][a-z0-9._-]{0,62}$'),
  created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE ops.account IS 'The lake''s users: user_id N logs in as role user_N.';
