import { ChannelConfig, ChannelHealth } from '../../contracts/channel.ts'
import type { ChannelTable, KeptChannel } from '../state/channels.ts'
import type { Connection } from './connection.ts'

interface ChannelRow {
  config: string
  health: string | null
}

const channelOf = ({ config, health }: ChannelRow): KeptChannel => ({
  config: ChannelConfig.parse(JSON.parse(config)),
  health: health === null ? null : ChannelHealth.parse(JSON.parse(health)),
})

export function channelTable(connection: Connection): ChannelTable {
  return {
    get: (id) =>
      connection.read((db) => {
        const row = db.get<ChannelRow>('select config, health from channels where id = ?', id)
        return row === undefined ? null : channelOf(row)
      }),
    all: () =>
      connection.read((db) =>
        db.all<ChannelRow>('select config, health from channels order by id').map(channelOf),
      ),
    put: (config) =>
      connection.write((db) => {
        db.run(
          'insert into channels values (?, ?, null) on conflict (id) do update set config = excluded.config',
          config.id,
          JSON.stringify(config),
        )
      }),
    putHealth: (id, health) =>
      connection.write((db) => {
        db.run('update channels set health = ? where id = ?', JSON.stringify(health), id)
      }),
    delete: (id) =>
      connection.write((db) => {
        db.run('delete from channels where id = ?', id)
      }),
  }
}
