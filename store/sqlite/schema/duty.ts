/** Who answers alerts: people, rosters and policies by version, what each was told, and the watch over each duty. */
export const DUTY = `
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
  `

/** Ways out to people. */
export const CHANNELS = `
  create table channels (id text primary key, config text not null, health text) strict, without rowid;
  `

/** Who goes to look, what they did, and what they must know to get in. */
export const VISITS = `
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
  `

/** Places that plan friendly visits. */
export const ROTAS = `
  create table rotas (node_id text primary key, due_at integer, body text not null) strict, without rowid;
  create index rotas_by_due on rotas (due_at, node_id) where due_at is not null;
  `

/**
 * A picture stands wholly on pages of its own, which are zeroed when it goes: only what begins on the page of its row is
 * ever copied to other rows' pages, and that is the margin, a page of nothing.
 */
export const PHOTO_MARGINS = `
  create table photos_apart (
    id text primary key, visit_id text not null, home_id text not null, taken_by text not null,
    received_at integer not null, media_type text not null, margin blob not null, bytes blob not null
  ) strict;
  insert into photos_apart
    select id, visit_id, home_id, taken_by, received_at, media_type, zeroblob(4096), bytes from photos;
  drop table photos;
  alter table photos_apart rename to photos;
  create index photos_by_home on photos (home_id);
  `
