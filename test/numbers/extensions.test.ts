import { test } from 'tap'
import { exampleConfig } from '../../src/modules/skillbases/index.ts'
import type { CallRef } from '../../src/telephony/carrier.ts'
import { after, DialingFixture, freshNumber } from '../dialing/dialing-setup.ts'
import { startTestService } from '../setup/service.ts'

test('Extensions and further numbers of contacts', async (t) => {
  const s = await startTestService(t)
  const fixture = await DialingFixture.create(s)
  const createCampaign = async (settings: object = {}): Promise<string> =>
    (await fixture.request('POST', '/api/campaigns', { name: 'C', skillbase_id: fixture.bot, ...settings }))
      .id
  const addTasks = (id: string, tasks: object[], default_country?: string) =>
    fixture.request('POST', `/api/campaigns/${id}/tasks`, {
      tasks,
      ...(default_country && { default_country }),
    })
  const numberOf = (phone_number: string, phone_extension: string | null = null) => ({
    phone_number,
    phone_extension,
  })

  t.test('Tasks are read like rows of a call list', async (t) => {
    const spellings: [text: string, expected: object][] = [
      ['8 495 730-01-01 доб. 102', numberOf('+74957300101', '102')],
      ['+7 495 730-01-02,104', numberOf('+74957300102', '104')],
      ['+7 (495) 730-01-03;ext=105', numberOf('+74957300103', '105')],
      ['+74957300104;120', numberOf('+74957300104', '120')],
      ['+1 212 456 7890 extn 5', numberOf('+12124567890', '5')],
      ['+1 (212) 456-7891 x77', numberOf('+12124567891', '77')],
      [
        '+7 495 730-01-05 доб. 1 / 8 (916) 730-01-05',
        { ...numberOf('+74957300105', '1'), further_numbers: [numberOf('+79167300105')] },
      ],
    ]
    const id = await createCampaign()
    const tasks = spellings.map(([phone_number], i) => ({ phone_number, priority: spellings.length - i }))
    t.match(await addTasks(id, tasks, 'RU'), { created: spellings.length, rejected: [] })
    const stored = (await fixture.tasks(id)).sort(
      (a: { priority: number }, b: { priority: number }) => b.priority - a.priority,
    )
    for (const [i, [text, expected]] of spellings.entries()) {
      t.match(stored[i], { further_numbers: [], ...expected }, text)
      t.same(stored[i].contact_data, {}, text)
    }
  })

  t.test('The fields phone_extension and further_numbers add to what phone_number holds', async (t) => {
    const id = await createCampaign()
    const [first, second, third] = [freshNumber(), freshNumber(), freshNumber()]
    await addTasks(id, [
      {
        phone_number: `${first} / ${second} доб. 7`,
        further_numbers: [
          { phone_number: second },
          { phone_number: third, phone_extension: '0123' },
          { phone_number: `${first}, 555` },
        ],
      },
    ])
    t.match(await fixture.task(id), {
      ...numberOf(first),
      further_numbers: [numberOf(second, '7'), numberOf(third, '0123')],
    })
    const other = await createCampaign()
    await addTasks(other, [{ phone_number: first, phone_extension: '44' }])
    t.match(await fixture.task(other), numberOf(first, '44'))
  })

  t.test(
    'A task with text that is no number or extension is rejected, without its numbers in the reason',
    async (t) => {
      const id = await createCampaign()
      const [number, other] = [freshNumber(), freshNumber()]
      const cases: [task: object, pointer: string, code: string][] = [
        [{ phone_number: `${number} call after six` }, 'phone_number', 'text_beside_phone_number'],
        [{ phone_number: `${number} / 12` }, 'phone_number', 'text_beside_phone_number'],
        [
          { phone_number: number, further_numbers: [{ phone_number: other }, { phone_number: '123' }] },
          'further_numbers/1/phone_number',
          'invalid_phone_number',
        ],
        [
          { phone_number: `${number} x5`, phone_extension: '6' },
          'phone_extension',
          'text_beside_phone_number',
        ],
        [
          { phone_number: `${number} / ${other}`, phone_extension: '6' },
          'phone_extension',
          'several_phone_numbers',
        ],
      ]
      const { rejected, created } = await addTasks(
        id,
        cases.map(([task]) => task),
      )
      t.equal(created, 0)
      t.match(
        rejected,
        cases.map(([, field, code], index) => ({ index, pointer: `/tasks/${index}/${field}`, code })),
      )
      t.notMatch(JSON.stringify(rejected), /\d{7}/)
      for (const phone_extension of ['', '12a', '1'.repeat(16)])
        await t.rejects(addTasks(id, [{ phone_number: number, phone_extension }]), { message: /400/ })
    },
  )

  t.test('PATCH changes the extension and the further numbers of a task', async (t) => {
    const id = await createCampaign()
    const [first, second] = [freshNumber(), freshNumber()]
    await addTasks(id, [{ phone_number: first, phone_extension: '1' }])
    const { id: task } = await fixture.task(id)
    const patch = (body: object) => fixture.request('PATCH', `/api/call-tasks/${task}`, body)
    const further_numbers = [{ phone_number: `${second} доб. 5` }, { phone_number: `${first} доб. 9` }]
    t.match(await patch({ further_numbers }), {
      ...numberOf(first, '1'),
      further_numbers: [numberOf(second, '5')],
    })
    t.match(await patch({ phone_extension: '22' }), {
      ...numberOf(first, '22'),
      further_numbers: [numberOf(second, '5')],
    })
    t.match(await patch({ phone_extension: null, further_numbers: [] }), {
      ...numberOf(first),
      further_numbers: [],
    })
    const invalid = await s.request('PATCH', `/api/call-tasks/${task}`, fixture.company.headers, {
      further_numbers: [{ phone_number: second }, { phone_number: '12 ' }],
    })
    t.match(invalid, {
      status: 422,
      body: { code: 'invalid_phone_number', errors: [{ pointer: '/further_numbers/1/phone_number' }] },
    })
  })

  t.test(
    'An import with on_duplicate=update replaces the extension and further numbers that a row has',
    async (t) => {
      const id = await createCampaign()
      const [first, second, third] = [freshNumber(), freshNumber(), freshNumber()]
      await addTasks(id, [
        { phone_number: first, phone_extension: '1', further_numbers: [{ phone_number: second }] },
      ])
      const upload = async (cells: string) => {
        const file = `phone,work phone\n${cells}`
        const boundary = 'b'
        const part = (name: string, value: string, more = '') =>
          `--${boundary}\r\ncontent-disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`
        const body = `${part('on_duplicate', 'update')}${part('file', file, '; filename="list.csv"')}--${boundary}--`
        const headers = {
          ...fixture.company.headers,
          'content-type': `multipart/form-data; boundary=${boundary}`,
        }
        const response = await s.request('POST', `/api/campaigns/${id}/call-list`, headers, body)
        t.match(response.body, { updated: 1 })
        return fixture.task(id)
      }
      t.match(
        await upload(`${first},`),
        { ...numberOf(first, '1'), further_numbers: [numberOf(second)] },
        'empty cells change nothing',
      )
      t.match(await upload(`${first} доб. 2,${third} доб. 3`), {
        ...numberOf(first, '2'),
        further_numbers: [numberOf(third, '3')],
      })
    },
  )

  t.test('The carrier receives the extension, and the call shows it', async (t) => {
    const [plain, extended] = [freshNumber(), freshNumber()]
    const id = await fixture.startCampaign([
      { phone_number: plain },
      { phone_number: extended, phone_extension: '102' },
    ])
    const dialed = await fixture.dial()
    t.match(
      dialed.toSorted((a, b) => a.phone_number.localeCompare(b.phone_number)),
      [numberOf(plain), numberOf(extended, '102')],
    )
    const numbers = async () =>
      (await fixture.request('GET', `/api/calls?campaign_id=${id}`)).items
        .map(({ callee_number }: { callee_number: string }) => callee_number)
        .sort()
    t.same(await numbers(), [`${extended};ext=102`, plain].sort())
    const task = (await fixture.tasks(id)).find(
      ({ phone_extension }: { phone_extension: string | null }) => phone_extension !== null,
    )
    await fixture.request('PATCH', `/api/call-tasks/${task.id}`, { phone_extension: '5' })
    t.same(
      await numbers(),
      [`${extended};ext=102`, plain].sort(),
      'a later change of the task does not change it',
    )
    const exported = await fixture.request('GET', `/api/calls/export?campaign_id=${id}`)
    t.match(exported, `,"${extended};ext=102",`, 'in an export without an apostrophe')
    for (const call of dialed) await fixture.endCall(call, 'success')
    await fixture.settle()
  })

  t.test(
    'The extension of a contact is a variable of the prompt, and a list needs no column for it',
    async (t) => {
      const facts = ['The switchboard connects to extension {{phone_extension}}']
      const config = { ...exampleConfig, context: { ...exampleConfig.context, facts } }
      await fixture.request('PUT', `/api/skillbases/${fixture.bot}/config`, config)
      await fixture.request('POST', `/api/skillbases/${fixture.bot}/publish`, {})
      fixture.setNow(after(60))
      await fixture.startCampaign([{ phone_number: freshNumber(), phone_extension: '102' }])
      const [call] = await fixture.dial()
      const brief = await fixture.request('GET', `/api/calls/${call?.call_id}/brief`)
      t.match(brief.variables, [{ name: 'phone_extension', value: '102' }])
      await fixture.endCall(call as CallRef, 'success')
    },
  )
})
