-- Tells whether a fact is stored as somebody has it, without its payload being read or sent.
ALTER TABLE fact ADD COLUMN IF NOT EXISTS content FixedString(16)
  MATERIALIZED toFixedString(substring(SHA256(concat(event_id, payload)), 1, 16), 16);
