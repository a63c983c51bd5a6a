-- hand-written: STRICT again.
CREATE OR REPLACE FUNCTION phone_identity(number text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT CASE WHEN left(number, 3) NOT IN ('+52', '+54', '+55') THEN number
    ELSE regexp_replace(regexp_replace(regexp_replace(number,
      '^\+52(?:1|01|044|045)([0-9]{10})$', '+52\1'),
      '^\+550?([1-9][0-9])([6-9][0-9]{7})$', '+55\19\2'),
      '^\+549([0-9]{10})$', '+54\1') END
$$;
