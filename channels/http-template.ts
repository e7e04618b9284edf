import { z } from 'zod'
import { ChannelFault, type Notice } from '../contracts/channel.ts'
import { ServiceUrl } from './address.ts'
import type { Driver, Secrets } from './driver.ts'
import { type Answer, HttpDoor, jsonIn, requireTaken } from './http.ts'
import { spoken, titleOf } from './wording.ts'

/** What a template may name: `{{text}}` and so on. Secrets stand in it by name alone. */
const WORDS = ['address', 'text', 'title', 'url', 'key', 'token', 'severity', 'language'] as const
const SECRETS = ['apiKey', 'apiSecret', 'account'] as const
type Word = (typeof WORDS)[number] | (typeof SECRETS)[number]
type Words = Record<Word, string>

const PLACE = /\{\{\s*([A-Za-z]+)\s*\}\}/g
const isWord = (name: string): name is Word =>
  (WORDS as readonly string[]).includes(name) || (SECRETS as readonly string[]).includes(name)
const unknownIn = (template: string): string[] =>
  [...template.matchAll(PLACE)].map(([, name = '']) => name).filter((name) => !isWord(name))

const fill = (template: string, words: Words, escape: (value: string) => string): string =>
  template.replaceAll(PLACE, (_, name: string) => escape(isWord(name) ? words[name] : ''))

/** Inside the quotes of a JSON string. */
const inJson = (value: string): string => JSON.stringify(value).slice(1, -1)
/** What can stand in a header; anything else would begin a new one. */
const inHeader = (value: string): string => value.replaceAll(/[^\t\x20-\x7e]/g, '')

const Template = z
  .string()
  .max(8_000)
  .refine((text) => unknownIn(text).length === 0, `only {{${[...WORDS, ...SECRETS].join('}}, {{')}}}`)

const SAMPLE = Object.fromEntries([...WORDS, ...SECRETS].map((word) => [word, 'x'])) as Words

const Settings = z
  .strictObject({
    method: z.enum(['POST', 'PUT', 'GET']).default('POST'),
    url: Template.refine((text) => ServiceUrl.safeParse(fill(text, SAMPLE, encodeURIComponent)).success, {
      message: 'https, or http to this machine',
    }).refine((text) => !text.slice(0, text.indexOf('/', 8)).includes('{{'), {
      message: 'the host is fixed: words stand in the path or behind the question mark',
    }),
    headers: z.record(z.string().regex(/^[A-Za-z0-9-]{1,60}$/), Template).default({}),
    /** Empty with GET. */
    body: Template.default(''),
    /** How words are made safe in the body, and what it says it is. */
    encoding: z.enum(['json', 'form']).default('json'),
    /** What a good answer looks like: its status, and where a member of its JSON must have a value, that one. */
    success: z
      .strictObject({
        statuses: z.array(z.int().min(200).max(299)).max(10).default([]),
        path: z.string().max(200).default(''),
        equals: z.string().max(200).default(''),
      })
      .default({ statuses: [], path: '', equals: '' }),
    /** A member of the answer that holds the gateway's own id for it. */
    referencePath: z.string().max(200).default(''),
    perMinute: z.int().min(1).max(10_000).nullable().default(null),
  })
  .refine(({ body, encoding, method }) => method === 'GET' || encoding !== 'json' || isJson(body), {
    path: ['body'],
    message: 'no JSON: words stand between the quotes of strings',
  })

const isJson = (body: string): boolean => body === '' || jsonIn(fill(body, SAMPLE, inJson)) !== null

/** Gateways for messages and calls of any make that are asked over HTTP: the request as a template. */
export const httpTemplate: Driver<z.infer<typeof Settings>> = {
  kind: 'http_template',
  settings: Settings,
  secrets: SECRETS.map((name) => ({ name, required: false })),
  address: 'phone',
  open(settings, secrets, wall) {
    const door = new HttpDoor()
    const { method, encoding, success, referencePath, perMinute } = settings
    return {
      groupsUpTo: 1,
      addressesUpTo: 1,
      perMinute,
      async send([address = ''], [notice], signal) {
        if (notice === undefined) throw new Error('a message without a notice')
        const words = wordsOf(address, notice, secrets)
        const headers = Object.entries(settings.headers).map(([name, value]) => [
          name.toLowerCase(),
          fill(value, words, inHeader),
        ])
        const answer = await door.ask(
          {
            method,
            url: fill(settings.url, words, encodeURIComponent),
            headers: {
              ...(method === 'GET' ? {} : { 'content-type': CONTENT_TYPES[encoding] }),
              ...Object.fromEntries(headers),
            },
            ...(method === 'GET'
              ? {}
              : { body: fill(settings.body, words, encoding === 'json' ? inJson : encodeURIComponent) }),
          },
          signal,
        )
        requireTaken(answer, wall)
        requireSuccess(answer, success)
        const reference = referencePath === '' ? null : memberOf(jsonIn(answer.text), referencePath)
        return { outcome: 'accepted', reference: reference?.slice(0, 100) ?? null }
      },
      close: () => door.close(),
    }
  },
}

const CONTENT_TYPES = {
  json: 'application/json; charset=utf-8',
  form: 'application/x-www-form-urlencoded; charset=utf-8',
}

const wordsOf = (address: string, notice: Notice, secrets: Secrets): Words => ({
  address,
  text: spoken(notice),
  title: titleOf(notice),
  url: notice.url ?? '',
  key: notice.key,
  token: notice.answerToken ?? '',
  severity: notice.severity ?? '',
  language: notice.language,
  apiKey: secrets.apiKey ?? '',
  apiSecret: secrets.apiSecret ?? '',
  account: secrets.account ?? '',
})

const requireSuccess = (
  { status, text }: Answer,
  { statuses, path, equals }: z.infer<typeof Settings>['success'],
): void => {
  if (statuses.length > 0 && !statuses.includes(status)) throw new ChannelFault(`HTTP ${status}`, false)
  // What the gateway says instead may name the recipient, so only that it said something else is passed on. Most such
  // answers are about quotas and balances, so it is worth another try.
  if (path !== '' && memberOf(jsonIn(text), path) !== equals)
    throw new ChannelFault('the gateway did not take it', true)
}

/** A member by its path, such as `data.list.0.code`; null when there is none or it holds others. */
const memberOf = (value: unknown, path: string): string | null => {
  let at = value
  for (const name of path.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return null
    at = (at as Record<string, unknown>)[name]
  }
  return typeof at === 'string' ? at : typeof at === 'number' || typeof at === 'boolean' ? String(at) : null
}
