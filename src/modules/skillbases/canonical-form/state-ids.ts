/** Latin letters of Cyrillic ones (BGN/PCGN, without its signs), with the letters of Ukrainian, Belarusian and Kazakh. */
const latinByCyrillic: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{ а: 'a', б: 'b', в: 'v', г: 'g', д: 'd', е: 'e', ё: 'e', ж: 'zh', з: 'z', и: 'i', й: 'y', к: 'k' },
    ...{ л: 'l', м: 'm', н: 'n', о: 'o', п: 'p', р: 'r', с: 's', т: 't', у: 'u', ф: 'f', х: 'kh', ц: 'ts' },
    ...{ ч: 'ch', ш: 'sh', щ: 'shch', ъ: '', ы: 'y', ь: '', э: 'e', ю: 'yu', я: 'ya' },
    ...{ і: 'i', ї: 'yi', є: 'ye', ґ: 'g', ў: 'u' },
    ...{ ә: 'a', ғ: 'g', қ: 'q', ң: 'n', ө: 'o', ұ: 'u', ү: 'u', һ: 'h' },
  }),
)

/** An id has at most 64 characters; the rest is for the number that makes it unique. */
const maxDerivedLength = 58

/**
 * The id of a state that has only a name: `Узнать имя` becomes `uznat_imya`. A name without letters or digits that can be
 * written in Latin gets the position of the state instead.
 *
 * @param position of the state in the flow, starting at 1
 * @param taken ids in lower case that the id must differ from; the new one is added
 */
export function deriveStateId(name: string, position: number, taken: Set<string>): string {
  const latin = [...name.normalize('NFC').toLowerCase()].map(
    (letter) => latinByCyrillic.get(letter) ?? letter,
  )
  const words = latin
    .join('')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '')
    .slice(0, maxDerivedLength)
    .replace(/_$/, '')
  const base = words === '' ? `state_${position}` : words
  let id = base
  for (let n = 2; taken.has(id); n++) id = `${base}_${n}`
  taken.add(id)
  return id
}
