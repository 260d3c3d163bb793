-- Prices as people read them: "$3.49", "3,49 €", "€ 0,00", "USD 3.49", "1.234,56 €", "CHF 1'234.50", "₹1,00,000".
-- Trap: one separator before three digits is one of thousands ("1,200"), before any other number one of decimals.

CREATE OR REPLACE FUNCTION takeout.amount(p_text text) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  -- "Rs.500" is 500, and "$.99" is 0.99.
  v_number text := regexp_replace(substring(p_text FROM '(?<![[:alpha:]])[.,]?[0-9](?:.*[0-9])?'), '[^0-9.,]', '', 'g');
BEGIN
  IF v_number IS NULL OR length(v_number) > 30 THEN
    RETURN NULL;
  END IF;
  IF v_number ~ '^[1-9][0-9]{0,2}([.,][0-9]{3})+$' AND v_number !~ '\..*,|,.*\.'
     OR v_number ~ '([.,]).*\1' AND v_number !~ '\..*,|,.*\.' THEN
    v_number := translate(v_number, '.,', '');
  ELSE
    v_number := replace(regexp_replace(v_number, '[.,](?=.*[.,])', '', 'g'), ',', '.');
  END IF;
  RETURN CASE WHEN p_text ~ '^[^0-9]*[−-]' THEN -v_number::numeric ELSE v_number::numeric END;
END
$$;
COMMENT ON FUNCTION takeout.amount(text) IS 'The number in a price, whatever its separators; NULL when there is none.';
GRANT EXECUTE ON FUNCTION takeout.amount(text) TO lake_user;

CREATE OR REPLACE FUNCTION takeout.currency(p_text text, p_country text DEFAULT NULL) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT coalesce(
    substring(p_text FROM '(?<![[:alpha:]])[A-Z]{3}(?![[:alpha:]])'),
    '{"$US": "USD", "$CA": "CAD", "$AU": "AUD", "$MX": "MXN", "$NZ": "NZD", "$HK": "HKD", "$SG": "SGD", "$TW": "TWD", "$AR": "ARS",
      "$CL": "CLP", "$CO": "COP", "¥JP": "JPY", "¥CN": "CNY", "krSE": "SEK", "krNO": "NOK", "krDK": "DKK", "kr.DK": "DKK"
     }'::jsonb ->> (s.sign || upper(p_country)),
    '{"€": "EUR", "£": "GBP", "₹": "INR", "₩": "KRW", "₽": "RUB", "₺": "TRY", "₪": "ILS", "₫": "VND", "₴": "UAH", "zł": "PLN",
      "Kč": "CZK", "Ft": "HUF", "R$": "BRL", "CA$": "CAD", "US$": "USD", "A$": "AUD", "NZ$": "NZD", "HK$": "HKD", "NT$": "TWD",
      "MX$": "MXN"}'::jsonb ->> s.sign,
    nullif(s.sign, ''))
    FROM (SELECT regexp_replace(p_text, '[0-9\s.,''’()+−-]*[0-9][0-9\s,''’()+−-]*\.?[0-9]*|[\s()+−-]', '', 'g')) AS s(sign)
$$;
COMMENT ON FUNCTION takeout.currency(text, text) IS
  'The currency of a price: ISO 4217 where the text says it, or its sign together with a country (ISO 3166) does; else '
  'the sign, since a $ alone is of many countries.';
GRANT EXECUTE ON FUNCTION takeout.currency(text, text) TO lake_user;
