export const HELP = `Usage: npm run simulate -- COMMAND [options]

Simulated homes of elderly people living alone, each with a water meter, an
electricity meter and a smoke detector, over real MQTT or into a file. The same
seed lives the same lives.

Commands
  home       one home (--homes N for more)
  compound   one compound of 18 homes
  district   9 compounds, 162 homes, with streets and communities above them
  load       plain load: connections x rate x seconds; prints acknowledged
             messages per second and the time to PUBACK, p50 and p99

Where to
  --url URL            broker (mqtt://127.0.0.1:1883; mqtts, ws, wss too)
  --ca FILE            PEM of the authority that signed the broker's certificate
  --dry-run            no network: one JSON line {topic, payload, at} a message
  --csv FILE[.gz]      no network: a recording, one row a value, for
                       "npm run replay"; what befell whom goes to
                       FILE.incidents.csv (or --incidents FILE)

How devices get in (one of)
  --api URL            the service (http://127.0.0.1:8080): places, homes,
                       residents and devices are made there, or found again,
                       and their secrets renewed. The token needs both roles
  --token TOKEN        for --api; better in the environment as SHOUWANG_TOKEN
  --place ID           for --api: where the streets are added (the first
                       district that the token reaches)
  --save-secrets FILE  with --api: keep "id,secret" lines for the next run
  --credentials FILE   "id,secret" lines, one a device
  --gateway ID         all through one connection; ID's line is in --credentials

Who and when
  --seed TEXT          (1)
  --homes N            homes
  --compounds N        compounds that they are spread over
  --prefix TEXT        begins every id (sim)
  --zone ZONE          IANA time zone (Asia/Shanghai)
  --start INSTANT      ISO 8601 (now); simulated time starts there
  --history LENGTH     first send what was measured so long before the start (a
                       service counts to a home what its devices measured in
                       the last day before they stood there, nothing older)
  --for LENGTH         stop after so much simulated time (without end when
                       publishing; 1d into a file)
  --factor N           simulated seconds in a second (1: all that a service in
                       real time accepts)
  --report HOW         15m, 60m, daily-96 or daily-24: each value by itself, or
                       a day's values at once (15m)
  --connections N      MQTT connections at most (5000)
  --in-flight N        unacknowledged messages at most (500)

What happens (both can be given many times)
  --incident KIND[:HOME]@START[+LENGTH]
      fall, decline, away, guests, leak, tap_left_on, cooker_left_on, fire
  --fault KIND[:HOME][/DEVICE][=SHARE]@START[+LENGTH]
      lost, late, doubled, reordered, restamped, battery_dying, gone,
      clock_wrong, register_reset, garbage
  START counts from --start and may be negative; LENGTH left out: for good.
  HOME is a number from 1 (left out: incidents 1, faults every home), DEVICE is
  water, electricity or smoke. Lengths: 30s, 15m, 12h, 3d.

Load
  --connections N      (100)     --rate N      messages/s of each (10)
  --seconds N          (10)      --in-flight N for each connection (10)

Examples
  npm run simulate -- home --dry-run --for 6h --incident fall@2h
  npm run simulate -- compound --api http://127.0.0.1:8080 --history 14d
  npm run simulate -- district --csv homes.csv.gz --for 90d \\
      --incident fall:7@40d+2d --fault lost/water=0.2@0h
  npm run simulate -- load --credentials secrets.csv --connections 500
`
