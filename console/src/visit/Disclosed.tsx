import { PhoneOutlined } from '@ant-design/icons'
import { useTranslation } from 'react-i18next'
import type { OwnVisit } from '../api/types.ts'
import { needWords } from '../home/needs.ts'
import { useLanguage } from '../locale/i18n.ts'

type Known = NonNullable<OwnVisit['disclosed']>

const Call = ({ name, relation, phone }: { name: string; relation: string; phone: string }) => (
  <a className="own-call" href={`tel:${phone.replace(/\s/g, '')}`}>
    <PhoneOutlined aria-hidden />
    <span>
      <b>{name}</b> <span className="soft">{relation}</span>
      <br />
      {phone}
    </span>
  </a>
)

/** Everything that whoever stands before the door must know, and only they. */
export const Disclosed = ({ known }: { known: Known }) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const { needs, place } = known
  const words = needWords(needs, t)
  return (
    <section className="own-known">
      <h1>
        {known.name}
        {known.age !== null && <span className="age"> {t('who.age', { count: known.age })}</span>}
      </h1>
      <p className="own-address">
        {known.address} <b className="own-door">{known.door}</b>
        {place !== null && (
          <>
            {' '}
            <a href={`geo:${place.latitude},${place.longitude}`}>{t('visit.map')}</a>
          </>
        )}
      </p>
      {known.found !== null && <p className="why">{known.found[language]}</p>}
      {words.length > 0 && (
        <ul className="own-needs">
          {words.map((one) => (
            <li key={one}>{one}</li>
          ))}
        </ul>
      )}
      {known.accessNotes !== '' && (
        <p className="own-access">
          <span className="soft">{t('resident.accessNotes')}</span> {known.accessNotes}
        </p>
      )}
      {known.phone !== '' && <Call name={known.name} relation={t('ladder.resident')} phone={known.phone} />}
      {known.keyHolders.length > 0 && <h3>{t('visit.keyHolders')}</h3>}
      {known.keyHolders.map(({ name, phone }) => (
        <Call key={`${name}${phone}`} name={name} relation={t('who.holdsKey')} phone={phone} />
      ))}
      {known.contacts.some(({ holdsKey }) => !holdsKey) && <h3>{t('queue.contacts')}</h3>}
      {known.contacts
        .filter(({ holdsKey }) => !holdsKey)
        .map(({ name, relation, phone }) => (
          <Call key={`${name}${phone}`} name={name} relation={relation} phone={phone} />
        ))}
    </section>
  )
}
