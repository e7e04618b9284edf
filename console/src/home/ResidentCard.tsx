import { PhoneOutlined } from '@ant-design/icons'
import { useTranslation } from 'react-i18next'
import type { HomeDetail } from '../api/types.ts'
import { useCivilNow } from '../clock/civil.ts'
import { localParts } from '../format/instant.ts'
import { needWords } from './needs.ts'

const Phone = ({ number }: { number: string }) =>
  number === '' ? null : (
    <a className="phone" href={`tel:${number.replace(/\s/g, '')}`}>
      <PhoneOutlined aria-hidden /> {number}
    </a>
  )

/** Who lives here, how to reach them, whom to call next. */
export const ResidentCard = ({ home }: { home: HomeDetail }) => {
  const { t } = useTranslation()
  const year = localParts(useCivilNow(3_600_000), home.home.zone).year
  const { resident } = home
  if (resident === null) return <p className="faint">{t('home.noResident')}</p>
  const words = needWords(resident.needs, t)
  return (
    <div className="resident">
      <div className="resident-who">
        <p className="resident-line">
          {resident.birthYear !== null && <span>{t('who.age', { count: year - resident.birthYear })}</span>}
          <span>{t(`living.${resident.living}`)}</span>
          <Phone number={resident.phone} />
        </p>
        <p className="soft">
          {resident.address} {resident.door}
        </p>
        {words.length > 0 && <p>{words.join(' · ')}</p>}
        {resident.accessNotes !== '' && (
          <p>
            <span className="soft">{t('resident.accessNotes')}</span> {resident.accessNotes}
          </p>
        )}
        {resident.notes !== '' && <p className="resident-notes">{resident.notes}</p>}
      </div>
      {resident.contacts.length > 0 && (
        <ul className="contacts">
          {resident.contacts.map((contact) => (
            <li key={`${contact.name}${contact.phone}`}>
              <b>{contact.name}</b>
              <span>{contact.relation}</span>
              {contact.holdsKey && <span className="key">{t('who.holdsKey')}</span>}
              <Phone number={contact.phone} />
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
