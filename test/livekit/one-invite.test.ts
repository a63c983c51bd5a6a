import { DisconnectReason } from '@livekit/protocol'
import { type Test, test } from 'tap'
import { asOwner } from '../../src/db/transaction.ts'
import { createCallToken } from '../../src/modules/briefs/index.ts'
import { canStillDial, rescueStep, settleStep } from '../../src/modules/dialing/index.ts'
import { CallStore } from '../../src/telephony/livekit/call-store.ts'
import type { LivekitOptions } from '../../src/telephony/livekit/livekit-options.ts'
import { roomName } from '../../src/telephony/livekit/rooms.ts'
import {
  after,
  answeringHuman,
  assertOneInvitePerCall,
  newDialer,
  noon,
  startCampaign,
  startLivekitWorld,
} from '../setup/livekit/livekit-world.ts'

const neverResolve = () => new Promise<never>(() => undefined)

test('A process that dies between any two steps leaves no second INVITE and no room', async (t) => {
  const w = await startLivekitWorld(t)
  const { s, webhooks, livekit } = w
  webhooks.mode = 'lost'
  const live = { ...answeringHuman, talkMs: 100_000 }

  /**
   * Dials one call with a process that hangs at a step; `until` returns true as soon as it hangs. Then starts another
   * process. Returns functions to continue with it: `rescue` runs its steps, and `endCampaign` stops the campaign and
   * asserts that at most one INVITE was sent and that no room and no lease is left.
   */
  const hangDialing = async (
    t: Test,
    change: Partial<LivekitOptions>,
    until: (call_id: string) => boolean | Promise<boolean>,
    script = answeringHuman,
  ) => {
    const campaign = await startCampaign(w, [script])
    const hangingCarrier = w.startCarrier(change)
    const dialer = newDialer(w, t, hangingCarrier, 'hanging')
    t.equal(await dialer.step(noon), 1)
    const [{ id }] = await campaign.callsNow()
    while (!(await until(id))) await new Promise((resolve) => setTimeout(resolve, 2))
    const nextCarrier = w.startCarrier()
    const rescue = async (at: Date) => {
      s.setNow(at)
      await rescueStep(s.db, nextCarrier, 'next', at)
      await settleStep(s.db, at)
      await nextCarrier.sweep(at)
    }
    const endCampaign = async () => {
      await w.call('POST', `${campaign.path}/stop`, {})
      livekit.hangUpCallee(`call-${id}`)
      await livekit.waitUntilIdle()
      await rescue(after(1_000))
      await nextCarrier.sweep(after(2_000))
      t.equal(livekit.rooms.size, 0, 'no room is left')
      t.equal((await s.db.client`select 1 from leases`).length, 0, 'no lease is left')
      t.ok(livekit.invites.filter(({ room }) => room === `call-${id}`).length <= 1, 'at most one INVITE')
      assertOneInvitePerCall(t, w)
      s.setNow(noon)
    }
    return { campaign, id: id as string, nextCarrier, rescue, endCampaign, dialer }
  }

  for (const [step, option] of [
    ['Before it has created the room', 'createAgentToken'],
    ['While it waits for an agent', 'isAgentReady'],
    ['Before the pre-dial check', 'canDial'],
  ] as const) {
    t.test(`${step}: the call was not dialed, and the task goes back to the queue`, async (t) => {
      let isHanging = false
      const hang = () => {
        isHanging = true
        return neverResolve()
      }
      const { campaign, rescue, endCampaign } = await hangDialing(t, { [option]: hang }, () => isHanging)
      await rescue(after(30))
      t.match(await campaign.callsNow(), [{ status: 'cancelled', ended_reason: 'not_dialed' }])
      t.match(await campaign.tasksNow(), [{ status: 'retry', attempt_count: 0 }])
      t.equal(livekit.rooms.size, 0)
      await endCampaign()
    })
  }

  t.test('A suspended process that continues after its call was cancelled does not dial', async (t) => {
    let resume: (mayDial: boolean) => void = () => undefined
    let isHanging = false
    const canDial = () => {
      isHanging = true
      return new Promise<boolean>((resolve) => {
        resume = resolve
      })
    }
    const before = livekit.invites.length
    const { campaign, rescue, endCampaign, dialer } = await hangDialing(t, { canDial }, () => isHanging)
    await rescue(after(30))
    resume(true)
    await dialer.waitForDials()
    t.equal(livekit.invites.length, before)
    t.match(await campaign.callsNow(), [{ status: 'cancelled', ended_reason: 'not_dialed' }])
    await endCampaign()
  })

  t.test(
    'After the call is marked as inviting, before the INVITE: the call is lost after its ring timeout',
    async (t) => {
      const { campaign, rescue, endCampaign } = await hangDialing(
        t,
        {
          canDial: async (call) => {
            await new CallStore(s.db).markInviting(call, after(45))
            return neverResolve()
          },
        },
        async (id) =>
          (await new CallStore(s.db).find({ company_id: w.company.id, call_id: id }))?.state === 'inviting',
      )
      await rescue(after(30))
      t.match(await campaign.callsNow(), [{ status: 'dialing' }])
      await rescue(after(100))
      t.match(await campaign.callsNow(), [{ status: 'failed', outcome: 'lost' }])
      await endCampaign()
    },
  )

  t.test('While the phone rings: the call continues, and its outcome is recorded', async (t) => {
    const { campaign, id, rescue, endCampaign } = await hangDialing(
      t,
      {
        createAgentToken: ({ company_id, call_id }) =>
          asOwner(s.db, company_id, (tx) => createCallToken(tx, call_id)),
      },
      (id) => livekit.invites.some(({ room }) => room === `call-${id}`),
      { ...live, ringMs: 150 },
    )
    await rescue(after(30))
    t.match(await campaign.callsNow(), [{ status: /ringing|active/, outcome: null }])
    while (
      livekit.rooms.get(`call-${id}`)?.participants.get(`callee-${id}`)?.attributes['sip.callStatus'] !==
      'active'
    )
      await new Promise((resolve) => setTimeout(resolve, 5))
    await rescue(after(80))
    t.match(await campaign.callsNow(), [{ status: 'active', outcome: null }])
    livekit.hangUpCallee(`call-${id}`)
    await livekit.waitUntilIdle()
    await rescue(after(200))
    t.match(await campaign.tasksNow(), [{ status: 'completed', outcome: 'success' }])
    await endCampaign()
  })

  t.test('A process that stops leaves phones ringing, and the next process looks them up', async (t) => {
    const campaign = await startCampaign(w, [{ ...live, ringMs: 100 }])
    const stoppingCarrier = w.startCarrier()
    const dialer = newDialer(w, t, stoppingCarrier, 'stopping')
    await dialer.step(noon)
    const [{ id }] = await campaign.callsNow()
    while (livekit.invites.at(-1)?.room !== `call-${id}`)
      await new Promise((resolve) => setTimeout(resolve, 2))
    stoppingCarrier.drain()
    await dialer.waitForDials()
    t.match(await campaign.callsNow(), [{ status: 'dialing' }])
    const nextCarrier = w.startCarrier()
    s.setNow(after(10))
    await rescueStep(s.db, nextCarrier, 'next', after(10))
    t.match(await campaign.callsNow(), [{ status: /ringing|active/ }])
    livekit.hangUpCallee(`call-${id}`, DisconnectReason.USER_REJECTED)
    await livekit.waitUntilIdle()
    s.setNow(after(100))
    await rescueStep(s.db, nextCarrier, 'next', after(100))
    await settleStep(s.db, after(100))
    t.match(await campaign.callsNow(), [{ status: /failed|completed/ }])
    await nextCarrier.sweep(after(200))
    t.equal(livekit.rooms.size, 0)
    assertOneInvitePerCall(t, w)
    s.setNow(noon)
  })
})

test('A call that is no longer allowed at the pre-dial check is not dialed', async (t) => {
  const w = await startLivekitWorld(t)
  const { livekit, s } = w
  const causes: [string, (campaign: Awaited<ReturnType<typeof startCampaign>>) => Promise<unknown>][] = [
    ['paused', (campaign) => w.call('POST', `${campaign.path}/pause`, {})],
    ['suppressed', (campaign) => w.call('POST', '/api/suppressions', { phone_number: campaign.numbers[0] })],
    [
      'window closed',
      () => s.db.client`update campaign_windows
          set closes_at = ${noon.toISOString()}, opens_at = ${after(-60).toISOString()}`,
    ],
    [
      'lease lost',
      () => s.db.client`update leases set is_live = false, settle_at = ${after(900).toISOString()}`,
    ],
  ]
  for (const [name, apply] of causes) {
    const campaign = await startCampaign(w, [undefined])
    const slowCarrier = w.startCarrier({
      canDial: async (ref, at) => {
        await apply(campaign)
        return canStillDial(s.db, ref, roomName(ref), at)
      },
    })
    const dialer = newDialer(w, t, slowCarrier)
    await dialer.step(noon)
    await dialer.waitForDials()
    t.equal(livekit.invites.length, 0, name)
    t.equal(livekit.rooms.size, 0, name)
    t.match(await campaign.callsNow(), [{ status: 'cancelled', ended_reason: 'not_dialed' }], name)
  }
  const paused = await startCampaign(w, [undefined])
  let checks = 0
  const pausingCarrier = w.startCarrier({
    // Simulates a slow database between the check and the statement that marks the call as inviting.
    maxCheckAgeMs: -1,
    canDial: async (ref, at) => {
      if (checks++ > 0) await w.call('POST', `${paused.path}/pause`, {})
      return canStillDial(s.db, ref, roomName(ref), at)
    },
  })
  const pausedDialer = newDialer(w, t, pausingCarrier)
  await pausedDialer.step(noon)
  await pausedDialer.waitForDials()
  t.equal(livekit.invites.length, 0, 'paused after the check')
  t.equal(livekit.rooms.size, 0)
  t.match(await paused.callsNow(), [{ status: 'cancelled', ended_reason: 'not_dialed' }])
  await settleStep(s.db, noon)
  t.match(await paused.tasksNow(), [{ status: /pending|retry/, attempt_count: 0 }])

  const isAgentReady = async () => {
    s.setNow(after(60))
    return true
  }
  const lateCarrier = w.startCarrier({ isAgentReady })
  const campaign = await startCampaign(w, [undefined])
  const dialer = newDialer(w, t, lateCarrier)
  await dialer.step(noon)
  await dialer.waitForDials()
  t.equal(livekit.invites.length, 0, 'the agent was ready too late')
  t.match(await campaign.callsNow(), [{ status: 'cancelled' }])
})
