-- Which reading a row is of, as the hash that questions look for: of millions of rows the names themselves take several times as long.
ALTER TABLE totals ADD COLUMN IF NOT EXISTS reading FixedString(16)
  MATERIALIZED sipHash128(toDate(minute), unit, generation);
