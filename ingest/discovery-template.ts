import { at } from './draft.ts'

/** Where a value stands in a message, and what it is multiplied by. An empty path is the whole message. */
export interface TemplatePath {
  path: readonly string[]
  isJson: boolean
  factor: number
}

const EXPRESSION =
  /^\{\{-?\s*\(?\s*(value_json|value)((?:\.\w+|\[\s*(?:"[^"]{1,100}"|'[^']{1,100}')\s*\]){0,8})(.*?)-?\}\}$/s
const STEP = /\.(\w+)|\[\s*["']([^"']*)["']\s*\]/g
/** A second argument of `int` is the base that the number is written in. */
const FILTER =
  /^\s*\|\s*(?:(?:float|is_defined|default|round)\b\s*(?:\([^()]{0,20}\))?|int\b\s*(?:\((?![^()]*(?:,|base))[^()]{0,20}\))?)/
const MULTIPLY = /^\s*\|\s*multiply\(\s*(\d+(?:\.\d+)?)\s*\)/
const SCALE = /^\s*\)?\s*([*/])\s*(\d+(?:\.\d+)?)\s*\)?/

const INLINE_GUARD = /^(\{\{-?\s*(\S+).*?)\s+if\s+(\S+)\s+is\s+defined\s+else\s[^{}]{1,60}\}\}$/s
const BLOCK_GUARD =
  /^\{%-?\s*if\s+(?:(\S+)\s+is\s+defined|["'](\w+)["']\s+in\s+value_json)\s*-?%\}\s*(\{\{-?\s*([\w.[\]"']+)[^{}]*\}\})\s*(?:\{%-?\s*else\s*-?%\}[^%]{0,80})?\{%-?\s*endif\s*-?%\}$/s
const samePlace = (path: string): string => path.replace(/\[["'](\w+)["']\]/g, '.$1')

/**
 * The template within one that only asks first whether its own value is there: what is missing stays missing anyhow, and
 * what stands for it otherwise is not followed. Any other condition computes.
 */
function unguarded(template: string): string {
  const [, body, value = '', asked] = INLINE_GUARD.exec(template) ?? []
  if (body !== undefined && samePlace(value) === samePlace(asked ?? '')) return `${body} }}`
  const [, defined, key = '', block, place = ''] = BLOCK_GUARD.exec(template) ?? []
  const guard = defined ?? `value_json.${key}`
  return block !== undefined && samePlace(place) === samePlace(guard) ? block : template
}

/**
 * The part of Home Assistant's templates that only points at a value: `{{ value }}`, `{{ value_json.a["b"] }}`, with
 * conversions to number, one scale by a constant, and the question whether it is there at all. null for all that computes: guessing what it does would be worse than
 * asking. Defaults are not followed; what is missing stays missing.
 */
export function templatePath(template: unknown): TemplatePath | null {
  if (template === undefined || template === null) return { path: [], isJson: false, factor: 1 }
  if (typeof template !== 'string' || template.length > 300) return null
  const parts = EXPRESSION.exec(unguarded(template.trim()))
  if (parts === null) return null
  const [, root, steps = '', tail = ''] = parts
  const path = [...steps.matchAll(STEP)].map(([, name, quoted]) => name ?? quoted ?? '')
  const factor = factorIn(tail)
  if (factor === null || (root === 'value' && path.length > 0)) return null
  return { path, isJson: root === 'value_json', factor }
}

function factorIn(tail: string): number | null {
  let rest = tail
  let factor = 1
  for (let step = 0; step < 8 && rest.trim() !== '' && rest.trim() !== ')'; step += 1) {
    const filter = FILTER.exec(rest)
    const multiply = MULTIPLY.exec(rest)
    const scale = multiply ?? (filter === null ? SCALE.exec(rest) : null)
    if (scale !== null) {
      const number = Number(scale.at(-1))
      if (factor !== 1 || number === 0) return null
      factor = scale[1] === '/' ? 1 / number : number
    } else if (filter === null) return null
    rest = rest.slice((filter ?? scale)?.[0].length)
  }
  return rest.trim() === '' || rest.trim() === ')' ? factor : null
}

/** What the template points at; undefined when it is not there. */
export const valueAt = ({ path, isJson }: TemplatePath, text: string | null, json: unknown): unknown =>
  isJson ? at(json, ...path) : (text?.trim() ?? undefined)
