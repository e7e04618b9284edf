import { Button, Skeleton } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useEndPeriod, usePlaceSensitivities } from '../api/home-queries.ts'
import type { Jurisdiction } from '../api/types.ts'
import { useCivilNow } from '../clock/civil.ts'
import { Dialog } from '../dialog/Dialog.tsx'
import { PeriodDialog } from '../home/PeriodDialog.tsx'
import { endOf, PeriodLine, usePeriodWords } from '../home/PeriodLine.tsx'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { useMe } from '../session/session.ts'

/** Heat, cold and the like over a place and every home below it. */
export const PlaceSensitivity = ({ place, onClose }: { place: Jurisdiction; onClose: () => void }) => {
  const { t } = useTranslation()
  const { zone } = useMe()
  const now = useCivilNow(60_000)
  const [adding, setAdding] = useState(false)
  const periods = usePlaceSensitivities(place.id)
  const end = useEndPeriod()
  const wordsOf = usePeriodWords()
  const present = periods.data?.items.filter((period) => endOf(period) > now)
  if (adding)
    return (
      <PeriodDialog
        about={{ jurisdictionId: place.id }}
        what="sensitivity"
        zone={zone}
        onClose={() => setAdding(false)}
      />
    )
  return (
    <Dialog
      title={t('circumstance.placeTitle', { place: place.name })}
      width={680}
      footer={null}
      onCancel={onClose}
    >
      <p className="soft period-explain">{t('circumstance.placeExplain')}</p>
      {periods.isError && <ErrorNote error={periods.error} onRetry={() => void periods.refetch()} />}
      {end.isError && <ErrorNote error={end.error} />}
      {periods.isPending && <Skeleton active paragraph={{ rows: 1 }} />}
      {present?.length === 0 && <p className="quiet-note">{t('circumstance.placeNone')}</p>}
      <ul className="periods">
        {present?.map((period) => (
          <PeriodLine
            key={period.id}
            period={period}
            zone={zone}
            what={wordsOf(period)}
            onEnd={period.jurisdictionId === place.id ? () => end.mutate(period) : null}
          />
        ))}
      </ul>
      <Button type="primary" className="period-add" onClick={() => setAdding(true)}>
        {t('circumstance.add')}
      </Button>
    </Dialog>
  )
}
