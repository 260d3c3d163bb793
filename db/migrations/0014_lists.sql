-- What is saved, followed, bought, installed, said about things; accounts and devices.
SET LOCAL ROLE lake_owner;
SET LOCAL search_path = pg_catalog, ext;

CREATE TABLE user_data.bookmark (
  user_id       bigint NOT NULL DEFAULT lake.current_user_id(),
  id            bigint GENERATED ALWAYS AS IDENTITY,
  ident         uuid NOT NULL,
  at            timestamptz CHECK (at >= '1900-01-01 00:00:00+00' AND at < '2100-01-01 00:00:00+00'),
  product       text NOT NULL,
  folder        text NOT NULL DEFAULT '',
  title         text,
  url           text,
  body          text,
  attrs         jsonb,
  first_seen_at timestamptz CHECK (first_seen_at >= '1900-01-01 00:00:00+00' AND first_seen_at < '2100-01-01 00:00:00+00'),
  last_seen_at  timestamptz CHECK (last_seen_at >= '1900-01-01 00:00:00+00' AND last_seen_at < '2100-01-01 00:00:00+00'),
  gone_at       timestamptz CHECK (gone_at >= '1900-01-01 00:00:00+00' AND gone_at < '2100-01-01 00:00:00+00'),
  file_id       uuid,
  ordinal       bigint,
  PRIMARY KEY (user_id, id),
  CONSTRAINT bookmark_key UNIQUE (user_id, ident)
);
CREATE INDEX bookmark_at ON user_data.bookmark (user_id, at DESC);
COMMENT ON TABLE user_data.bookmark IS
  'Addresses that were kept: bookmarks, the reading list, lists of Saved. State entity; ident is a digest of product, folder, '
  'URL or title, and of Chrome''s bookmarks also the second in which they were added.';
COMMENT ON COLUMN user_data.bookmark.folder IS 'Folder or list, nested ones joined by /.';
COMMENT ON COLUMN user_data.bookmark.body IS 'Note and comment of its owner.';

CREATE TABLE user_data.saved_place (
  user_id       bigint NOT NULL DEFAULT lake.current_user_id(),
  id            bigint GENERATED ALWAYS AS IDENTITY,
  ident         uuid NOT NULL,
  at            timestamptz CHECK (at >= '1900-01-01 00:00:00+00' AND at < '2100-01-01 00:00:00+00'),
  list          text NOT NULL DEFAULT '',
  title         text,
  address       text,
  country       text,
  url           text,
  body          text,
  pos           geography(Point, 4326),
  attrs         jsonb,
  first_seen_at timestamptz CHECK (first_seen_at >= '1900-01-01 00:00:00+00' AND first_seen_at < '2100-01-01 00:00:00+00'),
  last_seen_at  timestamptz CHECK (last_seen_at >= '1900-01-01 00:00:00+00' AND last_seen_at < '2100-01-01 00:00:00+00'),
  gone_at       timestamptz CHECK (gone_at >= '1900-01-01 00:00:00+00' AND gone_at < '2100-01-01 00:00:00+00'),
  file_id       uuid,
  ordinal       bigint,
  PRIMARY KEY (user_id, id),
  CONSTRAINT saved_place_key UNIQUE (user_id, ident)
);
CREATE INDEX saved_place_at ON user_data.saved_place (user_id, at DESC);
COMMENT ON TABLE user_data.saved_place IS
  'Places that their owner starred, labelled or routes to. State entity; ident is a digest of list and URL, id or name.';
COMMENT ON COLUMN user_data.saved_place.country IS 'ISO 3166 code.';

CREATE TABLE user_data.subscription (
  user_id       bigint NOT NULL DEFAULT lake.current_user_id(),
  id            bigint GENERATED ALWAYS AS IDENTITY,
  ident         uuid NOT NULL,
  at            timestamptz CHECK (at >= '1900-01-01 00:00:00+00' AND at < '2100-01-01 00:00:00+00'),
  end_at        timestamptz CHECK (end_at >= '1900-01-01 00:00:00+00' AND end_at < '2100-01-01 00:00:00+00'),
  product       text NOT NULL,
  title         text,
  url           text,
  status        text,
  amount        numeric,
  currency      text,
  attrs         jsonb,
  first_seen_at timestamptz CHECK (first_seen_at >= '1900-01-01 00:00:00+00' AND first_seen_at < '2100-01-01 00:00:00+00'),
  last_seen_at  timestamptz CHECK (last_seen_at >= '1900-01-01 00:00:00+00' AND last_seen_at < '2100-01-01 00:00:00+00'),
  gone_at       timestamptz CHECK (gone_at >= '1900-01-01 00:00:00+00' AND gone_at < '2100-01-01 00:00:00+00'),
  file_id       uuid,
  ordinal       bigint,
  PRIMARY KEY (user_id, id),
  CONSTRAINT subscription_key UNIQUE (user_id, ident)
);
CREATE INDEX subscription_at ON user_data.subscription (user_id, at DESC);
COMMENT ON TABLE user_data.subscription IS
  'Channels that are followed, services that are paid for regularly. State entity; ident is a digest of product and id.';
COMMENT ON COLUMN user_data.subscription.amount IS 'Price of one period, in currency (ISO 4217).';

CREATE TABLE user_data.playlist (
  user_id       bigint NOT NULL DEFAULT lake.current_user_id(),
  id            bigint GENERATED ALWAYS AS IDENTITY,
  ident         uuid NOT NULL,
  at            timestamptz CHECK (at >= '1900-01-01 00:00:00+00' AND at < '2100-01-01 00:00:00+00'),
  playlist      text NOT NULL,
  title         text,
  description   text,
  visibility    text,
  attrs         jsonb,
  first_seen_at timestamptz CHECK (first_seen_at >= '1900-01-01 00:00:00+00' AND first_seen_at < '2100-01-01 00:00:00+00'),
  last_seen_at  timestamptz CHECK (last_seen_at >= '1900-01-01 00:00:00+00' AND last_seen_at < '2100-01-01 00:00:00+00'),
  gone_at       timestamptz CHECK (gone_at >= '1900-01-01 00:00:00+00' AND gone_at < '2100-01-01 00:00:00+00'),
  file_id       uuid,
  ordinal       bigint,
  PRIMARY KEY (user_id, id),
  CONSTRAINT playlist_key UNIQUE (user_id, ident)
);
COMMENT ON TABLE user_data.playlist IS 'Playlists. State entity; ident is a digest of the playlist''s id, else its title.';
COMMENT ON COLUMN user_data.playlist.playlist IS 'YouTube''s id, else the title.';

CREATE TABLE user_data.playlist_item (
  user_id       bigint NOT NULL DEFAULT lake.current_user_id(),
  id            bigint GENERATED ALWAYS AS IDENTITY,
  ident         uuid NOT NULL,
  at            timestamptz CHECK (at >= '1900-01-01 00:00:00+00' AND at < '2100-01-01 00:00:00+00'),
  playlist      text NOT NULL,
  title         text,
  url           text,
  attrs         jsonb,
  first_seen_at timestamptz CHECK (first_seen_at >= '1900-01-01 00:00:00+00' AND first_seen_at < '2100-01-01 00:00:00+00'),
  last_seen_at  timestamptz CHECK (last_seen_at >= '1900-01-01 00:00:00+00' AND last_seen_at < '2100-01-01 00:00:00+00'),
  gone_at       timestamptz CHECK (gone_at >= '1900-01-01 00:00:00+00' AND gone_at < '2100-01-01 00:00:00+00'),
  file_id       uuid,
  ordinal       bigint,
  PRIMARY KEY (user_id, id),
  CONSTRAINT playlist_item_key UNIQUE (user_id, ident)
);
CREATE INDEX playlist_item_at ON user_data.playlist_item (user_id, at DESC);
COMMENT ON TABLE user_data.playlist_item IS
  'Videos and songs of playlists, likes, the music library. State entity; ident is a digest of playlist, '
  'video and, of YouTube''s, the second in which it was added.';
COMMENT ON COLUMN user_data.playlist_item.playlist IS 'Title of the playlist, as its file is called.';

CREATE TABLE user_data.device (
  user_id       bigint NOT NULL DEFAULT lake.current_user_id(),
  id            bigint GENERATED ALWAYS AS IDENTITY,
  ident         uuid NOT NULL,
  at            timestamptz CHECK (at >= '1900-01-01 00:00:00+00' AND at < '2100-01-01 00:00:00+00'),
  product       text NOT NULL,
  title         text,
  type          text,
  attrs         jsonb,
  first_seen_at timestamptz CHECK (first_seen_at >= '1900-01-01 00:00:00+00' AND first_seen_at < '2100-01-01 00:00:00+00'),
  last_seen_at  timestamptz CHECK (last_seen_at >= '1900-01-01 00:00:00+00' AND last_seen_at < '2100-01-01 00:00:00+00'),
  gone_at       timestamptz CHECK (gone_at >= '1900-01-01 00:00:00+00' AND gone_at < '2100-01-01 00:00:00+00'),
  file_id       uuid,
  ordinal       bigint,
  PRIMARY KEY (user_id, id),
  CONSTRAINT device_key UNIQUE (user_id, ident)
);
COMMENT ON TABLE user_data.device IS 'Phones, computers, lamps that a product knows. State entity.';
COMMENT ON COLUMN user_data.device.at IS 'When the product heard of it first, else last (attrs says more).';

CREATE TABLE user_data.item (
  user_id       bigint NOT NULL DEFAULT lake.current_user_id(),
  id            bigint GENERATED ALWAYS AS IDENTITY,
  ident         uuid NOT NULL,
  at            timestamptz CHECK (at >= '1900-01-01 00:00:00+00' AND at < '2100-01-01 00:00:00+00'),
  type          text NOT NULL,
  product       text NOT NULL,
  title         text,
  url           text,
  body          text,
  pos           geography(Point, 4326),
  attrs         jsonb,
  first_seen_at timestamptz CHECK (first_seen_at >= '1900-01-01 00:00:00+00' AND first_seen_at < '2100-01-01 00:00:00+00'),
  last_seen_at  timestamptz CHECK (last_seen_at >= '1900-01-01 00:00:00+00' AND last_seen_at < '2100-01-01 00:00:00+00'),
  gone_at       timestamptz CHECK (gone_at >= '1900-01-01 00:00:00+00' AND gone_at < '2100-01-01 00:00:00+00'),
  file_id       uuid,
  ordinal       bigint,
  PRIMARY KEY (user_id, id),
  CONSTRAINT item_key UNIQUE (user_id, ident)
);
CREATE INDEX item_at ON user_data.item (user_id, at DESC);
CREATE INDEX item_type ON user_data.item (user_id, type);
COMMENT ON TABLE user_data.item IS
  'What an export lists and what has no table of its own: settings, words of a dictionary, extensions, followed topics, '
  'profiles. State entity.';
COMMENT ON COLUMN user_data.item.type IS 'setting, extension, dictionary_word …: the kind of record it comes from.';

CREATE TABLE user_data.comment (
  user_id  bigint NOT NULL DEFAULT lake.current_user_id(),
  id       bigint GENERATED ALWAYS AS IDENTITY,
  at       timestamptz NOT NULL CHECK (at >= '1900-01-01 00:00:00+00' AND at < '2100-01-01 00:00:00+00'),
  coarse   boolean NOT NULL DEFAULT false,
  ident    uuid NOT NULL,
  product  text NOT NULL,
  title    text,
  url      text,
  body     text,
  parent   text,
  attrs    jsonb,
  file_id  uuid,
  ordinal  bigint,
  PRIMARY KEY (user_id, id),
  CONSTRAINT comment_key UNIQUE (user_id, ident, at)
);
CREATE INDEX comment_at ON user_data.comment (user_id, at DESC);
COMMENT ON TABLE user_data.comment IS
  'What the owner wrote below videos, albums, in live chats. Natural key (user_id, ident, at), ident being a digest of '
  'what is commented on and the text, which the formats agree on.';
COMMENT ON COLUMN user_data.comment.coarse IS 'The time is known to the second only, and no other file knows it better.';
COMMENT ON COLUMN user_data.comment.title IS 'What is commented on.';
COMMENT ON COLUMN user_data.comment.parent IS 'The comment that this one answers, by the service''s id.';

CREATE TABLE user_data.review (
  user_id  bigint NOT NULL DEFAULT lake.current_user_id(),
  id       bigint GENERATED ALWAYS AS IDENTITY,
  at       timestamptz CHECK (at >= '1900-01-01 00:00:00+00' AND at < '2100-01-01 00:00:00+00'),
  ident    uuid NOT NULL,
  product  text NOT NULL,
  title    text,
  url      text,
  rating   real,
  body     text,
  pos      geography(Point, 4326),
  attrs    jsonb,
  file_id  uuid,
  ordinal  bigint,
  PRIMARY KEY (user_id, id),
  CONSTRAINT review_key UNIQUE (user_id, ident)
);
CREATE INDEX review_at ON user_data.review (user_id, at DESC);
COMMENT ON TABLE user_data.review IS
  'Judgements: of places, apps, films, articles. Natural key (user_id, ident), a digest of product and what is judged; the newest export wins.';
COMMENT ON COLUMN user_data.review.rating IS '1 to 5; thumbs are 5 and 1.';

CREATE TABLE user_data.purchase (
  user_id  bigint NOT NULL DEFAULT lake.current_user_id(),
  id       bigint GENERATED ALWAYS AS IDENTITY,
  at       timestamptz CHECK (at >= '1900-01-01 00:00:00+00' AND at < '2100-01-01 00:00:00+00'),
  ident    uuid NOT NULL,
  product  text NOT NULL,
  type     text NOT NULL,
  title    text,
  amount   numeric,
  currency text,
  status   text,
  order_id text,
  is_local boolean NOT NULL DEFAULT false,
  attrs    jsonb,
  file_id  uuid,
  ordinal  bigint,
  PRIMARY KEY (user_id, id),
  CONSTRAINT purchase_key UNIQUE (user_id, ident)
);
CREATE INDEX purchase_at ON user_data.purchase (user_id, at DESC);
COMMENT ON TABLE user_data.purchase IS
  'Orders, payments, transfers, redemptions. Natural key (user_id, ident), a digest of product, type and id or content. The same '
  'purchase as seen by two products is two rows with one order_id.';
COMMENT ON COLUMN user_data.purchase.type IS 'order, purchase, transaction, transfer, redemption, promotion …';
COMMENT ON COLUMN user_data.purchase.amount IS
  'As the file has it, in currency (ISO 4217, or the sign where the file says no more); whether money was paid, received '
  'or given back is said by type, status and attrs.';
COMMENT ON COLUMN user_data.purchase.is_local IS 'The source tells the wall clock and no zone: at is that clock read as UTC.';

CREATE TABLE user_data.app_install (
  user_id    bigint NOT NULL DEFAULT lake.current_user_id(),
  id         bigint GENERATED ALWAYS AS IDENTITY,
  at         timestamptz CHECK (at >= '1900-01-01 00:00:00+00' AND at < '2100-01-01 00:00:00+00'),
  ident      uuid NOT NULL,
  title      text,
  type       text,
  device     text,
  updated_at timestamptz CHECK (updated_at >= '1900-01-01 00:00:00+00' AND updated_at < '2100-01-01 00:00:00+00'),
  attrs      jsonb,
  file_id    uuid,
  ordinal    bigint,
  PRIMARY KEY (user_id, id),
  CONSTRAINT app_install_key UNIQUE (user_id, ident)
);
CREATE INDEX app_install_at ON user_data.app_install (user_id, at DESC);
COMMENT ON TABLE user_data.app_install IS
  'Apps that were installed on devices. Natural key (user_id, ident), a digest of app, device and time; the newest export wins.';
COMMENT ON COLUMN user_data.app_install.at IS 'First installation; where it is not known, the last update.';

CREATE TABLE user_data.sign_in (
  user_id    bigint NOT NULL DEFAULT lake.current_user_id(),
  id         bigint GENERATED ALWAYS AS IDENTITY,
  at         timestamptz NOT NULL CHECK (at >= '1900-01-01 00:00:00+00' AND at < '2100-01-01 00:00:00+00'),
  ident      uuid NOT NULL,
  type       text NOT NULL,
  title      text,
  ip         inet,
  country    text,
  user_agent text,
  attrs      jsonb,
  file_id    uuid,
  ordinal    bigint,
  PRIMARY KEY (user_id, id),
  CONSTRAINT sign_in_key UNIQUE (user_id, ident, at)
);
CREATE INDEX sign_in_at ON user_data.sign_in (user_id, at DESC);
COMMENT ON TABLE user_data.sign_in IS
  'Accesses to the account: sign-ins and use of services, with address and device. Natural key (user_id, ident, at), ident '
  'being a digest of what was accessed, from where and by what.';
COMMENT ON COLUMN user_data.sign_in.title IS 'The service that was used.';
