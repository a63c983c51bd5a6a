-- hand-written: the same function without STRICT. PostgreSQL inlines a SQL function only when it is not STRICT or its whole
-- body is; not inlined it took 2.4 us a number instead of 0.5, twice for each contact of an import. null is null still.
CREATE OR REPLACE FUNCTION phone_identity(number text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN left(number, 3) NOT IN ('+52', '+54', '+55') THEN number
    ELSE regexp_replace(regexp_replace(regexp_replace(number,
      '^\+52(?:1|01|044|045)([0-9]{10})$', '+52\1'),
      '^\+550?([1-9][0-9])([6-9][0-9]{7})$', '+55\19\2'),
      '^\+549([0-9]{10})$', '+54\1') END
$$;
