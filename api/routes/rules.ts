import { Refusal } from '../../contracts/errors.ts'
import { defaultRuleSettings } from '../../contracts/settings.ts'
import type { Api, Desk } from '../options.ts'
import * as forms from '../schemas/office.ts'
import { callerOf } from '../sessions.ts'

export const ruleRoutes = (api: Api, { state, commands }: Desk): void => {
  api.route({
    method: 'GET',
    url: '/rules',
    config: { access: 'rules.read' },
    schema: { summary: 'The settings of all rules', response: { 200: forms.RuleSettings } },
    handler: async () => (await state.settings.rules()) ?? defaultRuleSettings,
  })

  api.route({
    method: 'PUT',
    url: '/rules',
    config: { access: 'rules.write' },
    schema: {
      summary: 'Change them; `version` is the one that was read',
      body: forms.RuleSettings,
      response: { 200: forms.RuleSettings },
    },
    handler: async (request) => {
      const caller = callerOf(request)
      if (!caller.reach('rules.write').everywhere) {
        throw new Refusal(
          'forbidden',
          'The rules hold everywhere: who administers a part may not change them.',
        )
      }
      return commands.putRuleSettings(request.body, caller.actor)
    },
  })

  api.route({
    method: 'GET',
    url: '/rules/history',
    config: { access: 'rules.read' },
    schema: {
      summary: 'Who changed the rules, and to what',
      querystring: forms.RulesHistoryQuery,
      response: { 200: forms.RulesHistoryPage },
    },
    handler: async (request) => {
      const { limit, after = null } = request.query
      return state.settings.rulesHistory({ limit, after })
    },
  })
}
