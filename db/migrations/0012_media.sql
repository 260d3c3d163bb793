-- Files whose bytes are kept, and what is known of pictures and films.
SET LOCAL ROLE lake_owner;
SET LOCAL search_path = pg_catalog, ext;

CREATE TABLE user_data.file (
  user_id    bigint NOT NULL DEFAULT lake.current_user_id(),
  id         bigint GENERATED ALWAYS AS IDENTITY,
  at         timestamptz CHECK (at >= '1900-01-01 00:00:00+00' AND at < '2100-01-01 00:00:00+00'),
  path       text NOT NULL,
  name       text NOT NULL,
  folder     text NOT NULL GENERATED ALWAYS AS (regexp_replace(path, '[^/]*$', '')) STORED,
  digits     text GENERATED ALWAYS AS (substring(name FROM '\d{8}')) STORED,
  product    text NOT NULL,
  media_type text,
  size_bytes bigint NOT NULL,
  sha256     bytea NOT NULL,
  body       text,
  attrs      jsonb,
  file_id    uuid,
  ordinal    bigint,
  PRIMARY KEY (user_id, id),
  CONSTRAINT file_key UNIQUE (user_id, path, sha256)
);
CREATE INDEX file_sha256 ON user_data.file (user_id, sha256);
CREATE INDEX file_folder ON user_data.file (user_id, folder);
CREATE INDEX file_digits ON user_data.file (user_id, digits) WHERE digits IS NOT NULL;
COMMENT ON TABLE user_data.file IS
  'Files of which the bytes are kept in the blob store: photos, films, sounds, documents of Drive, files of unknown types. '
  'Natural key (user_id, path, sha256): the same bytes at several paths are several files and one blob.';
COMMENT ON COLUMN user_data.file.at IS 'When it was changed last, as far as the archive or its description says.';
COMMENT ON COLUMN user_data.file.path IS 'In the export, from the product''s folder on: Google Photos/Trip/IMG_1.jpg.';
COMMENT ON COLUMN user_data.file.folder IS 'Of path, with the slash at its end.';
COMMENT ON COLUMN user_data.file.digits IS 'Eight digits in the name, mostly a date.';
COMMENT ON COLUMN user_data.file.body IS 'What a text file says, its first MiB.';
COMMENT ON COLUMN user_data.file.attrs IS 'width, height, duration_s, taken_at, camera, latitude, longitude … read from the bytes.';

CREATE TABLE user_data.sidecar (
  user_id     bigint NOT NULL DEFAULT lake.current_user_id(),
  id          bigint GENERATED ALWAYS AS IDENTITY,
  at          timestamptz CHECK (at >= '1900-01-01 00:00:00+00' AND at < '2100-01-01 00:00:00+00'),
  path        text NOT NULL,
  folder      text NOT NULL GENERATED ALWAYS AS (regexp_replace(path, '[^/]*$', '')) STORED,
  digits      text GENERATED ALWAYS AS (substring(substring(path FROM '[^/]*$') FROM '\d{8}')) STORED,
  title       text,
  description text,
  url         text NOT NULL DEFAULT '',
  created_at  timestamptz CHECK (created_at >= '1900-01-01 00:00:00+00' AND created_at < '2100-01-01 00:00:00+00'),
  people      text[],
  favorite    boolean NOT NULL DEFAULT false,
  archived    boolean NOT NULL DEFAULT false,
  trashed     boolean NOT NULL DEFAULT false,
  pos         geography(Point, 4326),
  altitude_m  real,
  attrs       jsonb,
  seen        timestamptz[] NOT NULL DEFAULT '{}',
  file_id     uuid,
  ordinal     bigint,
  PRIMARY KEY (user_id, id),
  CONSTRAINT sidecar_key UNIQUE (user_id, path, url)
);
CREATE INDEX sidecar_folder ON user_data.sidecar (user_id, folder);
CREATE INDEX sidecar_digits ON user_data.sidecar (user_id, digits) WHERE digits IS NOT NULL;
COMMENT ON TABLE user_data.sidecar IS
  'What an export says of a picture or a file of Drive, in the JSON file beside it. Natural key (user_id, path, url): of two '
  'pictures with one name the numbers (1), (2) may be dealt out anew in the next export. The newest export wins.';
COMMENT ON COLUMN user_data.sidecar.at IS 'When the picture was taken; when the owner changed the file of Drive.';
COMMENT ON COLUMN user_data.sidecar.path IS 'In the export, from the product''s folder on.';
COMMENT ON COLUMN user_data.sidecar.folder IS 'Of path, with the slash at its end.';
COMMENT ON COLUMN user_data.sidecar.digits IS 'Eight digits in the name of the JSON file, mostly a date.';
COMMENT ON COLUMN user_data.sidecar.seen IS 'Times of the exports that told it, whatever the rest of it was then.';
COMMENT ON COLUMN user_data.sidecar.url IS 'Which picture of the service it is; empty where the file does not say.';
COMMENT ON COLUMN user_data.sidecar.created_at IS 'When it was uploaded.';
COMMENT ON COLUMN user_data.sidecar.title IS 'The true name of the picture''s file.';

CREATE TABLE user_data.media_item (
  user_id         bigint NOT NULL DEFAULT lake.current_user_id(),
  id              bigint GENERATED ALWAYS AS IDENTITY,
  at              timestamptz CHECK (at >= '1900-01-01 00:00:00+00' AND at < '2100-01-01 00:00:00+00'),
  at_source       text,
  sha256          bytea NOT NULL,
  title           text,
  description     text,
  media_type      text,
  size_bytes      bigint NOT NULL,
  width           integer,
  height          integer,
  duration_s      real,
  pos             geography(Point, 4326),
  camera          text,
  people          text[],
  favorite        boolean NOT NULL DEFAULT false,
  archived        boolean NOT NULL DEFAULT false,
  trashed         boolean NOT NULL DEFAULT false,
  paths           text[] NOT NULL,
  url             text,
  original_sha256 bytea,
  still_sha256    bytea,
  attrs           jsonb,
  file_id         uuid,
  ordinal         bigint,
  PRIMARY KEY (user_id, id),
  CONSTRAINT media_item_key UNIQUE (user_id, sha256)
);
CREATE INDEX media_item_at ON user_data.media_item (user_id, at DESC);
COMMENT ON TABLE user_data.media_item IS
  'Pictures, films and sounds, each once however many folders it lies in. Natural key (user_id, sha256). Derived from user_data.file '
  'and user_data.sidecar when an import ends (imports.settle_media).';
COMMENT ON COLUMN user_data.media_item.at IS 'When it was taken, by the best source there is.';
COMMENT ON COLUMN user_data.media_item.at_source IS
  'sidecar, exif (the picture''s own data), name (the file is called after its time, read as UTC) or file (when it was changed last).';
COMMENT ON COLUMN user_data.media_item.title IS 'The name it had before the export cut it and replaced characters.';
COMMENT ON COLUMN user_data.media_item.paths IS 'Of its files, in all exports.';
COMMENT ON COLUMN user_data.media_item.attrs IS 'sidecar: path of the sidecar that was believed; altitude_m.';
COMMENT ON COLUMN user_data.media_item.original_sha256 IS 'Of an edited copy: the picture it was made from.';
COMMENT ON COLUMN user_data.media_item.still_sha256 IS 'Of the moving half of a live photo: its still picture.';
COMMENT ON COLUMN user_data.media_item.file_id IS 'Provenance of the first of its files.';

CREATE TABLE user_data.album (
  user_id       bigint NOT NULL DEFAULT lake.current_user_id(),
  id            bigint GENERATED ALWAYS AS IDENTITY,
  ident         uuid NOT NULL,
  at            timestamptz CHECK (at >= '1900-01-01 00:00:00+00' AND at < '2100-01-01 00:00:00+00'),
  folder        text NOT NULL,
  title         text,
  description   text,
  access        text,
  attrs         jsonb,
  first_seen_at timestamptz CHECK (first_seen_at >= '1900-01-01 00:00:00+00' AND first_seen_at < '2100-01-01 00:00:00+00'),
  last_seen_at  timestamptz CHECK (last_seen_at >= '1900-01-01 00:00:00+00' AND last_seen_at < '2100-01-01 00:00:00+00'),
  gone_at       timestamptz CHECK (gone_at >= '1900-01-01 00:00:00+00' AND gone_at < '2100-01-01 00:00:00+00'),
  file_id       uuid,
  ordinal       bigint,
  PRIMARY KEY (user_id, id),
  CONSTRAINT album_key UNIQUE (user_id, ident)
);
COMMENT ON TABLE user_data.album IS 'Albums of Google Photos. State entity; ident is a digest of the folder.';

CREATE TABLE user_data.album_item (
  user_id  bigint NOT NULL DEFAULT lake.current_user_id(),
  album    uuid NOT NULL,
  sha256   bytea NOT NULL,
  path     text NOT NULL,
  file_id  uuid,
  ordinal  bigint,
  PRIMARY KEY (user_id, album, sha256)
);
CREATE INDEX album_item_sha256 ON user_data.album_item (user_id, sha256);
COMMENT ON TABLE user_data.album_item IS
  'Which picture (media_item.sha256) is in which album (album.ident). Derived when an import ends (imports.settle_media).';
COMMENT ON COLUMN user_data.album_item.path IS
  'Of its file in the album''s folder; of its sidecar, where the export has the picture in another folder only.';
COMMENT ON COLUMN user_data.album_item.file_id IS 'Provenance of what lies there; NULL in rows of the user''s own.';
