-- The table that the report generator writes. It usually exists already.
CREATE TABLE IF NOT EXISTS crypto_report (
  id              SERIAL PRIMARY KEY,
  html_content    TEXT NOT NULL,
  css_content     TEXT,
  js_content      TEXT,
  html_content_en TEXT,
  js_content_en   TEXT,
  created_at      TIMESTAMPTZ NOT NULL DEFAULT now()
);
