import { ArrowLeftOutlined } from '@ant-design/icons'
import { Button, Popconfirm, Skeleton } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams } from 'react-router'
import type { OwnVisit } from '../api/types.ts'
import { useMe } from '../session/session.ts'
import { ActLines } from './ActLines.tsx'
import { CheckInForm } from './CheckInForm.tsx'
import { Disclosed } from './Disclosed.tsx'
import { VisitKindWords } from './OfferCard.tsx'
import { useOwnVisits } from './OwnVisits.tsx'
import { isMineNow } from './OwnVisitsPage.tsx'
import { ReportForm } from './ReportForm.tsx'

type Form = 'check-in' | 'report'

/** The next thing to do stays under the thumb; what may be left out stays beside it. */
const Bar = ({ visit, onForm }: { visit: OwnVisit; onForm: (form: Form) => void }) => {
  const { t } = useTranslation()
  const { act } = useOwnVisits()
  const report = (
    <Button
      key="report"
      block
      type={visit.state === 'on_scene' ? 'primary' : 'default'}
      onClick={() => onForm('report')}
    >
      {t('visit.report')}
    </Button>
  )
  const checkIn = (
    <Button
      key="check-in"
      block
      type={visit.state === 'en_route' ? 'primary' : 'default'}
      onClick={() => onForm('check-in')}
    >
      {t(visit.state === 'on_scene' ? 'visit.addPhoto' : 'visit.onScene')}
    </Button>
  )
  if (visit.state === 'offered') return <p className="own-bar">{t('visit.waitsForOther')}</p>
  return (
    <div className="own-bar">
      {visit.state === 'accepted' && (
        <Button type="primary" block onClick={() => void act(visit.id, 'en-route')}>
          {t('visit.enRoute')}
        </Button>
      )}
      {visit.state === 'on_scene' ? [report, checkIn] : [checkIn, report]}
    </div>
  )
}

/** One visit on the phone of whoever goes: who, where, how to get in, and what to do next. */
const OwnVisitPage = () => {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { visitId = '' } = useParams()
  const { zone } = useMe()
  const { visits, acts, act } = useOwnVisits()
  const [form, setForm] = useState<Form | null>(null)
  const back = () => void navigate('/visits/mine')
  if (visits === null) return <Skeleton active className="queue-skeleton" paragraph={{ rows: 6 }} />
  const visit = visits.find(({ id }) => id === visitId)
  const done = acts.filter((one) => one.visitId === visitId)
  const known = visit?.disclosed ?? null
  const isKept = done.some(({ type, state }) => type === 'submit' && state === 'kept')
  const isGoing = visit !== undefined && isMineNow(visit)
  return (
    <div className="own-visits own-visit">
      <Button type="text" className="back" icon={<ArrowLeftOutlined aria-hidden />} onClick={back}>
        {t('visit.all')}
      </Button>
      {visit === undefined ? (
        <p className="soft">{t('visit.gone')}</p>
      ) : (
        <>
          <VisitKindWords visit={visit} />
          {form === null && (
            <>
              {isGoing && known !== null && <Disclosed known={known} />}
              {!isGoing && (
                <p className="own-over">
                  {t(`visit.over.${isKept ? 'kept' : visit.state}`, { defaultValue: t('visit.over.other') })}
                </p>
              )}
              <ActLines acts={done} />
              {isGoing && ['accepted', 'en_route', 'offered'].includes(visit.state) && (
                <Popconfirm
                  title={t('visit.giveBackAsk')}
                  okText={t('visit.giveBack')}
                  cancelText={t('action.cancel')}
                  onConfirm={() => void act(visit.id, 'decline').then(back)}
                >
                  <Button type="text" className="own-give-back">
                    {t('visit.giveBack')}
                  </Button>
                </Popconfirm>
              )}
              {isGoing && <Bar visit={visit} onForm={setForm} />}
            </>
          )}
          {form === 'check-in' && (
            <CheckInForm
              onClose={() => setForm(null)}
              onDo={(checkIn) => void act(visit.id, 'check-in', checkIn).then(() => setForm(null))}
            />
          )}
          {form === 'report' && (
            <ReportForm
              visitId={visit.id}
              crewSize={visit.crewSize}
              isDrill={visit.drill}
              zone={zone}
              onClose={() => setForm(null)}
              onDo={(report) => void act(visit.id, 'submit', report).then(() => setForm(null))}
            />
          )}
        </>
      )}
    </div>
  )
}

export default OwnVisitPage
