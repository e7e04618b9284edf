import { type ThemeConfig, theme } from 'antd'

export type Mode = 'light' | 'dark'

/** Every colour of the console, once. Names say what it is for, so that both modes can answer differently. */
export interface Palette {
  paper: string
  surface: string
  raised: string
  sunken: string
  ink: string
  inkSoft: string
  inkFaint: string
  /** What cannot be changed here is still read. */
  inkDisabled: string
  line: string
  lineFaint: string
  primary: string
  primarySoft: string
  onPrimary: string
  P1: string
  P2: string
  P3: string
  P4: string
  P1Soft: string
  good: string
  goodSoft: string
  warnSoft: string
  water: string
  electricity: string
  night: string
  hatch: string
}

export const palettes: Record<Mode, Palette> = {
  light: {
    paper: '#f4f3ef',
    surface: '#fdfdfc',
    raised: '#ffffff',
    sunken: '#eeede8',
    ink: '#1b2126',
    inkSoft: '#515a63',
    inkFaint: '#636b73',
    inkDisabled: '#7b838a',
    line: '#dddbd3',
    lineFaint: '#eae8e2',
    primary: '#12545c',
    primarySoft: '#e3eeee',
    onPrimary: '#ffffff',
    P1: '#bf1f1a',
    P2: '#a65008',
    P3: '#2660a4',
    P4: '#636c75',
    P1Soft: '#fbecea',
    good: '#256d47',
    goodSoft: '#e6f1ea',
    warnSoft: '#fbf1e2',
    water: '#1c4f82',
    electricity: '#94701a',
    night: '#eeeef2',
    hatch: '#c3c0b6',
  },
  dark: {
    paper: '#101417',
    surface: '#171c20',
    raised: '#1f252a',
    sunken: '#0c0f12',
    ink: '#e8e6e1',
    inkSoft: '#aeb4b9',
    inkFaint: '#969da3',
    inkDisabled: '#7d858c',
    line: '#30373d',
    lineFaint: '#242a2f',
    primary: '#72c0c2',
    primarySoft: '#1b3437',
    onPrimary: '#0c1a1c',
    P1: '#ff7469',
    P2: '#f0a447',
    P3: '#7cb4f2',
    P4: '#a2aab2',
    P1Soft: '#351c1b',
    good: '#7bcb9d',
    goodSoft: '#17301f',
    warnSoft: '#33271a',
    water: '#83bdf0',
    electricity: '#dcb659',
    night: '#1f262c',
    hatch: '#474f56',
  },
}

// Latin letters come from the same family as the Chinese ones wherever there is one, so that a mixed line sits level.
export const FONT_FAMILY =
  '-apple-system, "Segoe UI", "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", ' +
  '"Noto Sans SC", "Source Han Sans SC", system-ui, sans-serif'
export const FONT_FAMILY_MONO =
  'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "Noto Sans Mono CJK SC", monospace'

/** The tokens of Ant Design, from the palette. `large` is for eyes that want 20 px. */
export const antdTheme = (mode: Mode, large: boolean, touch: boolean): ThemeConfig => {
  const colour = palettes[mode]
  const fontSize = large ? 20 : 16
  return {
    algorithm: mode === 'dark' ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: {
      fontFamily: FONT_FAMILY,
      fontFamilyCode: FONT_FAMILY_MONO,
      fontSize,
      controlHeight: touch ? 48 : large ? 44 : 38,
      controlHeightSM: touch ? 40 : large ? 36 : 30,
      borderRadius: 6,
      borderRadiusLG: 8,
      wireframe: false,
      colorPrimary: colour.primary,
      colorInfo: colour.primary,
      colorLink: colour.primary,
      colorSuccess: colour.good,
      colorWarning: colour.P2,
      colorError: colour.P1,
      colorPrimaryBg: colour.primarySoft,
      colorInfoBg: colour.primarySoft,
      colorSuccessBg: colour.goodSoft,
      colorWarningBg: colour.warnSoft,
      colorErrorBg: colour.P1Soft,
      colorText: colour.ink,
      colorTextSecondary: colour.inkSoft,
      colorTextTertiary: colour.inkFaint,
      colorTextPlaceholder: colour.inkFaint,
      colorTextDisabled: colour.inkDisabled,
      colorTextLightSolid: colour.onPrimary,
      colorBgBase: colour.surface,
      colorBgLayout: colour.paper,
      colorBgContainer: colour.surface,
      colorBgElevated: colour.raised,
      colorBorder: colour.line,
      colorBorderDisabled: colour.line,
      colorBorderSecondary: colour.lineFaint,
      colorSplit: colour.lineFaint,
      motionDurationMid: '0.12s',
      motionDurationSlow: '0.16s',
    },
    components: {
      Table: {
        cellPaddingBlock: 10,
        headerBg: colour.surface,
        headerColor: colour.inkSoft,
        rowHoverBg: colour.sunken,
      },
      Segmented: { trackBg: colour.sunken, itemSelectedBg: colour.raised },
      Tooltip: { colorBgSpotlight: mode === 'dark' ? '#3a424a' : '#2a3138', colorTextLightSolid: '#ffffff' },
      Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none' },
      // A month as wide as a phone, and hours that a thumb can hit.
      DatePicker: touch ? { cellWidth: 46, cellHeight: 40, timeCellHeight: 44, timeColumnWidth: 64 } : {},
      Modal: { titleFontSize: large ? 22 : 18 },
    },
  }
}

const cssName = (name: string) => `--${name.replace(/(?<!^)[A-Z]/g, '-$&').toLowerCase()}`

/** The same palette for our own style sheets and canvases, as custom properties on the root. */
export const applyPalette = (root: HTMLElement, mode: Mode, large: boolean): void => {
  for (const [name, value] of Object.entries(palettes[mode])) root.style.setProperty(cssName(name), value)
  root.style.colorScheme = mode
  root.dataset.mode = mode
  root.style.fontSize = large ? '20px' : '16px'
  root.style.setProperty('--font', FONT_FAMILY)
  root.style.setProperty('--mono', FONT_FAMILY_MONO)
}

const ON_PAPER: Palette = { ...palettes.light, paper: '#ffffff', surface: '#ffffff' }

/** What is printed at night is dark on white all the same: paper is not lit. It outweighs what stands on the root. */
export const printSheet = (): string => {
  const colours = Object.entries(ON_PAPER).map(([name, value]) => `${cssName(name)}: ${value} !important;`)
  return `@media print { :root { color-scheme: light !important; ${colours.join(' ')} } }`
}
