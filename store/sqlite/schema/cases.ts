/** Alerts of a place have no home; homes' alerts may be merged into one; nodes remember; effects wait in the outbox. */
export const PLACES_AND_OUTBOX = `
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
  `

/** The whole lifecycle: from the ladder to the outcome and its review. */
export const LIFECYCLE = `
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
  `

/** Being told of is no reason to refuse what somebody decides. */
export const DECIDED_VERSION = `
  update alerts set body = json_set(body, '$.decidedVersion', body ->> '$.version');
  update live_events set event = json_set(event, '$.alert.decidedVersion', event ->> '$.alert.version')
    where event ->> '$.type' = 'alert';
  `

/** What reviewed cases propose for their homes, and what those homes' past says to it. */
export const PROPOSALS = `
  create table proposals (
    id text primary key, alert_id text not null, home_id text not null, jurisdiction_id text not null,
    state text not null, created_at integer not null, body text not null
  ) strict, without rowid;
  create index proposals_by_creation on proposals (created_at, id);
  create index proposals_by_alert on proposals (alert_id);
  create table proposal_replays (proposal_id text primary key, body text not null) strict, without rowid;
  `

/** What the rules would have said about emergencies found by other means. */
export const MISSED_ALARMS = `
  create table missed_alarms (alert_id text primary key, body text not null) strict, without rowid;
  create index alerts_reported on alerts (opened_at) where kind = 'incident.manual';
  `

/** Cases and visits are kept for years: what is counted of all of them, or asked of one place, is read from an index. */
export const KEPT_CASES = `
  create index alerts_counted on alerts (state, jurisdiction_id) where body ->> '$.drill' = 0;
  create index alerts_drills on alerts (opened_at, id) where body ->> '$.drill' = 1;
  create index visits_by_place on visits (jurisdiction_id, state);
  alter table visit_people add column is_drill integer not null default 0;
  update visit_people set is_drill = 1
    where visit_id in (select id from visits where body ->> '$.drill' = 1);
  create index visit_people_asked on visit_people (person_id, created_at) where is_drill = 0;
  `

/** Of each home when somebody was last seen or spoken to: found at the end of an index, however many years lie before. */
export const LAST_CONTACTS = `
  create index visits_by_contact on visits (home_id, body ->> '$.submittedAt', body ->> '$.outcome.contact')
    where body ->> '$.drill' = 0 and body ->> '$.outcome.contact' in ('seen', 'phone');
  create index alerts_by_contact on alerts (home_id, body ->> '$.resolvedAt', body ->> '$.outcome.contact')
    where body ->> '$.drill' = 0 and body ->> '$.outcome.contact' in ('seen', 'phone');
  `
