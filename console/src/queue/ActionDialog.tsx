import { Input } from 'antd'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AlertView } from '../api/types.ts'
import { useCivilNow } from '../clock/civil.ts'
import { Dialog } from '../dialog/Dialog.tsx'
import { formatInstant } from '../format/instant.ts'
import { useLanguage } from '../locale/i18n.ts'
import { useMe } from '../session/session.ts'
import { useAlertName } from './AlertRow.tsx'
import type { CaseAction } from './legal.ts'
import { PhoneNumbers } from './PhoneNumbers.tsx'
import type { Deed } from './useAlertActions.ts'

/** A question before something is done, answered in a few words. */
export interface DialogProps {
  alert: AlertView
  isPending: boolean
  onDo: (deed: Deed) => void
  onClose: () => void
}

type Plain = Extract<CaseAction, 'verify' | 'notes' | 'recall' | 'close' | 'reopen'>
type Asked = Plain | 'transfer' | 'shelve'

const HOUR_MS = 3_600_000
const SHELVES_HOURS = [1, 4, 12, 24, 72, 168] as const
/** Set at the last minute of what the service allows, a clock that is a little ahead would be refused. */
const MARGIN_MS = 60_000

const Ask = ({
  action,
  alert,
  isPending,
  needsNote = false,
  isReady = true,
  onClose,
  onOk,
  children,
}: Omit<DialogProps, 'onDo'> & {
  action: Asked
  needsNote?: boolean
  isReady?: boolean
  onOk: (note: string) => void
  children?: ReactNode
}) => {
  const { t } = useTranslation()
  const name = useAlertName(alert)
  const [note, setNote] = useState('')
  return (
    <Dialog
      title={t(`ask.${action}Title`, { name })}
      okText={t(action === 'notes' ? 'action.saveNote' : `case.${action}`)}
      cancelText={t('action.cancel')}
      confirmLoading={isPending}
      okButtonProps={{ disabled: !isReady || (needsNote && note.trim() === '') }}
      onCancel={onClose}
      onOk={() => onOk(note.trim())}
    >
      {children}
      <Input.TextArea
        rows={needsNote ? 4 : 2}
        maxLength={2_000}
        value={note}
        placeholder={t(needsNote ? 'ask.notePlaceholder' : 'ask.noteOptional')}
        aria-label={t('ask.note')}
        onChange={(event) => setNote(event.target.value)}
      />
    </Dialog>
  )
}

const Plain = ({ action, ...props }: DialogProps & { action: Plain }) => {
  const { t } = useTranslation()
  return (
    <Ask
      action={action}
      needsNote={action === 'notes'}
      {...props}
      onOk={(note) => props.onDo({ action, note })}
    >
      {action !== 'notes' && <p className="ask-text">{t(`ask.${action}`)}</p>}
      {action === 'verify' && props.alert.homeId !== null && <PhoneNumbers homeId={props.alert.homeId} />}
    </Ask>
  )
}

const Transfer = (props: DialogProps) => {
  const { t } = useTranslation()
  const likely = props.alert.family === 'smoke' ? '119' : '120'
  const [to, setTo] = useState<'110' | '119' | '120'>(likely)
  return (
    <Ask action="transfer" {...props} onOk={(note) => props.onDo({ action: 'transfer', to, note })}>
      <p className="ask-text">{t('ask.transfer')}</p>
      <div className="choices">
        {(['119', '120', '110'] as const).map((service) => (
          <label key={service} className={to === service ? 'is-chosen' : ''}>
            <input type="radio" name="to" checked={to === service} onChange={() => setTo(service)} />
            <span>{t(`transfer.${service}`)}</span>
          </label>
        ))}
      </div>
    </Ask>
  )
}

const Shelve = (props: DialogProps) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const { zone } = useMe()
  const now = useCivilNow(60_000)
  const [hours, setHours] = useState<number>(4)
  const until = now + hours * HOUR_MS - MARGIN_MS
  return (
    <Ask
      action="shelve"
      {...props}
      onOk={(note) => props.onDo({ action: 'shelve', until: new Date(until).toISOString(), note })}
    >
      <p className="ask-text">{t('ask.shelve', { at: formatInstant(until, now, zone, language) })}</p>
      <div className="choices">
        {SHELVES_HOURS.map((one) => (
          <label key={one} className={hours === one ? 'is-chosen' : ''}>
            <input type="radio" name="hours" checked={hours === one} onChange={() => setHours(one)} />
            <span>
              {one < 24 ? t('shelve.hours', { count: one }) : t('shelve.days', { count: one / 24 })}
            </span>
          </label>
        ))}
      </div>
    </Ask>
  )
}

export const ActionDialog = ({ action, ...props }: DialogProps & { action: Asked }) => {
  if (action === 'transfer') return <Transfer {...props} />
  if (action === 'shelve') return <Shelve {...props} />
  return <Plain action={action} {...props} />
}
