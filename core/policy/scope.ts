/** What the evaluation of a condition can see: the facts, and inside `each` the element. */
import type { Facts } from './facts.ts';
import type { Json } from './json.ts';
import type { Sources } from './provenance.ts';

export interface Scope {
  readonly facts: Facts;
  readonly item?: Json;
  /** Texts are prepared when a condition first asks where a value came from. */
  sources(): Sources;
}
