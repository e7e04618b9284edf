import { useTranslation } from 'react-i18next'
import { useDuty, usePersonNames } from '../api/duty-queries.ts'
import type { DutyCalendar, Jurisdiction } from '../api/types.ts'
import { useCivilNow } from '../clock/civil.ts'
import { clockTime, formatInstant } from '../format/instant.ts'
import { useLanguage } from '../locale/i18n.ts'
import { useMe } from '../session/session.ts'

/** A look at one day is enough to say who is there now. */
const DAYS = 1

const Reach = ({ personId, duty }: { personId: string; duty: DutyCalendar }) => {
  const { t } = useTranslation()
  const { zone } = useMe()
  const test = duty.tests.find((one) => one.personId === personId)
  const load = duty.load.find((one) => one.personId === personId)
  const state = test?.state ?? 'untested'
  return (
    <span className="on-duty-state">
      <span className={`reach is-${state}`}>
        {t(`duty.reach.${state}`, { at: test === undefined ? '' : clockTime(Date.parse(test.dueAt), zone) })}
      </span>
      {load !== undefined && (
        <span className="soft">{t('duty.pages', { shift: load.thisShift, day: load.lastDay })}</span>
      )}
    </span>
  )
}

const Somebody = ({
  role,
  personId,
  duty,
  names,
}: {
  role: 'primary' | 'backup'
  personId: string | null
  duty: DutyCalendar
  names: ReadonlyMap<string, string>
}) => {
  const { t } = useTranslation()
  return (
    <div className="on-duty-person">
      <span className="on-duty-role">{t(`duty.role.${role}`)}</span>
      {personId === null ? (
        <span className="faint">{t('duty.noBackup')}</span>
      ) : (
        <span>
          <b>{names.get(personId) ?? t('duty.somebody')}</b>
          <Reach personId={personId} duty={duty} />
        </span>
      )}
    </div>
  )
}

/** Who is there for one place at this moment. */
export const OnDutyRow = ({ place, isChosen }: { place: Jurisdiction; isChosen: boolean }) => {
  const { t } = useTranslation()
  const { zone } = useMe()
  const language = useLanguage()
  const now = useCivilNow(60_000)
  const duty = useDuty(place.id, DAYS).data
  const present = duty?.now ?? null
  const names = usePersonNames(
    present === null ? [] : [present.primary, present.backup].filter((id) => id !== null),
  )
  return (
    <li className={`on-duty-row${isChosen ? ' is-chosen' : ''}`}>
      <div className="on-duty-place">
        <b>{place.name}</b> <span className="faint">{t(`jurisdiction.levels.${place.level}`)}</span>
        {present !== null && (
          <span className="soft">
            {t('duty.until', {
              shift: present.shift,
              at: formatInstant(Date.parse(present.to), now, zone, language),
            })}
          </span>
        )}
      </div>
      {duty !== undefined && present !== null && (
        <>
          <Somebody role="primary" personId={present.primary} duty={duty} names={names} />
          <Somebody role="backup" personId={present.backup} duty={duty} names={names} />
        </>
      )}
      {duty !== undefined && present === null && (
        <span className={duty.roster === null ? 'on-duty-none faint' : 'on-duty-none is-bad'}>
          {t(
            duty.roster !== null
              ? 'duty.nobodyNow'
              : place.parentId === null
                ? 'duty.noRosterAtAll'
                : 'duty.noRoster',
          )}
        </span>
      )}
    </li>
  )
}
