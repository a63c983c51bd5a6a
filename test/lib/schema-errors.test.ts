import { test } from 'tap'
import { ajvWithFormats } from '../../src/lib/schema/ajv.ts'
import { fieldErrors } from '../../src/lib/schema/schema-errors.ts'

/** The errors of a value as a request gets them. */
function errorsOf(schema: object, value: unknown) {
  const ajv = ajvWithFormats({ allErrors: true, verbose: true, schemas: named })
  const validate = ajv.compile(schema)
  validate(value)
  return fieldErrors(validate.errors ?? []).map(({ pointer, detail }) => `${pointer} ${detail}`)
}

const closed = { type: 'object', additionalProperties: false }
const kind = (name: string) => ({ type: 'string', const: name })
const circle = {
  ...closed,
  required: ['kind', 'radius'],
  properties: { kind: kind('circle'), radius: { type: 'number' } },
}
const square = {
  ...closed,
  required: ['kind', 'side'],
  properties: { kind: kind('square'), side: { type: 'number' } },
}
const named = [
  { $id: 'Circle', ...circle },
  { $id: 'Square', ...square },
]

test('The branch of a union is the one that a field with constants names', (t) => {
  const shape = { anyOf: [circle, square] }
  t.same(errorsOf(shape, { kind: 'circle', radius: 'big' }), ['/radius Must be a number. Received "big".'])
  t.same(errorsOf(shape, { kind: 'square', radius: 1 }), [
    '/side This field is required.',
    '/radius Unknown field. Allowed: kind, side.',
  ])
  t.same(errorsOf(shape, { kind: 'Square', side: 1 }), [
    '/kind Must be one of: circle, square. Did you mean "square"? Received "Square".',
  ])
  t.same(errorsOf(shape, { side: 1 }), ['/kind Must be one of: circle, square. Received nothing.'])
  t.same(errorsOf(shape, 'circle'), [' Must be an object. Received "circle".'])
  t.end()
})

test('The branch of a union is the one of the type of the value', (t) => {
  const schema = {
    anyOf: [{ type: 'number', minimum: 1 }, { type: 'string', minLength: 3 }, { type: 'null' }],
  }
  t.same(errorsOf(schema, 0), [' Must be at least 1. Received 0.'])
  t.same(errorsOf(schema, 'ab'), [' Must have at least 3 characters. Received "ab".'])
  t.same(errorsOf(schema, []), [' Must be a number, a string or null. Received an empty array.'])
  t.same(errorsOf({ anyOf: [{ type: 'string', enum: ['a', 'b'] }, { type: 'null' }] }, 7), [
    ' Must be one of: a, b. Received 7.',
  ])
  t.end()
})

test('The branch of a union of objects without such a field is the one with the deepest error', (t) => {
  const near = {
    ...closed,
    required: ['place'],
    properties: { place: { ...closed, required: ['x'], properties: { x: { type: 'number' } } } },
  }
  const far = { ...closed, required: ['distance'], properties: { distance: { type: 'number' } } }
  t.same(errorsOf({ anyOf: [far, near] }, { place: { x: 'left' } }), [
    '/place/x Must be a number. Received "left".',
  ])
  const nested = { ...closed, properties: { shape: { anyOf: [circle, { type: 'null' }] } } }
  t.same(errorsOf({ anyOf: [far, nested] }, { shape: { kind: 'circle', radius: null } }), [
    '/shape/radius Must be a number. Received null.',
  ])
  t.end()
})

test('Branches that refer to named schemas are distinguished by the type and the deepest error', (t) => {
  const schema = { anyOf: [{ type: 'string' }, { $ref: 'Circle#' }] }
  t.same(errorsOf(schema, { kind: 'circle', radius: 'big' }), ['/radius Must be a number. Received "big".'])
  t.same(errorsOf(schema, 5), [' Must be a string or an object. Received 5.'])
  const list = { type: 'array', items: { anyOf: [{ $ref: 'Circle#' }, { type: 'null' }] } }
  t.same(errorsOf(list, [{ kind: 'circle', radius: 1 }, { kind: 'circle' }]), [
    '/1/radius This field is required.',
  ])
  t.end()
})

test('A long list of allowed values is cut, and states how many are left out', (t) => {
  const values = Array.from({ length: 500 }, (_, i) => `value_${i}`)
  const [error = ''] = errorsOf({ type: 'string', enum: values }, 'x')
  t.match(error, /^ Must be one of: value_0, value_1, .* and \d+ more\. Received "x"\.$/)
  t.ok(error.length < 1_400, `${error.length} characters`)
  t.end()
})
