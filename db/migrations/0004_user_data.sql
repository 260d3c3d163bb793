-- The entities. Every table: a key that starts with user_id, a natural key named in its comment,
-- and the file and ordinal that a row came from.
SET LOCAL ROLE lake_owner;
SET LOCAL search_path = pg_catalog, ext;

CREATE TABLE user_data.activity (
  user_id   bigint NOT NULL DEFAULT lake.current_user_id(),
  id        bigint GENERATED ALWAYS AS IDENTITY,
  at        timestamptz NOT NULL CHECK (at >= '1900-01-01 00:00:00+00' AND at < '2100-01-01 00:00:00+00'),
  coarse    boolean NOT NULL DEFAULT false,
  ident     uuid NOT NULL,
  product   text,
  title     text,
  url       text,
  channel   text,
  details   text[],
  pos       geography(Point, 4326),
  attrs     jsonb,
  file_id   uuid,
  ordinal   bigint,
  PRIMARY KEY (user_id, id),
  -- The time first: one index for the key and for reading by time, and a load writes its pages one after the other.
  CONSTRAINT activity_key UNIQUE (user_id, at, ident)
);
-- What imports.merge_coarse looks at.
CREATE INDEX activity_coarse ON user_data.activity (user_id, at, ident) WHERE coarse;
-- What imports.settle_activity_files looks at: few name pictures or recordings.
CREATE INDEX activity_files ON user_data.activity (user_id, id) WHERE attrs ?| '{audioFiles,imageFile,attachedFiles,images}';
COMMENT ON TABLE user_data.activity IS
  'Any event with a time and a title or URL: searches, views, visits, use of an app. '
  'Natural key (user_id, at, ident): the same event in several files is one row.';
COMMENT ON COLUMN user_data.activity.coarse IS
  'The time is known to the second only (from an HTML page), and no other file knows it better.';
COMMENT ON COLUMN user_data.activity.ident IS 'Digest of the source''s namespace and the URL, or else the title.';
COMMENT ON COLUMN user_data.activity.product IS 'What the file calls its source: Search, YouTube, Chrome …';
COMMENT ON COLUMN user_data.activity.channel IS 'Who published it: the channel of a video.';
COMMENT ON COLUMN user_data.activity.details IS 'Remarks of the file, such as From Google Ads.';
COMMENT ON COLUMN user_data.activity.pos IS 'Where, as far as the file says.';

CREATE TABLE user_data.place (
  user_id    bigint NOT NULL DEFAULT lake.current_user_id(),
  id         bigint GENERATED ALWAYS AS IDENTITY,
  place_id   text NOT NULL,
  name       text,
  address    text,
  label      text NOT NULL DEFAULT '',
  pos        geography(Point, 4326),
  attrs      jsonb,
  file_id    uuid,
  ordinal    bigint,
  PRIMARY KEY (user_id, id),
  CONSTRAINT place_key UNIQUE (user_id, place_id, label)
);
COMMENT ON TABLE user_data.place IS
  'A place that was visited or saved. Natural key (user_id, place_id, label), place_id being Google''s id, else one '
  'made of the position: what the map says of a place and what its owner calls it are two rows.';
COMMENT ON COLUMN user_data.place.label IS 'What it is to its owner: HOME, WORK, a label of theirs; else empty.';

CREATE TABLE user_data.place_visit (
  user_id       bigint NOT NULL DEFAULT lake.current_user_id(),
  id            bigint GENERATED ALWAYS AS IDENTITY,
  at            timestamptz NOT NULL CHECK (at >= '1900-01-01 00:00:00+00' AND at < '2100-01-01 00:00:00+00'),
  end_at        timestamptz CHECK (end_at >= '1900-01-01 00:00:00+00' AND end_at < '2100-01-01 00:00:00+00'),
  level         smallint NOT NULL DEFAULT 0,
  ident         text NOT NULL,
  place_id      text,
  name          text,
  address       text,
  semantic_type text,
  confidence    real,
  pos           geography(Point, 4326),
  attrs         jsonb,
  file_id       uuid,
  ordinal       bigint,
  PRIMARY KEY (user_id, id),
  CONSTRAINT place_visit_key UNIQUE (user_id, at, level, ident)
);
CREATE INDEX place_visit_place ON user_data.place_visit (user_id, place_id);
COMMENT ON TABLE user_data.place_visit IS
  'A stay at a place. Natural key (user_id, at, level, ident), ident being the place''s id, else its position.';
COMMENT ON COLUMN user_data.place_visit.level IS '0 for a visit, 1 for a visit within one (a shop in a mall).';
COMMENT ON COLUMN user_data.place_visit.confidence IS '0 to 1: how sure the source is of the visit.';

CREATE TABLE user_data.trip (
  user_id     bigint NOT NULL DEFAULT lake.current_user_id(),
  id          bigint GENERATED ALWAYS AS IDENTITY,
  at          timestamptz NOT NULL CHECK (at >= '1900-01-01 00:00:00+00' AND at < '2100-01-01 00:00:00+00'),
  end_at      timestamptz NOT NULL CHECK (end_at >= '1900-01-01 00:00:00+00' AND end_at < '2100-01-01 00:00:00+00'),
  mode        text NOT NULL,
  distance_m  real,
  confidence  real,
  start_pos   geography(Point, 4326),
  end_pos     geography(Point, 4326),
  attrs       jsonb,
  file_id     uuid,
  ordinal     bigint,
  PRIMARY KEY (user_id, id),
  CONSTRAINT trip_key UNIQUE (user_id, at, end_at, mode)
);
COMMENT ON TABLE user_data.trip IS 'A movement between places. Natural key (user_id, at, end_at, mode).';
COMMENT ON COLUMN user_data.trip.mode IS 'WALKING, CYCLING, IN_BUS … as the source says, in one spelling; UNKNOWN when it does not.';

CREATE TABLE user_data.note (
  user_id       bigint NOT NULL DEFAULT lake.current_user_id(),
  id            bigint GENERATED ALWAYS AS IDENTITY,
  ident         uuid NOT NULL,
  at            timestamptz CHECK (at >= '1900-01-01 00:00:00+00' AND at < '2100-01-01 00:00:00+00'),
  end_at        timestamptz CHECK (end_at >= '1900-01-01 00:00:00+00' AND end_at < '2100-01-01 00:00:00+00'),
  edited_at     timestamptz CHECK (edited_at >= '1900-01-01 00:00:00+00' AND edited_at < '2100-01-01 00:00:00+00'),
  title         text,
  body          text,
  items         jsonb,
  labels        text[],
  pinned        boolean,
  archived      boolean,
  trashed       boolean,
  attrs         jsonb,
  first_seen_at timestamptz CHECK (first_seen_at >= '1900-01-01 00:00:00+00' AND first_seen_at < '2100-01-01 00:00:00+00'),
  last_seen_at  timestamptz CHECK (last_seen_at >= '1900-01-01 00:00:00+00' AND last_seen_at < '2100-01-01 00:00:00+00'),
  gone_at       timestamptz CHECK (gone_at >= '1900-01-01 00:00:00+00' AND gone_at < '2100-01-01 00:00:00+00'),
  file_id       uuid,
  ordinal       bigint,
  PRIMARY KEY (user_id, id),
  CONSTRAINT note_key UNIQUE (user_id, ident)
);
CREATE INDEX note_at ON user_data.note (user_id, at DESC);
COMMENT ON TABLE user_data.note IS
  'Notes, lists, and the memories of a timeline. State entity (see user_data.version); ident is a digest of what the '
  'source knows it by.';
COMMENT ON COLUMN user_data.note.at IS 'When it was made, else last changed; of a memory, the time that it is about.';
COMMENT ON COLUMN user_data.note.items IS 'Of a list: [{"text", "checked"}], in order.';
COMMENT ON COLUMN user_data.note.first_seen_at IS 'The first export that has it; so in all state entities.';
COMMENT ON COLUMN user_data.note.last_seen_at IS 'The newest export that has it, whose state this row is.';
COMMENT ON COLUMN user_data.note.gone_at IS 'The first export after that which has such things, but not this one; NULL while it is there.';

CREATE TABLE user_data.signal (
  user_id    bigint NOT NULL DEFAULT lake.current_user_id(),
  id         bigint GENERATED ALWAYS AS IDENTITY,
  at         timestamptz NOT NULL CHECK (at >= '1900-01-01 00:00:00+00' AND at < '2100-01-01 00:00:00+00'),
  end_at     timestamptz CHECK (end_at >= '1900-01-01 00:00:00+00' AND end_at < '2100-01-01 00:00:00+00'),
  ident      uuid NOT NULL,
  type       text NOT NULL,
  mode       text,
  confidence real,
  accuracy_m real,
  pos        geography(Point, 4326),
  attrs      jsonb,
  file_id    uuid,
  ordinal    bigint,
  PRIMARY KEY (user_id, id),
  CONSTRAINT signal_key UNIQUE (user_id, at, ident)
);
COMMENT ON TABLE user_data.signal IS
  'What a phone noted for its timeline and what is no position of the history: guesses at a movement, Wi-Fi scans, '
  'and all that stands in Timeline Edits. Natural key (user_id, at, ident), ident being the digest of the record.';
COMMENT ON COLUMN user_data.signal.type IS 'position, activity, wifi_scan or place_aggregates.';
COMMENT ON COLUMN user_data.signal.mode IS 'The likeliest movement, spelled as in user_data.trip.';
COMMENT ON COLUMN user_data.signal.confidence IS '0 to 1: how likely that movement was.';
