import { Checkbox, Input, Segmented, Skeleton } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCandidates } from '../api/case-queries.ts'
import type { Candidate } from '../api/types.ts'
import { Dialog } from '../dialog/Dialog.tsx'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { useLanguage } from '../locale/i18n.ts'
import type { DialogProps } from './ActionDialog.tsx'
import { useAlertName } from './AlertRow.tsx'

const Line = ({
  candidate,
  rank,
  isPicked,
  onPick,
}: {
  candidate: Candidate
  /** In which turn they would be asked; null: not at all. */
  rank: number | null
  isPicked: boolean
  onPick: () => void
}) => {
  const { t } = useTranslation()
  const language = useLanguage()
  return (
    <li className={candidate.isEligible ? '' : 'is-out'}>
      <Checkbox checked={isPicked} onChange={onPick}>
        <span className="candidate-rank">{rank ?? '–'}</span>
        <span className="candidate-words">
          <b>{candidate.name}</b> <span className="soft">{t(`person.kind.${candidate.kind}`)}</span>
          <span className="candidate-reasons">
            {candidate.reasons.length === 0 ? (
              <span className="soft">{t('dispatch.noReasons')}</span>
            ) : (
              candidate.reasons.map((reason) => <span key={reason.en}>{reason[language]}</span>)
            )}
          </span>
        </span>
      </Checkbox>
    </li>
  )
}

/** Whom to send: the best are asked first, one after the other, unless the desk picks them and their order. */
export const DispatchDialog = ({ alert, isPending, onDo, onClose }: DialogProps) => {
  const { t } = useTranslation()
  const name = useAlertName(alert)
  const [crewSize, setCrewSize] = useState(1)
  const [picked, setPicked] = useState<readonly string[]>([])
  const [note, setNote] = useState('')
  const candidates = useCandidates(alert.id, crewSize)
  const all = candidates.data?.items ?? []
  const asRanked = all.filter(({ isEligible }) => isEligible).map(({ personId }) => personId)
  const order = picked.length > 0 ? picked : asRanked
  const names = new Map(all.map((one) => [one.personId, one.name]))
  const first = order.slice(0, crewSize).map((id) => names.get(id) ?? '')
  const rankOf = (id: string) => (order.includes(id) ? order.indexOf(id) + 1 : null)
  const pick = (id: string) =>
    setPicked((known) => (known.includes(id) ? known.filter((one) => one !== id) : [...known, id]))
  return (
    <Dialog
      width={640}
      title={t('ask.dispatchTitle', { name })}
      okText={t('case.dispatch')}
      cancelText={t('action.cancel')}
      confirmLoading={isPending}
      okButtonProps={{ disabled: order.length < crewSize }}
      onCancel={onClose}
      onOk={() =>
        onDo({
          action: 'dispatch',
          crewSize,
          candidates: picked.length > 0 ? [...picked] : null,
          note: note.trim(),
        })
      }
    >
      {candidates.isError && <ErrorNote error={candidates.error} onRetry={() => void candidates.refetch()} />}
      <div className="dispatch-crew">
        <Segmented
          aria-label={t('dispatch.crewSize')}
          value={crewSize}
          options={[1, 2].map((value) => ({ value, label: t(`dispatch.crew.${value}`) }))}
          onChange={setCrewSize}
        />
        <span className="soft">{t('dispatch.crewWhy')}</span>
      </div>
      {candidates.isPending ? (
        <Skeleton active title={false} paragraph={{ rows: 4 }} />
      ) : all.length === 0 ? (
        <p className="ask-text">{t('dispatch.nobody')}</p>
      ) : (
        <>
          <p className="ask-text">{t(picked.length > 0 ? 'dispatch.picked' : 'dispatch.ranked')}</p>
          <ol className="candidates">
            {all.map((candidate) => (
              <Line
                key={candidate.personId}
                candidate={candidate}
                rank={rankOf(candidate.personId)}
                isPicked={picked.includes(candidate.personId)}
                onPick={() => pick(candidate.personId)}
              />
            ))}
          </ol>
          {first.length >= crewSize && (
            <p className="dispatch-first">{t('dispatch.first', { who: first.join(t('ladder.and')) })}</p>
          )}
        </>
      )}
      <Input.TextArea
        rows={2}
        maxLength={2_000}
        value={note}
        placeholder={t('ask.noteOptional')}
        aria-label={t('ask.note')}
        onChange={(event) => setNote(event.target.value)}
      />
    </Dialog>
  )
}
