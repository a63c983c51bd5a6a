/** Called for each tag and text, in order. Tag names are local: without the prefix of a namespace. */
export interface XmlHandler {
  /** `attributes` is the text between the name and the end of the tag, for `attributeOf`. */
  open(name: string, attributes: string): void
  close(name: string): void
  /** A long text may arrive in several parts. */
  text(text: string): void
}

const bang = '!'.charCodeAt(0)
const slash = '/'.charCodeAt(0)
const question = '?'.charCodeAt(0)
/** Maximum characters of one tag, comment or text that is kept until its end arrives: the text of a cell has up to 32,767. */
const maxTokenLength = 2 ** 18

/** Scans the XML of workbook parts, which arrives in chunks. Entities other than the five of XML are not resolved. */
export class XmlScanner {
  private readonly handler: XmlHandler
  private rest = ''

  constructor(handler: XmlHandler) {
    this.handler = handler
  }

  /** @throws RangeError when a tag is too long */
  write(chunk: string): void {
    const xml = this.rest + chunk
    let position = 0
    while (position < xml.length) {
      const end = xml[position] === '<' ? this.readTag(xml, position) : this.readText(xml, position)
      if (end === undefined) break
      position = end
    }
    this.rest = xml.slice(position)
    if (this.rest.length > maxTokenLength) throw new RangeError('a tag or text of the XML is too long')
  }

  /** Returns the end of the text; undefined when it is cut off. */
  private readText(xml: string, start: number): number | undefined {
    const end = xml.indexOf('<', start)
    if (end === -1) return undefined
    this.handler.text(decodeEntities(xml.slice(start, end)))
    return end
  }

  /** Returns the end of the tag, comment or declaration; undefined when it is cut off. */
  private readTag(xml: string, start: number): number | undefined {
    const kind = xml.charCodeAt(start + 1)
    if (kind === bang || kind === question || Number.isNaN(kind)) return this.readDeclaration(xml, start)
    const end = endOfTag(xml, start)
    if (end === -1) return undefined
    if (kind === slash) {
      this.handler.close(localName(xml.slice(start + 2, end).trimEnd()))
      return end + 1
    }
    const isEmpty = xml.charCodeAt(end - 1) === slash
    const tag = xml.slice(start + 1, isEmpty ? end - 1 : end)
    const nameEnd = tag.search(/\s/)
    const name = localName(nameEnd === -1 ? tag : tag.slice(0, nameEnd))
    this.handler.open(name, nameEnd === -1 ? '' : tag.slice(nameEnd))
    if (isEmpty) this.handler.close(name)
    return end + 1
  }

  private readDeclaration(xml: string, start: number): number | undefined {
    const cdata = '<![CDATA['
    if (cdata.startsWith(xml.slice(start, start + cdata.length)) || xml.startsWith(cdata, start)) {
      const end = xml.indexOf(']]>', start)
      if (end === -1) return undefined
      this.handler.text(xml.slice(start + cdata.length, end))
      return end + 3
    }
    const terminator = xml.startsWith('<!--', start) ? '-->' : '>'
    const end = xml.indexOf(terminator, start)
    return end === -1 ? undefined : end + terminator.length
  }
}

/** Position of the > that ends a tag; -1 when it is cut off. A > within quotes belongs to an attribute. */
function endOfTag(xml: string, start: number): number {
  const end = xml.indexOf('>', start)
  if (end === -1 || !/["']/.test(xml.slice(start, end).replace(/"[^"]*"|'[^']*'/g, ''))) return end
  let quote = ''
  for (let i = start; i < xml.length; i++) {
    const character = xml[i] as string
    if (quote !== '') quote = character === quote ? '' : quote
    else if (character === '"' || character === "'") quote = character
    else if (character === '>') return i
  }
  return -1
}

const localName = (name: string) => (name.includes(':') ? name.slice(name.indexOf(':') + 1) : name)

/** The value of an attribute, by its local name; undefined when the tag does not have it. */
export function attributeOf(attributes: string, name: string): string | undefined {
  const usual = attributes.indexOf(` ${name}="`)
  if (usual !== -1) {
    const start = usual + name.length + 3
    return decodeEntities(attributes.slice(start, attributes.indexOf('"', start)))
  }
  for (let at = attributes.indexOf(name); at !== -1; at = attributes.indexOf(name, at + 1)) {
    if (!/[\s:]/.test(attributes[at - 1] ?? '')) continue
    const value = /^\s*=\s*(?:"([^"]*)"|'([^']*)')/.exec(attributes.slice(at + name.length))
    if (value !== null) return decodeEntities(value[1] ?? value[2] ?? '')
  }
  return undefined
}

const entities = new Map(Object.entries({ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }))
const maxCodePoint = 0x10ffff

function decodeEntities(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&(?:#x([\da-f]+)|#(\d+)|(\w+));/gi, (entity, hex, decimal, name) => {
    if (name !== undefined) return entities.get(name) ?? entity
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
    return code <= maxCodePoint ? String.fromCodePoint(code) : entity
  })
}

/** Texts of a workbook write characters that XML forbids, and line ends, as _xHHHH_. */
export const decodeOoxmlEscapes = (text: string): string =>
  text.includes('_x')
    ? text.replace(/_x([\dA-F]{4})_/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
    : text
