import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger'
import type { RouteOptions } from 'fastify'
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod'
import type { z } from 'zod'
import type { Access } from './options.ts'
import { rolesWith } from './permissions.ts'
import { ApiError, Time } from './schemas/common.ts'

interface Rendered {
  zodSchema: unknown
  jsonSchema: object
}

/** On the wire a time is a string in either direction, and an answer without content has no schema. */
const override = ({ zodSchema, jsonSchema }: Rendered): void => {
  const schema = zodSchema as z.ZodType
  if (schema === Time) {
    for (const key of Object.keys(jsonSchema)) Reflect.deleteProperty(jsonSchema, key)
    Object.assign(jsonSchema, { type: 'string', format: 'date-time' })
  } else if (schema._zod.def.type === 'undefined') {
    Object.assign(jsonSchema, { type: 'null' })
  }
}

const transformObject = createJsonSchemaTransformObject({ zodToJsonConfig: { override } })
type Document = ReturnType<typeof transformObject>

const REFERENCE = /"#\/components\/schemas\/([^"]+)"/g
const namesIn = (part: unknown): string[] =>
  [...JSON.stringify(part ?? null).matchAll(REFERENCE)].flatMap((match) => match[1] ?? [])

/** Every schema comes in a form for asking and one for answering; those that nobody refers to are left out. */
const withoutUnused = (document: Document): Document => {
  if (!('components' in document)) return document
  const schemas = document.components?.schemas ?? {}
  const used = new Set<string>()
  const waiting = namesIn(document.paths)
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (used.has(name)) continue
    used.add(name)
    waiting.push(...namesIn(schemas[name]))
  }
  for (const name of Object.keys(schemas)) if (!used.has(name)) Reflect.deleteProperty(schemas, name)
  return document
}

export const swaggerOptions: FastifyDynamicSwaggerOptions = {
  openapi: {
    openapi: '3.1.0',
    info: {
      title: 'Shouwang 守望',
      version: '1',
      description:
        'Times are ISO 8601 in UTC. Lists answer `{items, next}`: give `next` as `after` to go on. What a caller may ' +
        'not see is answered with 404, like what does not exist. Every look at a person is written down.',
    },
    components: {
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'shouwang_session' },
        token: { type: 'http', scheme: 'bearer' },
      },
    },
    security: [{ session: [] }, { token: [] }],
  },
  transform: createJsonSchemaTransform({ zodToJsonConfig: { override } }),
  transformObject: (document) => withoutUnused(transformObject(document)),
}

const whoMay = (access: Access): string => {
  if (access === 'open') return 'For anybody.'
  if (access === 'signed_in') return 'For whoever is signed in.'
  return `For ${rolesWith(access).join(' or ')}.`
}

/** What stands the same at every route: its tag, who may use it, and the one shape of failure. */
export const describeRoute = (route: RouteOptions, access: Access): void => {
  const { schema } = route
  if (schema === undefined || schema.hide === true) return
  const noun = route.url.replace('/api/v1', '').split('/')[1] ?? ''
  schema.tags = [noun]
  schema.description = [schema.description, whoMay(access)].filter(Boolean).join(' ')
  if (access === 'open') schema.security = []
  schema.response = { ...(schema.response as object), default: ApiError }
}
