import { createContext, type ReactNode, useContext, useMemo, useState } from 'react'
import type { Device } from '../api/types.ts'
import { ActDialog, type ActType } from './ActDialog.tsx'
import { CommandDialog } from './CommandDialog.tsx'
import { type KnownOfDevice, RegisterDialog } from './RegisterDialog.tsx'
import { RenewDialog } from './RenewDialog.tsx'

interface DeviceDialogs {
  register(known?: KnownOfDevice): void
  renew(device: Device): void
  command(device: Device): void
  act(device: Device, type: ActType): void
}

type Asked =
  | { what: 'register'; known: KnownOfDevice }
  | { what: 'renew'; device: Device }
  | { what: 'command'; device: Device }
  | { what: 'act'; device: Device; type: ActType }

const DialogsContext = createContext<DeviceDialogs | null>(null)

/**
 * The dialogs about devices stand above the pages, because the lists below change while one is open: a row that moved
 * away must not take a secret with it that is shown only once.
 */
export const DeviceDialogsProvider = ({ children }: { children: ReactNode }) => {
  const [asked, setAsked] = useState<Asked | null>(null)
  const close = () => setAsked(null)
  const dialogs = useMemo<DeviceDialogs>(
    () => ({
      register: (known = {}) => setAsked({ what: 'register', known }),
      renew: (device) => setAsked({ what: 'renew', device }),
      command: (device) => setAsked({ what: 'command', device }),
      act: (device, type) => setAsked({ what: 'act', device, type }),
    }),
    [],
  )
  return (
    <DialogsContext.Provider value={dialogs}>
      {children}
      {asked?.what === 'register' && <RegisterDialog known={asked.known} onClose={close} />}
      {asked?.what === 'renew' && <RenewDialog device={asked.device} onClose={close} />}
      {asked?.what === 'command' && <CommandDialog device={asked.device} onClose={close} />}
      {asked?.what === 'act' && <ActDialog device={asked.device} type={asked.type} onClose={close} />}
    </DialogsContext.Provider>
  )
}

export const useDeviceDialogs = (): DeviceDialogs => {
  const dialogs = useContext(DialogsContext)
  if (dialogs === null) throw new Error('useDeviceDialogs outside of the frame')
  return dialogs
}
