/** What the first release kept. */
export const FIRST_FORM = `
  create table jurisdictions (
    id text primary key, parent_id text, level text not null, name text not null
  ) strict, without rowid;

  create table homes (
    id text primary key, jurisdiction_id text not null, zone text not null,
    created_at integer not null, archived_at integer
  ) strict, without rowid;
  create index homes_by_jurisdiction on homes (jurisdiction_id);

  create table residents (
    id text primary key, home_id text not null, name text not null, birth_year integer,
    phone text not null, door text not null, address text not null, living text not null,
    notes text not null, contacts text not null
  ) strict;
  create index residents_by_home on residents (home_id);

  create table devices (
    id text primary key, kind text not null, model text not null, gateway_id text, source_id text,
    cadence_s integer, enabled integer not null, created_at integer not null
  ) strict, without rowid;
  create unique index devices_behind_gateway on devices (gateway_id, source_id) where gateway_id is not null;

  create table assignments (
    device_id text not null, home_id text not null, from_at integer not null, to_at integer,
    primary key (device_id, from_at)
  ) strict, without rowid;
  create unique index assignments_open on assignments (device_id) where to_at is null;
  create index assignments_by_home on assignments (home_id, from_at);

  create table gateways (
    id text primary key, jurisdiction_id text not null, name text not null, topics text not null,
    enabled integer not null, created_at integer not null
  ) strict, without rowid;
  create index gateways_by_jurisdiction on gateways (jurisdiction_id);

  create table credentials (principal text primary key, hash blob not null) strict, without rowid;

  create table memories (home_id text primary key, rules text not null, due_at integer) strict;
  create index memories_by_due on memories (due_at, home_id) where due_at is not null;

  create table device_health (device_id text primary key, body text not null) strict;

  create table alerts (
    id text primary key, home_id text not null, jurisdiction_id text not null, kind text not null,
    severity text not null, state text not null, opened_at integer not null, quiet_until integer,
    body text not null
  ) strict;
  create index alerts_by_urgency on alerts (state, severity, opened_at, id);
  create index alerts_by_opening on alerts (opened_at, id);
  create index alerts_by_home on alerts (home_id, opened_at, id);
  create index alerts_by_place on alerts (jurisdiction_id, state);
  create index alerts_active on alerts (home_id) where state <> 'resolved' or quiet_until is not null;

  create table timeline (
    alert_id text not null, n integer not null, body text not null, primary key (alert_id, n)
  ) strict;

  create table findings (
    id text primary key, home_id text not null, kind text not null, raised_at integer not null, body text not null
  ) strict;
  create index findings_by_home on findings (home_id, raised_at, id);

  create table notes (id text primary key, home_id text not null, text text not null) strict;
  create index notes_by_home on notes (home_id);

  create table live_events (
    id integer primary key autoincrement, at integer not null, event text not null
  ) strict;

  create table quarantine (
    id integer primary key autoincrement, received_at integer not null, principal text not null, source_id text,
    topic text not null, payload text not null, size_bytes integer not null, code text not null, message text not null
  ) strict;
  create index quarantine_by_code on quarantine (code);
  create index quarantine_by_principal on quarantine (principal);

  create table rule_settings (
    n integer primary key autoincrement, at integer not null, by text not null, body text not null
  ) strict;

  create table outages (from_at integer primary key, to_at integer not null) strict;

  create table accounts (
    id text primary key, name text not null unique, grants text not null, language text not null,
    enabled integer not null, created_at integer not null, password_hash text
  ) strict;
  create table links (hash text primary key, account_id text not null, expires_at integer not null)
    strict, without rowid;
  create table sessions (
    hash text primary key, account_id text not null, created_at integer not null, expires_at integer not null
  ) strict, without rowid;
  create index sessions_by_account on sessions (account_id);
  create table tokens (
    id text primary key, hash text not null unique, name text not null, grants text not null,
    created_by text not null, created_at integer not null, expires_at integer, last_used_at integer
  ) strict;

  create table access_log (
    id integer primary key autoincrement, at integer not null, actor text not null, what text not null,
    home_id text not null, route text not null
  ) strict;
  create index access_by_home on access_log (home_id, id);
  create index access_by_actor on access_log (actor, id);

  create table cursors (reader text primary key, seq integer not null) strict, without rowid;
  create table facts (name text primary key, value text not null) strict, without rowid;
  `
