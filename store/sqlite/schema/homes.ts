/** What is known of a home for a time, and what it has otherwise than all. */
export const CIRCUMSTANCES = `
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
  `

/** A home's own settings as they were one after another, so that its past can be judged by what held then. */
export const HOME_SETTINGS_HISTORY = `
  alter table home_settings rename to home_settings_present;
  create table home_settings (version integer primary key, home_id text not null, body text not null) strict;
  insert into home_settings (home_id, body) select home_id, body from home_settings_present;
  drop table home_settings_present;
  create index home_settings_by_home on home_settings (home_id, version);
  `

/** Who was erased, and what was let go when its time was over. */
export const RETENTION = `
  create table erasures (resident_id text primary key, at integer not null, due_at integer, body text not null)
    strict, without rowid;
  create index erasures_by_due on erasures (due_at) where due_at is not null;
  create index erasures_by_time on erasures (at, resident_id);
  create table removals (id integer primary key autoincrement, body text not null) strict;
  create index findings_by_raising on findings (raised_at);
  create index acts_by_visit on acts (visit_id);
  `

/** How devices come into homes: what was done to them, who agreed, what was accepted, and lists that were brought in. */
export const ONBOARDING = `
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
  `

/** How a consent was given; devices that wait for one. Until now it was asked for on the spot alone. */
export const CONSENT_FORMS = `
  update consents set body = json_set(body, '$.form', 'on_the_spot');
  create table awaited_consents (device_id text primary key, home_id text not null, since integer not null)
    strict, without rowid;
  create index awaited_consents_by_home on awaited_consents (home_id);
  `
