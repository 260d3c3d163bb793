-- What people write and say to each other, and who they are.
SET LOCAL ROLE lake_owner;
SET LOCAL search_path = pg_catalog, ext;

CREATE TABLE user_data.message (
  user_id      bigint NOT NULL DEFAULT lake.current_user_id(),
  id           bigint GENERATED ALWAYS AS IDENTITY,
  at           timestamptz NOT NULL CHECK (at >= '1900-01-01 00:00:00+00' AND at < '2100-01-01 00:00:00+00'),
  ident        uuid NOT NULL,
  type         text NOT NULL CHECK (type IN ('mail', 'chat', 'sms', 'call', 'voicemail', 'event')),
  direction    text CHECK (direction IN ('sent', 'received', 'missed')),
  thread       text,
  sender       text,
  sender_name  text,
  recipients   text[],
  title        text,
  body         text,
  html         text,
  delivered_to text,
  labels       text[],
  duration_s   real,
  attrs        jsonb,
  file_id      uuid,
  ordinal      bigint,
  PRIMARY KEY (user_id, id),
  CONSTRAINT message_key UNIQUE (user_id, ident)
);
CREATE INDEX message_at ON user_data.message (user_id, at DESC);
CREATE INDEX message_thread ON user_data.message (user_id, thread, at);
COMMENT ON TABLE user_data.message IS
  'Mail, chat, SMS, calls. Natural key (user_id, ident): Message-ID, the service''s own id, else a digest. Of a message '
  'in several exports the newest one tells labels and reactions.';
COMMENT ON COLUMN user_data.message.type IS 'mail, chat, sms, call, voicemail, or event: someone joined, a name changed.';
COMMENT ON COLUMN user_data.message.direction IS
  'Seen from the owner of the account; NULL when no file says whose address it is. Settled when an import ends (imports.settle_directions).';
COMMENT ON COLUMN user_data.message.thread IS 'The conversation: Gmail''s thread id, a chat group, the other number.';
COMMENT ON COLUMN user_data.message.sender IS 'Address, number or id of the sender, lower-case.';
COMMENT ON COLUMN user_data.message.recipients IS 'Addresses, numbers or ids, lower-case: To, Cc and Bcc of a mail.';
COMMENT ON COLUMN user_data.message.title IS 'Subject.';
COMMENT ON COLUMN user_data.message.body IS 'Plain text; of a mail that is HTML only, its text.';
COMMENT ON COLUMN user_data.message.html IS 'The source of a mail''s HTML, if it has any. Not to be shown without care: it is what a stranger wrote.';
COMMENT ON COLUMN user_data.message.delivered_to IS 'Of a mail, the address of the owner that it came to, lower-case: the first Delivered-To.';
COMMENT ON COLUMN user_data.message.duration_s IS 'Of a call or voicemail, in seconds.';

CREATE TABLE user_data.attachment (
  user_id    bigint NOT NULL DEFAULT lake.current_user_id(),
  id         bigint GENERATED ALWAYS AS IDENTITY,
  ident      uuid NOT NULL,
  position   smallint NOT NULL,
  name       text,
  path       text,
  media_type text,
  size_bytes bigint,
  sha256     bytea,
  attrs      jsonb,
  file_id    uuid,
  ordinal    bigint,
  PRIMARY KEY (user_id, id),
  CONSTRAINT attachment_key UNIQUE (user_id, ident, position)
);
CREATE INDEX attachment_sha256 ON user_data.attachment (user_id, sha256);
COMMENT ON TABLE user_data.attachment IS
  'What hangs on a message, a note or an event of My Activity. Natural key (user_id, ident, position), ident being that of '
  'what it hangs on; of an event takeout.activity_key(at, ident).';
COMMENT ON COLUMN user_data.attachment.position IS 'From 1, in the order of the source.';
COMMENT ON COLUMN user_data.attachment.path IS
  'Its file in the export, as in user_data.file, but maybe without the extension; NULL when it is inside the message or elsewhere.';
COMMENT ON COLUMN user_data.attachment.sha256 IS 'Its bytes in the blob store; NULL while the export has not shown them.';

CREATE TABLE user_data.thread (
  user_id       bigint NOT NULL DEFAULT lake.current_user_id(),
  id            bigint GENERATED ALWAYS AS IDENTITY,
  ident         uuid NOT NULL,
  thread        text NOT NULL,
  type          text NOT NULL,
  title         text,
  participants  text[],
  attrs         jsonb,
  first_seen_at timestamptz CHECK (first_seen_at >= '1900-01-01 00:00:00+00' AND first_seen_at < '2100-01-01 00:00:00+00'),
  last_seen_at  timestamptz CHECK (last_seen_at >= '1900-01-01 00:00:00+00' AND last_seen_at < '2100-01-01 00:00:00+00'),
  gone_at       timestamptz CHECK (gone_at >= '1900-01-01 00:00:00+00' AND gone_at < '2100-01-01 00:00:00+00'),
  file_id       uuid,
  ordinal       bigint,
  PRIMARY KEY (user_id, id),
  CONSTRAINT thread_key UNIQUE (user_id, ident)
);
COMMENT ON TABLE user_data.thread IS 'Conversations that the export describes: chat groups and their members. State entity.';
COMMENT ON COLUMN user_data.thread.thread IS 'What user_data.message.thread says.';
COMMENT ON COLUMN user_data.thread.type IS 'dm, space, hangout …';

CREATE TABLE user_data.contact (
  user_id       bigint NOT NULL DEFAULT lake.current_user_id(),
  id            bigint GENERATED ALWAYS AS IDENTITY,
  ident         uuid NOT NULL,
  name          text,
  nickname      text,
  organization  text,
  job_title     text,
  birthday      text,
  emails        text[],
  phones        text[],
  phones_e164   text[],
  addresses     text[],
  urls          text[],
  labels        text[],
  note          text,
  photo_sha256  bytea,
  attrs         jsonb,
  first_seen_at timestamptz CHECK (first_seen_at >= '1900-01-01 00:00:00+00' AND first_seen_at < '2100-01-01 00:00:00+00'),
  last_seen_at  timestamptz CHECK (last_seen_at >= '1900-01-01 00:00:00+00' AND last_seen_at < '2100-01-01 00:00:00+00'),
  gone_at       timestamptz CHECK (gone_at >= '1900-01-01 00:00:00+00' AND gone_at < '2100-01-01 00:00:00+00'),
  file_id       uuid,
  ordinal       bigint,
  PRIMARY KEY (user_id, id),
  CONSTRAINT contact_key UNIQUE (user_id, ident)
);
COMMENT ON TABLE user_data.contact IS
  'People and organisations of the address book. State entity; ident is a digest of the name and the first address or number.';
COMMENT ON COLUMN user_data.contact.birthday IS 'ISO 8601, --02-29 where the year is not known.';
COMMENT ON COLUMN user_data.contact.emails IS 'As written, in the order of the source.';
COMMENT ON COLUMN user_data.contact.phones IS 'As written, in the order of the source.';
COMMENT ON COLUMN user_data.contact.phones_e164 IS
  'The same numbers, digits only, with + where the country is known: for comparing.';
COMMENT ON COLUMN user_data.contact.labels IS 'Groups that the contact is in.';

CREATE TABLE user_data.calendar_event (
  user_id       bigint NOT NULL DEFAULT lake.current_user_id(),
  id            bigint GENERATED ALWAYS AS IDENTITY,
  ident         uuid NOT NULL,
  at            timestamptz CHECK (at >= '1900-01-01 00:00:00+00' AND at < '2100-01-01 00:00:00+00'),
  end_at        timestamptz CHECK (end_at >= '1900-01-01 00:00:00+00' AND end_at < '2100-01-01 00:00:00+00'),
  start_date    date CHECK (start_date >= '1899-12-31' AND start_date <= '2100-01-01'),
  end_date      date CHECK (end_date >= '1899-12-31' AND end_date < '10000-01-01'),
  time_zone     text,
  type          text NOT NULL CHECK (type IN ('event', 'todo', 'journal')),
  calendar      text NOT NULL,
  uid           text NOT NULL,
  recurrence_at timestamptz CHECK (recurrence_at >= '1900-01-01 00:00:00+00' AND recurrence_at < '2100-01-01 00:00:00+00'),
  rrule         text,
  rdates        timestamptz[],
  exdates       timestamptz[],
  title         text,
  description   text,
  location      text,
  organizer     text,
  attendees     text[],
  status        text,
  attrs         jsonb,
  first_seen_at timestamptz CHECK (first_seen_at >= '1900-01-01 00:00:00+00' AND first_seen_at < '2100-01-01 00:00:00+00'),
  last_seen_at  timestamptz CHECK (last_seen_at >= '1900-01-01 00:00:00+00' AND last_seen_at < '2100-01-01 00:00:00+00'),
  gone_at       timestamptz CHECK (gone_at >= '1900-01-01 00:00:00+00' AND gone_at < '2100-01-01 00:00:00+00'),
  file_id       uuid,
  ordinal       bigint,
  PRIMARY KEY (user_id, id),
  CONSTRAINT calendar_event_key UNIQUE (user_id, ident)
);
CREATE INDEX calendar_event_at ON user_data.calendar_event (user_id, at DESC);
COMMENT ON TABLE user_data.calendar_event IS
  'Appointments and to-dos. Recurring ones are one row with their rule; lake.calendar(from, to) expands them. State '
  'entity; ident is a digest of calendar, UID and RECURRENCE-ID.';
COMMENT ON COLUMN user_data.calendar_event.at IS 'Start; of an all-day event the midnight in the calendar''s zone.';
COMMENT ON COLUMN user_data.calendar_event.start_date IS 'Set for all-day events only.';
COMMENT ON COLUMN user_data.calendar_event.end_date IS 'The day after the last one, as iCalendar has it.';
COMMENT ON COLUMN user_data.calendar_event.recurrence_at IS 'Which occurrence of the series of the same uid this row replaces.';
COMMENT ON COLUMN user_data.calendar_event.attendees IS 'Addresses.';

CREATE TABLE user_data.task (
  user_id       bigint NOT NULL DEFAULT lake.current_user_id(),
  id            bigint GENERATED ALWAYS AS IDENTITY,
  ident         uuid NOT NULL,
  at            timestamptz CHECK (at >= '1900-01-01 00:00:00+00' AND at < '2100-01-01 00:00:00+00'),
  list          text,
  title         text,
  body          text,
  due_on        date,
  completed_at  timestamptz CHECK (completed_at >= '1900-01-01 00:00:00+00' AND completed_at < '2100-01-01 00:00:00+00'),
  status        text,
  parent        uuid,
  attrs         jsonb,
  first_seen_at timestamptz CHECK (first_seen_at >= '1900-01-01 00:00:00+00' AND first_seen_at < '2100-01-01 00:00:00+00'),
  last_seen_at  timestamptz CHECK (last_seen_at >= '1900-01-01 00:00:00+00' AND last_seen_at < '2100-01-01 00:00:00+00'),
  gone_at       timestamptz CHECK (gone_at >= '1900-01-01 00:00:00+00' AND gone_at < '2100-01-01 00:00:00+00'),
  file_id       uuid,
  ordinal       bigint,
  PRIMARY KEY (user_id, id),
  CONSTRAINT task_key UNIQUE (user_id, ident)
);
CREATE INDEX task_at ON user_data.task (user_id, at DESC);
COMMENT ON TABLE user_data.task IS 'Things to do. State entity; ident is a digest of the service''s id.';
COMMENT ON COLUMN user_data.task.at IS 'When it was made, else last changed.';
COMMENT ON COLUMN user_data.task.parent IS 'ident of the task that this one is a part of.';
