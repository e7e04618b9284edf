import { DeviceAddress, DeviceCommand } from '../../contracts/device-command.ts'
import type { DeviceAddressTable, DeviceCommandTable } from '../state/device-commands.ts'
import type { Connection } from './connection.ts'

interface Row {
  body: string
}
const commandOf = ({ body }: Row): DeviceCommand => DeviceCommand.parse(JSON.parse(body))
const isOpen = ({ state }: DeviceCommand): number => (state === 'requested' || state === 'sent' ? 1 : 0)

export function deviceCommandTable(connection: Connection): DeviceCommandTable {
  return {
    put: (command) =>
      connection.write((db) => {
        db.run(
          'insert or replace into device_commands values (?, ?, ?, ?, ?)',
          command.id,
          command.deviceId,
          command.requestedAt,
          isOpen(command),
          JSON.stringify(command),
        )
      }),
    open: () =>
      connection.read((db) =>
        db
          .all<Row>('select body from device_commands where is_open = 1 order by requested_at, id')
          .map(commandOf),
      ),
    ofDevice: (id, limit) =>
      connection.read((db) =>
        db
          .all<Row>(
            'select body from device_commands where device_id = ? order by requested_at desc, id desc limit ?',
            id,
            limit,
          )
          .map(commandOf),
      ),
  }
}

export function deviceAddressTable(connection: Connection): DeviceAddressTable {
  return {
    all: () =>
      connection.read((db) =>
        db
          .all<Row>('select body from device_addresses order by device_id')
          .map(({ body }) => DeviceAddress.parse(JSON.parse(body))),
      ),
    put: (address) =>
      connection.write((db) => {
        db.run(
          'insert or replace into device_addresses values (?, ?)',
          address.deviceId,
          JSON.stringify(address),
        )
      }),
  }
}
