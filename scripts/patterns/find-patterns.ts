import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

export interface Pattern {
  file: string
  /** Undefined in the OpenAPI document. */
  line?: number
  /** The regular expression, or the argument of RegExp() as it is written when `isComputed`. */
  source: string
  flags: string
  /** Built at run time from other texts, so that it cannot be checked. */
  isComputed: boolean
}

/** The flags with which Ajv compiles the patterns of JSON schemas. */
const schemaFlags = 'u'

/** Returns every regular expression in the TypeScript files of some folders: literals, RegExp(), and patterns of JSON schemas. */
export function findPatterns(folders: readonly string[]): Pattern[] {
  return folders
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
    )
    .filter((file) => file.endsWith('.ts'))
    .flatMap(patternsInFile)
}

function patternsInFile(file: string): Pattern[] {
  const sourceFile = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true)
  const patterns: Pattern[] = []
  const constants = stringConstants(sourceFile)
  const constantText = (node: ts.Node | undefined) =>
    node === undefined || !ts.isIdentifier(node) ? literalText(node) : constants.get(node.text)
  const add = (node: ts.Node, source: string, flags: string, isComputed = false) => {
    const { line } = sourceFile.getLineAndCharacterOfPosition(node.getStart())
    patterns.push({ file, line: line + 1, source, flags, isComputed })
  }
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/')
      add(node, node.text.slice(1, end), node.text.slice(end + 1))
    } else if (isRegExpConstruction(node)) {
      const [source, flags] = node.arguments ?? []
      const text = constantText(source)
      add(node, text ?? textOf(source), literalText(flags) ?? '', text === undefined)
    } else if (isPatternProperty(node)) {
      const text = constantText(node.initializer)
      if (text !== undefined) add(node, text, schemaFlags)
    }
    ts.forEachChild(node, visit)
  }
  visit(sourceFile)
  return patterns
}

const isRegExpConstruction = (node: ts.Node): node is ts.NewExpression | ts.CallExpression =>
  (ts.isNewExpression(node) || ts.isCallExpression(node)) &&
  ts.isIdentifier(node.expression) &&
  node.expression.text === 'RegExp'

const isPatternProperty = (node: ts.Node): node is ts.PropertyAssignment =>
  ts.isPropertyAssignment(node) && node.name.getText() === 'pattern'

const literalText = (node: ts.Node | undefined) =>
  node !== undefined && ts.isStringLiteralLike(node) ? node.text : undefined

/** The texts of a file's constants, by name. */
const stringConstants = (file: ts.SourceFile): ReadonlyMap<string, string> =>
  new Map(
    file.statements
      .filter(ts.isVariableStatement)
      .flatMap(({ declarationList }) => declarationList.declarations)
      .flatMap(({ name, initializer }) => {
        const text = literalText(initializer)
        return text === undefined ? [] : [[name.getText(), text] as const]
      }),
  )

/** The text of a node in one line. */
const textOf = (node: ts.Node | undefined) => (node?.getText() ?? '').replace(/\s+/g, ' ')

/** Returns the patterns of the schemas in an OpenAPI document; those that are built from constants are only found here. */
export function schemaPatterns(file: string): Pattern[] {
  const found = new Set<string>()
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    for (const [name, inner] of Object.entries(value)) {
      if (name === 'pattern' && typeof inner === 'string') found.add(inner)
      if (name === 'patternProperties') for (const pattern of Object.keys(inner)) found.add(pattern)
      visit(inner)
    }
  }
  visit(JSON.parse(readFileSync(file, 'utf8')))
  return Array.from(found, (source) => ({ file, source, flags: schemaFlags, isComputed: false }))
}
