/** An actor that never waits for its turn: for contract tests, which compare the ports here with the real ones. */
import { Actor, type CallKind } from './actor.ts';

export class Alone extends Actor {
  override async call<T>(_name: string, _kind: CallKind, run: (cut: boolean) => T): Promise<T> {
    return run(false);
  }
}
