import { App, Form, Segmented, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DutyStretch, Override, Roster } from '../api/types.ts'
import { useCivilNow } from '../clock/civil.ts'
import { Dialog } from '../dialog/Dialog.tsx'
import { clockTime, formatInstant } from '../format/instant.ts'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { useLanguage } from '../locale/i18n.ts'
import { PersonSelect } from '../person/PersonSelect.tsx'
import { type Duty, draftOf, personOn, swapOf } from './draft.ts'
import { Faults } from './Faults.tsx'
import { usePublishRoster } from './publish.ts'

/** Somebody else for one duty, or two who change places; published at once, and refused where it leaves a fault. */
export const StandIn = ({
  stretch,
  stretches,
  roster,
  names,
  onClose,
}: {
  stretch: DutyStretch
  stretches: readonly DutyStretch[]
  roster: Roster
  names: ReadonlyMap<string, string>
  onClose: () => void
}) => {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const language = useLanguage()
  const now = useCivilNow(60_000)
  const [how, setHow] = useState<'standIn' | 'swap'>('standIn')
  const [duty, setDuty] = useState<Duty>('primary')
  const [personId, setPersonId] = useState<string | undefined>()
  const [otherFrom, setOtherFrom] = useState<string | undefined>()
  const { publish, faults } = usePublishRoster(roster.jurisdictionId, () => {
    void message.success(t('duty.changedOne'))
    onClose()
  })
  const nameOf = (id: string | null) =>
    id === null ? t('duty.noBackup') : (names.get(id) ?? t('duty.somebody'))
  const when = ({ from, to }: DutyStretch) =>
    `${formatInstant(Date.parse(from), now, roster.zone, language)} – ${clockTime(Date.parse(to), roster.zone)}`
  const partners = stretches.filter((other) => swapOf(stretch, other, duty) !== null)
  const other = partners.find(({ from }) => from === otherFrom)
  const added: Override[] | null =
    how === 'swap'
      ? other === undefined
        ? null
        : swapOf(stretch, other, duty)
      : personId === undefined
        ? null
        : [{ from: stretch.from, to: stretch.to, duty, personId }]
  const save = () => {
    const draft = draftOf(roster)
    if (added !== null) publish.mutate({ ...draft, overrides: [...draft.overrides, ...added] })
  }
  return (
    <Dialog
      title={`${stretch.shift} · ${when(stretch)}`}
      okText={t('duty.publish')}
      cancelText={t('action.cancel')}
      okButtonProps={{ disabled: added === null }}
      confirmLoading={publish.isPending}
      mask={{ closable: false }}
      onOk={save}
      onCancel={onClose}
    >
      {faults !== null && <Faults faults={faults} zone={roster.zone} />}
      {publish.isError && faults === null && <ErrorNote error={publish.error} />}
      <Form layout="vertical" requiredMark={false}>
        <Form.Item>
          <Segmented
            block
            value={how}
            options={(['standIn', 'swap'] as const).map((value) => ({ value, label: t(`duty.${value}`) }))}
            onChange={setHow}
          />
        </Form.Item>
        <Form.Item label={t('duty.insteadOf')}>
          <Segmented<Duty>
            block
            value={duty}
            options={(['primary', 'backup'] as const).map((value) => ({
              value,
              label: `${t(`duty.role.${value}`)} ${nameOf(personOn(stretch, value))}`,
            }))}
            onChange={setDuty}
          />
        </Form.Item>
        {how === 'standIn' ? (
          <Form.Item label={t('duty.whoStandsIn')} htmlFor="stand-in">
            <PersonSelect
              id="stand-in"
              {...(personId === undefined ? {} : { value: personId })}
              onChange={setPersonId}
            />
          </Form.Item>
        ) : (
          <Form.Item label={t('duty.swapWith')} htmlFor="swap-with">
            <Select
              id="swap-with"
              {...(otherFrom === undefined ? {} : { value: otherFrom })}
              notFoundContent={t('duty.nobodyToSwap')}
              options={partners.map((one) => ({
                value: one.from,
                label: `${nameOf(personOn(one, duty))} · ${one.shift} ${when(one)}`,
              }))}
              onChange={setOtherFrom}
            />
          </Form.Item>
        )}
      </Form>
    </Dialog>
  )
}
