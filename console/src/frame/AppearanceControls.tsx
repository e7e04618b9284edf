import { BulbOutlined, FontSizeOutlined, MoonOutlined, SunOutlined } from '@ant-design/icons'
import { Button, Dropdown } from 'antd'
import { useTranslation } from 'react-i18next'
import { useLanguage } from '../locale/i18n.ts'
import { type Preferences, setPreferences, usePreferences } from '../preference/preferences.ts'

const APPEARANCE_ICON = {
  auto: <BulbOutlined aria-hidden />,
  light: <SunOutlined aria-hidden />,
  dark: <MoonOutlined aria-hidden />,
}

/** Language, light, type size: the same three switches before and after signing in. */
export const AppearanceControls = ({ onLanguage }: { onLanguage?: (language: 'zh' | 'en') => void }) => {
  const { t, i18n } = useTranslation()
  const language = useLanguage()
  const { appearance, largeType } = usePreferences()
  const other = language === 'zh' ? 'en' : 'zh'
  return (
    <div className="appearance-controls">
      <Button
        type="text"
        lang={other}
        aria-label={other === 'en' ? 'Switch to English' : '切换到中文'}
        onClick={() => {
          setPreferences({ language: other })
          void i18n.changeLanguage(other)
          onLanguage?.(other)
        }}
      >
        {other === 'en' ? 'EN' : '中文'}
      </Button>
      <Dropdown
        trigger={['click']}
        menu={{
          selectedKeys: [appearance],
          items: (['auto', 'light', 'dark'] as const).map((key) => ({
            key,
            icon: APPEARANCE_ICON[key],
            label: t(`appearance.${key}`),
          })),
          onClick: ({ key }) => setPreferences({ appearance: key as Preferences['appearance'] }),
        }}
      >
        <Button type="text" icon={APPEARANCE_ICON[appearance]} aria-label={t('appearance.title')} />
      </Dropdown>
      <Button
        type="text"
        icon={<FontSizeOutlined aria-hidden />}
        className={largeType ? 'is-on' : ''}
        aria-pressed={largeType}
        aria-label={t('appearance.largeType')}
        title={t('appearance.largeType')}
        onClick={() => setPreferences({ largeType: !largeType })}
      />
    </div>
  )
}
