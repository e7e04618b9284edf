import { useTranslation } from 'react-i18next'
import type { DeviceKind } from '../api/types.ts'
import { DeviceGlyph } from './DeviceGlyph.tsx'

/** A device in a list of homes: what it is by its sign, how it is in a word. */
export const DeviceState = ({
  kind,
  lastReceivedAt,
  silent,
}: {
  kind: DeviceKind
  lastReceivedAt: string | null
  silent: boolean
}) => {
  const { t } = useTranslation()
  const state = lastReceivedAt === null ? 'never' : silent ? 'silent' : 'heard'
  return (
    <span
      className={`device-state is-${state}`}
      title={`${t(`deviceKind.${kind}`)}: ${t(`device.${state}`)}`}
    >
      <DeviceGlyph kind={kind} size={17} />
      <span>{t(`device.${state}`)}</span>
    </span>
  )
}
