import type { Attack } from './attack.ts'

/** `node attacker.ts NAME PORT`: the attacker, as a process of its own. */
const [name, port] = process.argv.slice(2)
process.once('disconnect', () => process.exit())
const { attack } = (await import(`./attacks/${name}.ts`)) as { attack: Attack }
await attack(Number(port))
