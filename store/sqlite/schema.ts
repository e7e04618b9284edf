/**
 * The state's tables, step by step (see `migrate`). What lists filter and order by has a column; what is only handed
 * out whole stays JSON. Names of people, their words and their doors stand in `residents` and `notes` alone.
 */
export const STATE_MIGRATIONS: readonly string[] = [
  `
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
  `,
  // Alerts of a place have no home; homes' alerts may be merged into one; nodes remember; effects wait in the outbox.
  `
  create table alerts_of_places (
    id text primary key, home_id text, jurisdiction_id text not null, kind text not null,
    severity text not null, state text not null, opened_at integer not null, quiet_until integer,
    merged_into text, body text not null
  ) strict;
  insert into alerts_of_places
    select id, home_id, jurisdiction_id, kind, severity, state, opened_at, quiet_until, null,
      json_set(body, '$.waitUntil', null, '$.mergedInto', null, '$.members', 0)
    from alerts;
  drop table alerts;
  alter table alerts_of_places rename to alerts;
  create index alerts_by_urgency on alerts (state, severity, opened_at, id);
  create index alerts_by_opening on alerts (opened_at, id);
  create index alerts_by_home on alerts (home_id, opened_at, id);
  create index alerts_by_place on alerts (jurisdiction_id, state);
  create index alerts_active on alerts (home_id) where state <> 'resolved' or quiet_until is not null;
  create index alerts_merged on alerts (merged_into) where merged_into is not null;

  update live_events set event = json_set(
    event, '$.alert.waitUntil', null, '$.alert.mergedInto', null, '$.alert.members', 0
  ) where event ->> '$.type' = 'alert';

  create table notes_of_places (id text primary key, home_id text, text text not null) strict;
  insert into notes_of_places select id, home_id, text from notes;
  drop table notes;
  alter table notes_of_places rename to notes;
  create index notes_by_home on notes (home_id);

  create table node_memories (node_id text primary key, rules text not null, due_at integer) strict;
  create index node_memories_by_due on node_memories (due_at, node_id) where due_at is not null;

  create table outbox (
    id integer primary key autoincrement, key text not null unique, channel text not null, payload text not null,
    not_before integer not null, attempts integer not null, state text not null
  ) strict;
  create index outbox_waiting on outbox (not_before, id) where state = 'waiting';
  `,
  // Secrets of others, sealed, that we must be able to use.
  `
  create table sealed_secrets (name text primary key, sealed blob not null) strict, without rowid;
  `,
  // The whole lifecycle: from the ladder to the outcome and its review.
  `
  update alerts set body = json_set(
    body, '$.suppressedBy', null, '$.ladder', null, '$.progressUntil', null, '$.visitId', null,
    '$.transferredTo', null, '$.outcome', null, '$.reviewedAt', null, '$.reviewedBy', null,
    '$.closedAt', null, '$.closedBy', null, '$.drill', json('false')
  );
  update live_events set event = json_set(
    event, '$.alert.suppressedBy', null, '$.alert.ladder', null, '$.alert.progressUntil', null, '$.alert.visitId', null,
    '$.alert.transferredTo', null, '$.alert.outcome', null, '$.alert.reviewedAt', null, '$.alert.reviewedBy', null,
    '$.alert.closedAt', null, '$.alert.closedBy', null, '$.alert.drill', json('false')
  ) where event ->> '$.type' = 'alert';
  drop index alerts_active;
  create index alerts_active on alerts (home_id)
    where state not in ('resolved', 'reviewed', 'closed') or quiet_until is not null;
  `,
  // What is known of a home for a time, and what it has otherwise than all.
  `
  create table away_periods (
    id text primary key, home_id text not null, from_at integer not null, to_at integer not null, body text not null
  ) strict, without rowid;
  create index away_by_home on away_periods (home_id, from_at);
  create index away_by_end on away_periods (to_at);

  create table sensitive_periods (
    id text primary key, home_id text, jurisdiction_id text, from_at integer not null, to_at integer not null,
    body text not null
  ) strict, without rowid;
  create index sensitive_by_home on sensitive_periods (home_id, from_at) where home_id is not null;
  create index sensitive_by_place on sensitive_periods (jurisdiction_id, from_at) where jurisdiction_id is not null;
  create index sensitive_by_end on sensitive_periods (to_at);

  create table home_settings (home_id text primary key, body text not null) strict, without rowid;
  `,
  // What a message does not say of its source; what waits for it is kept whole, within a bound on all of it.
  `
  create table mappings (subject text primary key, body text not null) strict, without rowid;

  alter table quarantine add column decoded_at integer;
  drop index quarantine_by_principal;
  create index quarantine_by_source on quarantine (principal, source_id, id);
  create table quarantine_size (bytes integer not null) strict;
  insert into quarantine_size select coalesce(sum(length(payload)), 0) from quarantine;
  create trigger quarantine_grows after insert on quarantine begin
    update quarantine_size set bytes = bytes + length(new.payload);
  end;
  create trigger quarantine_shrinks after delete on quarantine begin
    update quarantine_size set bytes = bytes - length(old.payload);
  end;
  create trigger quarantine_is_cut after update of payload on quarantine begin
    update quarantine_size set bytes = bytes - length(old.payload) + length(new.payload);
  end;
  `,
  // Who answers alerts: people, rosters and policies by version, what each was told, and the watch over each duty.
  `
  create table people (
    id text primary key, account_id text, jurisdiction_id text not null, kind text not null, name text not null,
    phone text not null, enabled integer not null, body text not null
  ) strict;
  create index people_by_place on people (jurisdiction_id, id);
  create index people_by_account on people (account_id) where account_id is not null;

  create table rosters (
    jurisdiction_id text not null, version integer not null, last_day text not null, body text not null,
    primary key (jurisdiction_id, version)
  ) strict, without rowid;
  create index rosters_by_end on rosters (last_day);

  create table policies (id text not null, version integer not null, body text not null, primary key (id, version))
    strict, without rowid;

  create table pages (
    key text primary key, alert_id text, jurisdiction_id text not null, recipient text not null,
    state text not null, created_at integer not null, body text not null
  ) strict;
  create index pages_by_alert on pages (alert_id, created_at) where alert_id is not null;
  create index pages_by_creation on pages (created_at, key);
  create index pages_by_recipient on pages (recipient, created_at);

  create table duty_watches (node_id text primary key, due_at integer, body text not null) strict, without rowid;
  create index duty_watches_by_due on duty_watches (due_at, node_id) where due_at is not null;
  `,
  // Ways out to people.
  `
  create table channels (id text primary key, config text not null, health text) strict, without rowid;
  `,
  // Services of others that readings come through.
  `
  create table sources (id text primary key, body text not null) strict, without rowid;
  `,
  // Who goes to look, what they did, and what they must know to get in.
  `
  create table visits (
    id text primary key, alert_id text, home_id text not null, jurisdiction_id text not null, state text not null,
    is_open integer not null, created_at integer not null, body text not null
  ) strict;
  create index visits_by_creation on visits (created_at, id);
  create index visits_by_alert on visits (alert_id, created_at) where alert_id is not null;
  create index visits_open on visits (home_id) where is_open = 1;

  create table visit_people (
    visit_id text not null, person_id text not null, created_at integer not null, is_crew integer not null,
    is_open integer not null, primary key (visit_id, person_id)
  ) strict, without rowid;
  create index visit_people_by_person on visit_people (person_id, created_at);
  create index visit_people_by_creation on visit_people (created_at);

  create table acts (id text primary key, visit_id text not null, body text not null) strict, without rowid;

  create table photos (
    id text primary key, visit_id text not null, home_id text not null, taken_by text not null,
    received_at integer not null, media_type text not null, bytes blob not null
  ) strict;
  create index photos_by_home on photos (home_id);

  create table planned_cuts (
    id text primary key, jurisdiction_id text not null, from_at integer not null, to_at integer not null,
    body text not null
  ) strict, without rowid;
  create index planned_cuts_by_place on planned_cuts (jurisdiction_id, from_at);
  create index planned_cuts_by_end on planned_cuts (to_at);

  alter table residents add column needs text not null
    default '{"hearing":false,"vision":false,"mobility":false,"dialect":""}';
  alter table residents add column access_notes text not null default '';
  alter table residents add column place text;
  `,
  // Being told of is no reason to refuse what somebody decides.
  `
  update alerts set body = json_set(body, '$.decidedVersion', body ->> '$.version');
  update live_events set event = json_set(event, '$.alert.decidedVersion', event ->> '$.alert.version')
    where event ->> '$.type' = 'alert';
  `,
  // How devices come into homes: what was done to them, who agreed, what was accepted, and lists that were brought in.
  `
  create table device_acts (
    id text primary key, device_id text not null, home_id text, at integer not null, body text not null
  ) strict, without rowid;
  create index device_acts_by_device on device_acts (device_id, at);
  create index device_acts_by_home on device_acts (home_id, at) where home_id is not null;

  create table consents (id text primary key, home_id text not null, given_at integer not null, body text not null)
    strict, without rowid;
  create index consents_by_home on consents (home_id, given_at);

  create table installations (
    id text primary key, home_id text not null, started_at integer not null, body text not null
  ) strict, without rowid;
  create index installations_by_home on installations (home_id, started_at);

  create table home_keys (key text primary key, home_id text not null) strict, without rowid;
  `,
  // What reviewed cases propose for their homes, and what those homes' past says to it.
  `
  create table proposals (
    id text primary key, alert_id text not null, home_id text not null, jurisdiction_id text not null,
    state text not null, created_at integer not null, body text not null
  ) strict, without rowid;
  create index proposals_by_creation on proposals (created_at, id);
  create index proposals_by_alert on proposals (alert_id);
  create table proposal_replays (proposal_id text primary key, body text not null) strict, without rowid;
  `,
  // What the rules would have said about emergencies found by other means.
  `
  create table missed_alarms (alert_id text primary key, body text not null) strict, without rowid;
  create index alerts_reported on alerts (opened_at) where kind = 'incident.manual';
  `,
  // Places that plan friendly visits.
  `
  create table rotas (node_id text primary key, due_at integer, body text not null) strict, without rowid;
  create index rotas_by_due on rotas (due_at, node_id) where due_at is not null;
  `,
  // What devices are asked to do, and where those behind a gateway listen.
  `
  create table device_commands (
    id text primary key, device_id text not null, requested_at integer not null, is_open integer not null,
    body text not null
  ) strict;
  create index device_commands_by_device on device_commands (device_id, requested_at);
  create index device_commands_open on device_commands (requested_at) where is_open = 1;
  create table device_addresses (device_id text primary key, body text not null) strict, without rowid;
  `,
]
