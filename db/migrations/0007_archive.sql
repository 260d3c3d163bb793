-- Bytes that are kept outside the database: photos, attachments, files of unknown types.
SET LOCAL ROLE lake_owner;

CREATE TABLE archive.blob (
  user_id    bigint NOT NULL DEFAULT lake.current_user_id(),
  sha256     bytea NOT NULL CHECK (octet_length(sha256) = 32),
  size_bytes bigint NOT NULL,
  stored_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (user_id, sha256)
);
COMMENT ON TABLE archive.blob IS
  'Catalogue of the blob store, which is addressed by content; per user, so that nobody learns who else has a file.';
