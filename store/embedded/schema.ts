/**
 * One row for each value, clustered by source (home, device, channel) and time, so that one home's range is a few
 * contiguous page runs. Names live in dictionaries, because they would be most of the row.
 *
 * `value` is an INTEGER of thousandths where the number is one exactly (most meters count so: 3 to 4 bytes instead of
 * 8), otherwise a REAL as it is; states are 0 and 1. `received` is receivedAt minus measuredAt.
 */
export const SCHEMA = `
  CREATE TABLE IF NOT EXISTS source (
    id INTEGER PRIMARY KEY,
    home TEXT NOT NULL,
    device TEXT NOT NULL,
    channel TEXT NOT NULL,
    UNIQUE (home, device, channel)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS metric (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    state INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS quality (
    id INTEGER PRIMARY KEY,
    flags TEXT NOT NULL UNIQUE
  ) STRICT;
  CREATE TABLE IF NOT EXISTS point (
    source INTEGER NOT NULL,
    at INTEGER NOT NULL,
    metric INTEGER NOT NULL,
    value ANY NOT NULL,
    received INTEGER NOT NULL,
    quality INTEGER,
    PRIMARY KEY (source, at, metric)
  ) STRICT, WITHOUT ROWID;
`

/** The value of a point as the number that was written. */
export const number = (point: string): string =>
  `CASE WHEN m.state = 1 OR typeof(${point}.value) = 'real' THEN ${point}.value ELSE ${point}.value / 1000.0 END`

/** Values are kept per metric, but arrival and doubts belong to the moment: all its rows have the same. */
export const SELECT_MOMENT = 'SELECT quality FROM point WHERE source = ? AND at = ? LIMIT 1'
export const UPDATE_MOMENT = 'UPDATE point SET received = ?, quality = ? WHERE source = ? AND at = ?'
export const UPSERT_POINT = `
  INSERT INTO point (source, at, metric, value, received, quality) VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET value = excluded.value`

export const SELECT_SOURCES =
  'SELECT id FROM source WHERE home = $home AND ($device IS NULL OR device = $device)'
export const DELETE_POINTS = 'DELETE FROM point WHERE source = $source AND ($before IS NULL OR at < $before)'
export const DELETE_EMPTY_SOURCE =
  'DELETE FROM source WHERE id = $source AND NOT EXISTS (SELECT 1 FROM point WHERE source = $source)'

const CHOSEN = `
  FROM source s JOIN point p ON p.source = s.id JOIN metric m ON m.id = p.metric
  WHERE s.home = $home AND ($device IS NULL OR s.device = $device)
    AND p.at >= $from AND p.at < $to
    AND m.name IN (SELECT value FROM json_each($metrics))`

export const SELECT_POINTS = `
  SELECT s.device AS device, s.channel AS channel, m.name AS metric, m.state AS state, p.at AS at,
    p.at + p.received AS receivedAt, ${number('p')} AS value, q.flags AS flags
  ${CHOSEN.replace('WHERE', 'LEFT JOIN quality q ON q.id = p.quality WHERE')}
  ORDER BY p.at LIMIT $limit`

/** First and last values are looked up by key afterwards: two seeks a bucket cost less than windows over all rows. */
export const SELECT_BUCKETS = `
  WITH chosen AS (
    SELECT s.id AS source, s.device AS device, s.channel AS channel, m.id AS metric, p.at AS at, ${number('p')} AS number,
      p.at - (((p.at - $offset) % $resolution) + $resolution) % $resolution AS start
    ${CHOSEN}
  ), bucket AS (
    SELECT source, device, channel, metric, start, count(*) AS count, min(number) AS min, max(number) AS max,
      avg(number) AS mean, min(at) AS firstAt, max(at) AS lastAt
    FROM chosen GROUP BY source, metric, start
  )
  SELECT b.device AS deviceId, b.channel AS channel, m.name AS metric, b.start AS start, b.count AS count,
    ${number('f')} AS first, ${number('l')} AS last, b.min AS min, b.max AS max, b.mean AS mean,
    b.firstAt AS firstAt, b.lastAt AS lastAt
  FROM bucket b JOIN metric m ON m.id = b.metric
    JOIN point f ON f.source = b.source AND f.at = b.firstAt AND f.metric = b.metric
    JOIN point l ON l.source = b.source AND l.at = b.lastAt AND l.metric = b.metric
  ORDER BY b.start`
