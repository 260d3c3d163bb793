-- Times as activity pages write them, in the language and the zone of the account at the time of the export:
--   Mar 5, 2024, 10:07:09 AM PST · 5 Mar 2024, 18:07:09 GMT · 05.03.2024, 19:07:09 MEZ · 5. März 2024 um 19:07:09 MEZ
--   5 de mar. de 2024, 15:07:09 BRT · 2024/03/06 3:07:09 JST · 2024年3月5日 下午6:07:09 · 2024. márc. 5. 19:07:09 CET
-- Traps: no zone before 2018 (UTC); since then an abbreviation, which is a fixed offset even where it does not fit the
-- season; some abbreviations mean several zones: the table says which is taken.

CREATE OR REPLACE FUNCTION takeout.activity_time(p_text text) RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  -- English lines that are wholly a time are nearly all there are: PostgreSQL reads them itself, but for the zone.
  SELECT CASE WHEN p_text !~ '^([A-Z][a-z]{2} \d{1,2}, \d{4}|\d{1,2} [A-Z][a-z]{2} \d{4}), \d{1,2}:\d\d:\d\d( [AP]M)?( [A-Z]{3,4})?$'
                THEN takeout.activity_time_anywhere(p_text)
              WHEN p_text ~ '(\d|[AP]M)$'
                THEN CASE WHEN pg_input_is_valid(p_text, 'timestamp') THEN p_text::timestamp AT TIME ZONE 'UTC' END
              WHEN pg_input_is_valid(left(p_text, -length(split_part(p_text, ' ', -1))), 'timestamp')
                THEN left(p_text, -length(split_part(p_text, ' ', -1)))::timestamp AT TIME ZONE 'UTC'
                     - takeout.zone_offset(split_part(p_text, ' ', -1)) END
$$;
COMMENT ON FUNCTION takeout.activity_time(text) IS
  'The time in a line of an activity page, in any language that is known; NULL when there is none, or its zone is unknown.';
GRANT EXECUTE ON FUNCTION takeout.activity_time(text) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.activity_time_anywhere(p_text text) RETURNS timestamptz
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  -- Several small patterns: one for all of it backtracks for milliseconds.
  v_clock text[] := regexp_match(p_text, '^(.*[^\d:.])(\d{1,2})[:.](\d{2})[:.](\d{2})(.*)$');
  v_half text;
  v_hour integer;
  v_parts text[];
  v_day text[];
BEGIN
  IF v_clock IS NULL THEN
    RETURN NULL;
  END IF;
  -- Mar 5, 2024
  v_parts := regexp_match(v_clock[1], '([^\s\d.,]+)\.? (\d{1,2}),? (\d{4})\D*$');
  v_day := ARRAY[v_parts[3], takeout.month(v_parts[1]), v_parts[2]];
  IF v_day[2] IS NULL THEN
    -- 5 Mar 2024, 5. März 2024 um, 5 de mar. de 2024
    v_parts := regexp_match(v_clock[1], '(\d{1,2})\.?(?: de)? ([^\s\d.,]+)\.?(?: de)?,? (\d{4})\D*$');
    v_day := ARRAY[v_parts[3], takeout.month(v_parts[2]), v_parts[1]];
  END IF;
  IF v_day[2] IS NULL THEN
    -- 05.03.2024, 5. 3. 2024
    v_parts := regexp_match(v_clock[1], '(\d{1,2})[./-] ?(\d{1,2})[./-] ?(\d{4})\D*$');
    v_day := ARRAY[v_parts[3], v_parts[2], v_parts[1]];
  END IF;
  IF v_day[2] IS NULL THEN
    -- 2024/03/05, 2024. 3. 5., 2024年3月5日
    v_day := regexp_match(v_clock[1], '(\d{4})[./年년-] ?(\d{1,2})[./月월-] ?(\d{1,2})\D*$');
  END IF;
  IF v_day[2] IS NULL THEN
    -- 2024. márc. 5.
    v_parts := regexp_match(v_clock[1], '(\d{4})\. ([^\s\d.,]+)\.? (\d{1,2})\D*$');
    v_day := ARRAY[v_parts[1], takeout.month(v_parts[2]), v_parts[3]];
  END IF;
  IF v_day[2] IS NULL THEN
    RETURN NULL;
  END IF;

  v_half := lower(substring(v_clock[5] FROM '^\s?([AaPp])\.?\s?[Mm]\.?(?![[:alpha:]])'));
  IF v_half IS NOT NULL THEN
    v_clock[5] := regexp_replace(v_clock[5], '^\s?[AaPp]\.?\s?[Mm]\.?', '');
  ELSIF v_clock[1] ~ '[午오]' THEN
    v_half := CASE WHEN v_clock[1] ~ '(上午|오전|午前)' THEN 'a' ELSE 'p' END;
  END IF;
  v_hour := v_clock[2];
  v_hour := CASE WHEN v_half = 'a' AND v_hour = 12 THEN 0 WHEN v_half = 'p' AND v_hour < 12 THEN v_hour + 12 ELSE v_hour END;
  RETURN takeout.time(v_day[1] || '-' || lpad(v_day[2], 2, '0') || '-' || lpad(v_day[3], 2, '0') || 'T'
                      || lpad(v_hour::text, 2, '0') || ':' || v_clock[3] || ':' || v_clock[4] || 'Z')
         - takeout.zone_offset(substring(v_clock[5]
             FROM '^\s?((?:GMT|UTC)?[+−-]\d{1,2}(?::?\d{2})?|[[:upper:]][[:alpha:]]{0,5})(?![[:alpha:]])'));
END
$$;
COMMENT ON FUNCTION takeout.activity_time_anywhere(text) IS 'The same, for lines in which the time must be looked for.';
GRANT EXECUTE ON FUNCTION takeout.activity_time_anywhere(text) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.month(p_name text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT CASE WHEN lower(p_name) LIKE 'juil%' THEN '7'
              ELSE '{"jan": "1", "ene": "1", "gen": "1", "sty": "1", "янв": "1", "січ": "1", "oca": "1",
                "feb": "2", "fév": "2", "fev": "2", "lut": "2", "фев": "2", "лют": "2", "şub": "2",
                "mar": "3", "mär": "3", "mrt": "3", "már": "3", "мар": "3", "бер": "3",
                "apr": "4", "abr": "4", "avr": "4", "ápr": "4", "kwi": "4", "апр": "4", "кві": "4", "nis": "4",
                "may": "5", "mai": "5", "mei": "5", "maj": "5", "mag": "5", "máj": "5", "май": "5", "мая": "5", "тра": "5",
                "jun": "6", "jui": "6", "giu": "6", "jún": "6", "cze": "6", "июн": "6", "чер": "6", "haz": "6",
                "jul": "7", "lug": "7", "júl": "7", "lip": "7", "июл": "7", "лип": "7", "tem": "7",
                "aug": "8", "ago": "8", "aoû": "8", "sie": "8", "авг": "8", "сер": "8", "ağu": "8",
                "sep": "9", "set": "9", "sze": "9", "wrz": "9", "сен": "9", "вер": "9", "eyl": "9",
                "oct": "10", "okt": "10", "out": "10", "ott": "10", "paź": "10", "окт": "10", "жов": "10", "eki": "10",
                "nov": "11", "lis": "11", "ноя": "11", "лис": "11", "kas": "11",
                "dec": "12", "dez": "12", "dic": "12", "déc": "12", "des": "12", "gru": "12", "дек": "12", "гру": "12", "ara": "12"
              }'::jsonb ->> left(lower(p_name), 3) END
$$;
COMMENT ON FUNCTION takeout.month(text) IS 'The number of a month from its name, long or short, in a dozen languages.';
GRANT EXECUTE ON FUNCTION takeout.month(text) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.zone_offset(p_zone text) RETURNS interval
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT CASE WHEN p_zone IS NULL THEN interval '0'
              WHEN p_zone ~ '\d'
                THEN make_interval(mins => CASE WHEN p_zone ~ '[−-]' THEN -1 ELSE 1 END
                       * (60 * substring(p_zone FROM '[+−-](\d{1,2})')::integer
                          + coalesce(substring(p_zone FROM '[+−-]\d{1,2}:?(\d{2})')::integer, 0)))
              ELSE make_interval(mins => ('{
      "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "WEZ": 0, "UT": 0, "TU": 0, "UCT": 0, "AZOST": 0, "EGST": 0,
      "BST": 60, "IST": 330, "CET": 60, "MEZ": 60, "WEST": 60, "WESZ": 60, "WAT": 60, "SEČ": 60, "CEST": 120, "MESZ": 120, "SELČ": 120,
      "EET": 120, "OEZ": 120, "SAST": 120, "CAT": 120, "EEST": 180, "OESZ": 180, "MSK": 180, "EAT": 180, "TRT": 180, "AST": -240,
      "IDT": 180, "IRST": 210, "IRDT": 270, "GST": 240, "SAMT": 240, "AZT": 240, "GET": 240, "AMT": -240, "MUT": 240, "AFT": 270,
      "PKT": 300, "YEKT": 300, "UZT": 300, "MVT": 300, "NPT": 345, "BDT": 360, "ALMT": 360, "BTT": 360, "OMST": 360, "MMT": 390,
      "ICT": 420, "WIB": 420, "KRAT": 420, "NOVT": 420, "HKT": 480, "SGT": 480, "MYT": 480, "PHT": 480, "PHST": 480, "AWST": 480, "WITA": 480, "IRKT": 480, "TWT": 480,
      "JST": 540, "KST": 540, "WIT": 540, "YAKT": 540, "ACST": 570, "AEST": 600, "VLAT": 600, "CHST": 600, "ChST": 600, "ACDT": 630,
      "AEDT": 660, "MAGT": 660, "SBT": 660, "NZST": 720, "FJT": 720, "PETT": 720, "NZDT": 780,
      "CVT": -60, "AZOT": -60, "BRT": -180, "BRST": -120, "ART": -180, "UYT": -180, "CLT": -240, "CLST": -180, "GFT": -180, "NST": -210, "NDT": -150,
      "ADT": -180, "HNA": -240, "HAA": -180, "BOT": -240, "VET": -240, "PYT": -240, "PYST": -180, "GYT": -240,
      "EST": -300, "EDT": -240, "HNE": -300, "HAE": -240, "COT": -300, "PET": -300, "ECT": -300, "ACT": -300,
      "CST": -360, "CDT": -300, "HNC": -360, "HAC": -300, "MST": -420, "MDT": -360, "HNR": -420, "HAR": -360,
      "PST": -480, "PDT": -420, "HNP": -480, "HAP": -420, "AKST": -540, "AKDT": -480, "HST": -600, "HDT": -540, "SST": -660
    }'::jsonb ->> p_zone)::integer) END
$$;
COMMENT ON FUNCTION takeout.zone_offset(text) IS
  'How far a zone is ahead of UTC, from an abbreviation or an offset (GMT+01:00); 0 for NULL, NULL for an unknown one.';
GRANT EXECUTE ON FUNCTION takeout.zone_offset(text) TO lake_user;
