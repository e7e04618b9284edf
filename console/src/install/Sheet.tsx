import { Button, QRCode } from 'antd'
import { useTranslation } from 'react-i18next'
import type { InstallationSheet } from '../api/types.ts'
import { formatInstantFull } from '../format/instant.ts'
import { useLanguage } from '../locale/i18n.ts'
import { useMetrics } from '../mapping/queries.ts'
import { useMe } from '../session/session.ts'

const codeOf = ({ device, profile }: InstallationSheet): string =>
  profile === null
    ? device.id
    : `SW1:${profile.family}:${encodeURIComponent(profile.model)}:${device.sourceId ?? device.id}`

/** What was heard first, in words. */
export const useReadingWords = () => {
  const { t, i18n } = useTranslation()
  const metrics = useMetrics()
  const unitOf = (name: string) => metrics.find((one) => one.name === name)?.unit ?? ''
  return (values: Record<string, number | boolean>): string =>
    Object.entries(values)
      .map(([name, value]) => {
        const word = i18n.exists(`metricName.${name}`) ? t(`metricName.${name}`) : name
        return typeof value === 'boolean'
          ? `${word} ${t(value ? 'install.yes' : 'install.no')}`
          : // A number and its unit stay on one line.
            `${word} ${value}\u{a0}${unitOf(name)}`.trimEnd()
      })
      .join(' · ')
}

/** Who put up what where and when, and that it works: to be printed and signed. */
export const Sheet = ({ sheet }: { sheet: InstallationSheet }) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const { zone } = useMe()
  const words = useReadingWords()
  const { installation, device, profile, consent, place, who, byName } = sheet
  const instant = (at: string | null | undefined) =>
    at == null ? '—' : formatInstantFull(Date.parse(at), zone, language)
  const { firstReading } = installation
  const lines: [string, string][] = [
    ['device', `${t(`deviceKind.${device.kind}`)} ${device.id}`],
    ['model', profile === null ? device.model || '—' : `${profile.maker} ${profile.model}`],
    ['place', place.join(' / ')],
    ['who', who === null ? installation.homeId : `${who.name} · ${who.door} · ${who.address}`],
    ['by', byName ?? installation.by],
    ['accepted', instant(installation.acceptedAt)],
    [
      'first',
      firstReading === null ? '—' : `${instant(firstReading.receivedAt)} · ${words(firstReading.values)}`,
    ],
    ['signal', firstReading?.signalDbm == null ? '—' : `${Math.round(firstReading.signalDbm)} dBm`],
    ...(device.kind === 'smoke'
      ? [
          [
            'test',
            installation.testAlarmAt === null ? t('install.notTested') : instant(installation.testAlarmAt),
          ] as [string, string],
        ]
      : []),
    [
      'consent',
      consent === null
        ? '—'
        : `${t(`consent.by.${consent.givenBy}`)} · ${t(`consent.form.${consent.form}`)} · ${instant(consent.givenAt)} · ${consent.purposes
            .map((purpose) => t(`consent.purpose.${purpose}`))
            .join(t('person.and'))}`,
    ],
  ]
  return (
    <section className="sheet" aria-label={t('sheet.title')}>
      <header>
        <h2>{t('sheet.title')}</h2>
        <QRCode type="svg" size={112} bordered={false} value={codeOf(sheet)} />
      </header>
      <dl>
        {lines.map(([name, value]) => (
          <div key={name}>
            <dt>{t(`sheet.${name}`)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p className="sheet-signs">
        <span>{t('sheet.signInstaller')}</span>
        <span>{t('sheet.signHome')}</span>
      </p>
      <Button className="no-print" size="large" onClick={() => window.print()}>
        {t('sheet.print')}
      </Button>
    </section>
  )
}
