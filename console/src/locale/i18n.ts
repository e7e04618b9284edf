import { createInstance } from 'i18next'
import { initReactI18next, useTranslation } from 'react-i18next'
import type { Language } from '../format/duration.ts'
import en from '../locales/en.json'
import zh from '../locales/zh.json'
import { preferences } from '../preference/preferences.ts'

const languageTag: Record<Language, string> = { zh: 'zh-CN', en: 'en' }

const i18next = createInstance()

export const startI18n = async (): Promise<void> => {
  await i18next.use(initReactI18next).init({
    resources: { zh: { translation: zh }, en: { translation: en } },
    lng: preferences().language ?? 'zh',
    fallbackLng: false,
    interpolation: { escapeValue: false },
  })
  const say = (language: string) => {
    document.documentElement.lang = languageTag[language as Language]
  }
  i18next.on('languageChanged', say)
  say(i18next.language)
}

export const useLanguage = (): Language => {
  const { i18n } = useTranslation()
  return i18n.language === 'en' ? 'en' : 'zh'
}
