// In this folder, because files start in the order of their paths, and this one takes minutes. One storm at a time: two would
// need the CPU of both cores.
import { test } from 'tap'
import { assertStorm } from '../storm/assert-storm.ts'

test('Campaigns call no contact twice and lose none while processes are killed, the database restarts, and an operator interferes', (t) =>
  assertStorm(t, 'simulated'))

test('With a LiveKit that is killed too, each attempt has at most one INVITE, and no room is left', (t) =>
  assertStorm(t, 'livekit'))
