-- What changes between exports: contacts, notes, tasks, lists. An export says how things stand; every state that any
-- export told is kept here once, and the tables of such entities (key (user_id, ident)) hold the state of the newest
-- one. imports.settle_state derives them, so the end does not depend on the order in which exports are loaded.
SET LOCAL ROLE lake_owner;
SET LOCAL search_path = pg_catalog, ext;

CREATE TABLE user_data.version (
  user_id  bigint NOT NULL DEFAULT lake.current_user_id(),
  entity   text NOT NULL,
  ident    uuid NOT NULL,
  digest   uuid NOT NULL,
  scope    text NOT NULL,
  rank     smallint NOT NULL,
  seen     timestamptz[] NOT NULL,
  content  jsonb NOT NULL,
  file_id  uuid,
  ordinal  bigint,
  PRIMARY KEY (user_id, entity, ident, digest, scope, rank)
);
CREATE INDEX version_file ON user_data.version (user_id, file_id);
COMMENT ON TABLE user_data.version IS
  'Every state of a thing that exports told, once. Natural key (user_id, entity, ident, digest, scope, rank).';
COMMENT ON COLUMN user_data.version.entity IS 'The table that holds the current state: note, contact …, in user_data.';
COMMENT ON COLUMN user_data.version.ident IS 'Which thing it is: the ident of that table.';
COMMENT ON COLUMN user_data.version.digest IS 'Digest of content.';
COMMENT ON COLUMN user_data.version.scope IS
  'The list that it stands in: a thing is gone when a newer export has that list without it.';
COMMENT ON COLUMN user_data.version.rank IS
  'Which of two states in one export is believed, the lower one: a format that tells more has a lower rank.';
COMMENT ON COLUMN user_data.version.seen IS 'Times of the exports that told this state, sorted.';
COMMENT ON COLUMN user_data.version.content IS 'The columns of that table, by name.';
