-- Lists, neighbours and the latest report read in this order. CONCURRENTLY, so that the generator
-- can go on inserting while the index is built.
CREATE INDEX CONCURRENTLY IF NOT EXISTS crypto_report_newest_first
  ON crypto_report (created_at DESC, id DESC);
