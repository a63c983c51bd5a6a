import { test } from 'tap'
import { isEncodingLabel } from '../../src/modules/call-lists/file/encoding.ts'
import { failureOf, readFile } from './read-file.ts'
import { encoded } from './setup.ts'

/** Lists of names per encoding. Those of `encoding-words.ts` are left out where the language has enough others. */
const lists: Record<string, string[]> = {
  'windows-1252': [
    'Jürgen Müller;Köln|René Strauß;Düsseldorf',
    'Überall;Größler|Ströbele;Fürstenfeldbruck',
    'Mélissa Lefèvre;Crémieux|Barthélemy;Sète',
    'Cañizares;Villaseñor|Ordóñez;Peñíscola',
    'Hélder Ferrão;Iglésias|Conceição;Covilhã',
    'Brønnum;Rønne|Håkonsen;Ålesund',
    'Löfgren;Gävle|Måns;Umeå',
    'Forlì;Gabriè|Niccolò;Canicattì',
    'Þórunn;Ísafjörður',
    'MÜLLER;KÖLN|JOSÉ;LEÓN',
    'Nicolò Noè;Canicattì',
    'Weiß',
    'Zoë',
    'Muñoz',
  ],
  'windows-1250': [
    'Głowacki;Zgierz|Mikołaj Pękała;Słupsk',
    'Řezníček;Litoměřice|Hořejší;Děčín',
    'Milošević;Čačak|Đorđević;Užice',
    'Szűcs;Hódmezővásárhely|Gergő;Győr',
    'Răducanu;Bucureşti|Dragoş;Bacău',
    'Ľubica;Ružomberok|Ďurovič;Trenčín',
    'ŁUKASZ;ŁÓDŹ',
    'Wiśniewski',
    'Jiří',
    'Bączek',
  ],
  'windows-1254': [
    'Ayşe Yılmaz;İstanbul|Oğulcan;Muğla',
    'Hakan Çalhanoğlu;Balıkesir|Barış;Kırklareli',
    'ŞÜKRÜ ÖZDOĞAN;DİYARBAKIR',
    'İSMAİL YILDIRIM',
    'Işık',
    'Erdoğan',
  ],
  'windows-1251': [
    'Анна Иванова;Пермь|Пётр Щукин;Орёл',
    'Зухра;Ташкент|Гурген;Ереван',
    'Іванна Їжак;Київ|Євген;Львів',
    'АННА ИВАНОВА;ПЕРМЬ',
    'Эмма',
    'Ким',
  ],
  'koi8-r': ['Анна Иванова;Пермь|Пётр Щукин;Орёл', 'АННА ИВАНОВА', 'Эмма', 'Хасан'],
  ibm866: ['Анна Иванова;Пермь|Пётр Щукин;Орёл', 'АННА ИВАНОВА', 'Эмма', 'Хасан'],
  'x-mac-cyrillic': ['Анна Иванова;Пермь|Пётр Щукин;Орёл', 'Юрий Жуков'],
  'iso-8859-5': ['Анна Иванова;Пермь|Пётр Щукин;Орёл'],
  macintosh: [
    'Jürgen Müller;Köln|René Strauß;Düsseldorf',
    'Mélissa Lefèvre;Crémieux|François;Besançon',
    'Cañizares;Villaseñor|José;León',
    'Sjöberg;Umeå',
  ],
  'iso-8859-2': ['Łukasz Świątek;Łódź|Wójcik;Kraków', 'Jiří Dvořák;Plzeň|Šárka;Ústí'],
}

test('Single-byte encodings are detected by the text that results', async (t) => {
  for (const [encoding, texts] of Object.entries(lists)) {
    for (const names of texts) {
      const rows = names.split('|').map((name, i) => `+491511234560${i};${name}`)
      const { reading, rows: read } = await readFile(
        encoded(`phone;name;city\r\n${rows.join('\r\n')}`, encoding),
      )
      const texts = read.map(({ contact_name, contact_data: { city } }) =>
        [contact_name, ...(city === undefined ? [] : [city])].join(';'),
      )
      t.equal(texts.join('|'), names, `${encoding} read as ${reading.encoding}`)
    }
  }
})

test('The encoding of a long list is detected by all its languages', async (t) => {
  const mixed = ['Müller', 'Lefèvre', 'Muñoz', 'Ferrão', 'Brønnum', 'Löfgren', 'Niccolò'].map(
    (name, i) => `+4915112345${600 + i};${name}`,
  )
  const { reading, rows } = await readFile(encoded(`phone;name\n${mixed.join('\n')}`, 'windows-1252'))
  t.equal(reading.encoding, 'windows-1252')
  t.equal(rows[2]?.contact_name, 'Muñoz')
})

test('A request names an encoding by any WHATWG label', async (t) => {
  const cases: [string, string][] = [
    ['latin1', 'Jürgen'],
    ['cp1252', 'Jürgen'],
    ['windows-1253', 'Γιώργος'],
    ['iso-8859-15', 'Cœur'],
    ['windows-1257', 'Žemaitė'],
    ['mac', 'Jürgen'],
    ['KOI8-U', 'Їжак'],
  ]
  for (const [label, name] of cases) {
    t.ok(isEncodingLabel(label), label)
    const file = encoded(`phone;name\n+4915112345601;${name}`, label)
    const { reading, rows } = await readFile(file, { encoding: label })
    t.equal(rows[0]?.contact_name, name, label)
    t.equal(reading.encoding, label)
  }
  const japanese = Buffer.from('phone,name\n+819012345678,\x8d\x82\x8b\xb4', 'latin1')
  t.equal((await readFile(japanese, { encoding: 'shift_jis' })).rows[0]?.contact_name, '高橋')
  t.notOk(isEncodingLabel('ebcdic'))
  t.equal(await failureOf(japanese, { encoding: 'utf-8' }), 'invalid_encoding')
})
