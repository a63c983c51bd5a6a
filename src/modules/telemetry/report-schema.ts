import { Type } from '@sinclair/typebox'
import { Body, Id, ValidatedPerItem } from '../../http/wire.ts'
import { CompletionInput, TurnInput } from './ingest/input-schema.ts'

/** The bodies in which agents report turns and completions. */

const maxTurnsPerRequest = 1_000

/** A question and its reply, with what an agent usually measures. */
const exampleTurns = [
  {
    turn_index: 0,
    role: 'user',
    content: 'I would like to book a visit.',
    state_id: 'greeting',
    ttfb_stt: 90,
    created_at: '2026-11-23T09:00:12.000Z',
  },
  {
    turn_index: 1,
    role: 'assistant',
    content: 'Gladly. Which day suits you?',
    state_id: 'booking',
    eou_latency: 410,
    latency_llm: 320,
    ttfb_tts: 120,
    llm_input_tokens: 850,
    llm_output_tokens: 24,
    tts_characters: 28,
    created_at: '2026-11-23T09:00:14.000Z',
  },
]

export const TurnsInput = Body(
  { turns: Type.Array(ValidatedPerItem(TurnInput), { minItems: 1, maxItems: maxTurnsPerRequest }) },
  { examples: [{ turns: exampleTurns }] },
)

const exampleCallId = '0198f3c2-7d1e-7a53-9b1f-1f6f0e1d2c3b'

export const TelemetryInput = Body(
  {
    turns: Type.Optional(
      Type.Array(
        ValidatedPerItem(
          Type.Composite([Type.Object({ call_id: Id }), TurnInput], {
            additionalProperties: false,
            title: 'TurnOfCallInput',
          }),
        ),
        {
          maxItems: maxTurnsPerRequest,
        },
      ),
    ),
    completions: Type.Optional(
      Type.Array(
        ValidatedPerItem(
          Type.Composite([Type.Object({ call_id: Id }), CompletionInput], {
            additionalProperties: false,
            title: 'CallCompletion',
          }),
        ),
        { maxItems: 200 },
      ),
    ),
  },
  {
    examples: [
      {
        turns: exampleTurns.map((turn) => ({ call_id: exampleCallId, ...turn })),
        completions: [
          { call_id: exampleCallId, outcome: 'success', ended_reason: 'hang_up', duration_sec: 74.5 },
        ],
      },
    ],
  },
)
