-- How every record came in: exports, their archives, the files in them, and what each gave.
SET LOCAL ROLE lake_owner;
SET LOCAL search_path = pg_catalog, ext;

CREATE TABLE imports.document (
  document  text PRIMARY KEY,
  product   text NOT NULL,
  decoder   text NOT NULL,
  paths     text[] NOT NULL DEFAULT '{}',
  signature text,
  texts     text[]
);
COMMENT ON TABLE imports.document IS 'Types of file: how one is recognised and which decoder splits it into records.';
COMMENT ON COLUMN imports.document.product IS 'The Takeout product, by its English name.';
COMMENT ON COLUMN imports.document.decoder IS 'json, activity_html, bytes (kept as a blob) or none (litter).';
COMMENT ON COLUMN imports.document.paths IS
  'Regular expressions, case-insensitive, for the path inside the archive, localized names among them.';
COMMENT ON COLUMN imports.document.signature IS 'Regular expression for the first 8 KiB, for names we do not know.';
COMMENT ON COLUMN imports.document.texts IS
  'Texts one of which stands in all that the signature matches, found in it when it is registered; NULL: none are known.';

CREATE TABLE imports.kind (
  kind     text PRIMARY KEY,
  document text NOT NULL REFERENCES imports.document ON DELETE CASCADE,
  section  smallint NOT NULL,
  options  jsonb NOT NULL DEFAULT '{}',
  targets  jsonb NOT NULL,
  UNIQUE (document, section)
);
COMMENT ON TABLE imports.kind IS 'Kinds of record: where they stand in a document, and what makes rows of them.';
COMMENT ON COLUMN imports.kind.options IS 'For the decoder: which list of the document holds the records.';
COMMENT ON COLUMN imports.kind.targets IS '[{"table": "schema.name", "parser": "takeout.name"}]';

CREATE TABLE imports.import (
  user_id     bigint NOT NULL DEFAULT lake.current_user_id(),
  id          bigint GENERATED ALWAYS AS IDENTITY,
  export      text NOT NULL,
  exported_at timestamptz NOT NULL,
  state       text NOT NULL DEFAULT 'loading' CHECK (state IN ('loading', 'done', 'failed')),
  began_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  finished_at timestamptz,
  PRIMARY KEY (user_id, id),
  UNIQUE (user_id, export)
);
COMMENT ON TABLE imports.import IS 'One export, in one or many archives.';
COMMENT ON COLUMN imports.import.export IS 'What the archives'' names have in common (takeout-20240305T180709Z), else the fingerprint.';

CREATE TABLE imports.archive (
  user_id     bigint NOT NULL DEFAULT lake.current_user_id(),
  id          uuid NOT NULL,
  import_id   bigint NOT NULL,
  name        text NOT NULL,
  format      text NOT NULL,
  size_bytes  bigint NOT NULL,
  fingerprint bytea NOT NULL,
  exported_at timestamptz NOT NULL,
  state       text NOT NULL DEFAULT 'loading' CHECK (state IN ('loading', 'done', 'failed')),
  error       text,
  registry    uuid,
  claimed_by  integer,
  claimed_at  timestamptz,
  began_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  finished_at timestamptz,
  PRIMARY KEY (user_id, id),
  FOREIGN KEY (user_id, import_id) REFERENCES imports.import
);
CREATE INDEX ON imports.archive (user_id, import_id);
COMMENT ON TABLE imports.archive IS 'One zip, tgz, folder or single file.';
COMMENT ON COLUMN imports.archive.id IS
  '6 bytes export time in ms, 6 bytes fingerprint, 4 zero bytes: the same in whatever order exports are loaded.';
COMMENT ON COLUMN imports.archive.fingerprint IS 'SHA-256 over size, first and last MiB; for a folder over its listing.';
COMMENT ON COLUMN imports.archive.registry IS
  'Digest of the registry of kinds when it was read last: with another one its unrecognized files are tried again.';
COMMENT ON COLUMN imports.archive.claimed_by IS 'Backend that loads it, with the start of that backend in claimed_at.';

CREATE TABLE imports.file (
  user_id     bigint NOT NULL DEFAULT lake.current_user_id(),
  id          uuid NOT NULL,
  archive_id  uuid NOT NULL,
  path        text NOT NULL,
  size_bytes  bigint NOT NULL,
  product     text NOT NULL,
  document    text,
  kind        text,
  state       text NOT NULL DEFAULT 'pending' CHECK (state IN
                ('pending', 'loading', 'done', 'failed', 'empty', 'unrecognized', 'ignored')),
  error       text,
  records     bigint NOT NULL DEFAULT 0,
  rows        bigint NOT NULL DEFAULT 0,
  duplicates  bigint NOT NULL DEFAULT 0,
  rejects     bigint NOT NULL DEFAULT 0,
  began_at    timestamptz,
  finished_at timestamptz,
  PRIMARY KEY (user_id, id),
  FOREIGN KEY (user_id, archive_id) REFERENCES imports.archive
);
CREATE INDEX ON imports.file (user_id, archive_id);
COMMENT ON TABLE imports.file IS 'One member of an archive, once per kind of record in it.';
COMMENT ON COLUMN imports.file.id IS
  'The archive''s id with 3 bytes member number and 1 byte section in its tail: sorts as the archives do.';
COMMENT ON COLUMN imports.file.records IS 'records = rows + duplicates + rejects, once the import has ended.';
COMMENT ON COLUMN imports.file.rows IS 'Records of which at least one row is held under this file.';

CREATE TABLE imports.batch (
  user_id  bigint NOT NULL DEFAULT lake.current_user_id(),
  file_id  uuid NOT NULL,
  ordinals int8range NOT NULL,
  records  bigint NOT NULL DEFAULT 0,
  rows     bigint,
  rejects  bigint NOT NULL DEFAULT 0,
  -- No record is taken twice, not even when a killed loader's last batch commits late.
  EXCLUDE USING gist (user_id WITH =, file_id WITH =, ordinals WITH &&),
  PRIMARY KEY (user_id, file_id, ordinals),
  FOREIGN KEY (user_id, file_id) REFERENCES imports.file
);
COMMENT ON TABLE imports.batch IS 'Checkpoint: which ordinals of a file are in; commits with their rows.';
COMMENT ON COLUMN imports.batch.rejects IS 'How many of its records are in imports.reject.';
COMMENT ON COLUMN imports.batch.rows IS
  'Of how many of its records a row is held under this file; NULL where rows may have changed hands, and must be counted.';

-- How imports.ingest hands its records on.
CREATE TYPE imports.part AS (batch integer, file_id uuid, context jsonb, ordinals bigint[], positions bigint[]);
COMMENT ON TYPE imports.part IS
  'Records of one file in a batch: number of the checkpoint, what parsers are told of the file, the ordinals of the records, and '
  'their positions among all records of the batch.';
CREATE TYPE imports.outcome AS (batch integer, kept bigint, rejected bigint);
COMMENT ON TYPE imports.outcome IS 'What became of a part: how many of its records have rows, how many are rejects.';

-- Partitioned by when the import began: that never changes, so user, file and ordinal stay unique.
CREATE TABLE imports.reject (
  user_id  bigint NOT NULL DEFAULT lake.current_user_id(),
  began_at timestamptz NOT NULL,
  file_id  uuid NOT NULL,
  ordinal  bigint NOT NULL,
  reason   text NOT NULL,
  state    text,
  raw      bytea,
  PRIMARY KEY (user_id, began_at, file_id, ordinal)
) PARTITION BY RANGE (began_at);
CREATE INDEX ON imports.reject (user_id, file_id);
COMMENT ON TABLE imports.reject IS 'Records that gave no row, with the reason. Partitioned by pg_partman, by month.';
COMMENT ON COLUMN imports.reject.began_at IS 'When the import began (imports.import.began_at).';
COMMENT ON COLUMN imports.reject.state IS 'SQLSTATE, where an error of the database was the reason.';
COMMENT ON COLUMN imports.reject.raw IS 'The record as it stands in the file, its first MiB.';
SELECT partman.create_parent('imports.reject', 'began_at', '1 month', p_premake => 3);
-- Without this, a set that nobody writes to for a while gets no new partitions.
UPDATE partman.part_config SET infinite_time_partitions = true, inherit_privileges = false
 WHERE parent_table = 'imports.reject';
