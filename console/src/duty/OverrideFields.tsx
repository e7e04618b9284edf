import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Override } from '../api/types.ts'
import { MomentField } from '../clock/MomentField.tsx'
import { fromLocalInput, toLocalInput } from '../format/local-input.ts'
import { PersonSelect } from '../person/PersonSelect.tsx'

const HALF_DAY_MS = 43_200_000

/** Those who stand in for whoever the plan names, each for a time. */
export const OverrideFields = ({
  overrides,
  zone,
  now,
  onChange,
}: {
  overrides: readonly Override[]
  zone: string
  now: number
  onChange: (overrides: Override[]) => void
}) => {
  const { t } = useTranslation()
  const put = (at: number, change: Partial<Override>) =>
    onChange(overrides.map((one, index) => (index === at ? { ...one, ...change } : one)))
  const instant = (text: string, change: (iso: string) => void) => {
    const at = fromLocalInput(text, zone)
    if (at !== null) change(new Date(at).toISOString())
  }
  const hour = now - (now % 3_600_000)
  // What is over changes nothing any more, and stays as it was.
  const shown = overrides.flatMap((one, at) => (Date.parse(one.to) > now ? [{ one, at }] : []))
  return (
    <>
      <ul className="overrides">
        {shown.map(({ one, at }) => (
          // An override is its place in the list: two may say the same.
          <li key={at}>
            <PersonSelect
              value={one.personId}
              label={t('duty.whoStandsIn')}
              onChange={(personId) => put(at, { personId })}
            />
            <Select
              value={one.duty}
              aria-label={t('duty.insteadOf')}
              options={(['primary', 'backup'] as const).map((value) => ({
                value,
                label: t(`duty.role.${value}`),
              }))}
              onChange={(duty) => put(at, { duty })}
            />
            <MomentField
              zone={zone}
              aria-label={t('circumstance.from')}
              value={toLocalInput(Date.parse(one.from), zone)}
              onChange={(text) => instant(text, (from) => put(at, { from }))}
            />
            <MomentField
              zone={zone}
              aria-label={t('circumstance.to')}
              value={toLocalInput(Date.parse(one.to), zone)}
              onChange={(text) => instant(text, (to) => put(at, { to }))}
            />
            <Button
              type="text"
              icon={<DeleteOutlined aria-hidden />}
              aria-label={t('roster.removeOverride')}
              onClick={() => onChange(overrides.filter((_, index) => index !== at))}
            />
          </li>
        ))}
      </ul>
      <Button
        icon={<PlusOutlined aria-hidden />}
        onClick={() =>
          onChange([
            ...overrides,
            {
              duty: 'primary',
              personId: '',
              from: new Date(hour).toISOString(),
              to: new Date(hour + HALF_DAY_MS).toISOString(),
            },
          ])
        }
      >
        {t('roster.addOverride')}
      </Button>
    </>
  )
}
