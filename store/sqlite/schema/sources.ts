/** Secrets of others, sealed, that we must be able to use. */
export const SEALED_SECRETS = `
  create table sealed_secrets (name text primary key, sealed blob not null) strict, without rowid;
  `

/** What a message does not say of its source; what waits for it is kept whole, within a bound on all of it. */
export const MAPPINGS = `
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
  `

/** Services of others that readings come through. */
export const SOURCES = `
  create table sources (id text primary key, body text not null) strict, without rowid;
  `

/** What devices are asked to do, and where those behind a gateway listen. */
export const DEVICE_COMMANDS = `
  create table device_commands (
    id text primary key, device_id text not null, requested_at integer not null, is_open integer not null,
    body text not null
  ) strict;
  create index device_commands_by_device on device_commands (device_id, requested_at);
  create index device_commands_open on device_commands (requested_at) where is_open = 1;
  create table device_addresses (device_id text primary key, body text not null) strict, without rowid;
  `
