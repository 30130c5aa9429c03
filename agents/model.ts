/** What an author says about the models of an agent. */
import { type FallbackModel, type ModelManifest, modelNameOf } from '../core/manifest.ts';
import type { Wrong } from './definition-error.ts';
import { type Duration, timeoutOf } from './duration.ts';

export type ModelSpec = Omit<ModelManifest, 'timeoutMs' | 'fallbacks'> & { readonly timeout?: Duration };

/** `fallbacks`: models to go on with, in this order, when the first does not answer. */
export type ModelsSpec = string | (ModelSpec & { readonly fallbacks?: readonly (string | ModelSpec)[] });

/** No "_" and no "-" at an end or beside another: so it can be read back from a variable's name, see `config.ts`. */
const PROVIDER = /^(?=.{1,63}$)[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** @throws DefinitionError */
export function modelOf(spec: ModelsSpec, wrong: Wrong): ModelManifest {
  const { fallbacks = [], ...first } = typeof spec === 'string' ? { name: spec } : spec;
  const model = oneModelOf(first, wrong);
  const others = fallbacks.map((other) => oneModelOf(typeof other === 'string' ? { name: other } : other, wrong));
  checkDifferent([model, ...others], wrong);
  return { ...model, ...(others.length === 0 ? {} : { fallbacks: others }) };
}

function oneModelOf({ timeout = '120s', ...rest }: ModelSpec, wrong: Wrong): FallbackModel {
  if (rest.name.trim() === '') throw wrong('has no model', 'Name one, e.g. model: "gpt-4o-mini".');
  if (rest.provider !== undefined && !PROVIDER.test(rest.provider)) {
    throw wrong(
      `has a model of the provider ${JSON.stringify(rest.provider)}`,
      'Use lower-case letters and digits with single "-" between them, e.g. "azure-eu"; leave it out for the default one.',
    );
  }
  return { ...rest, timeoutMs: timeoutOf(timeout, wrong) };
}

function checkDifferent(models: readonly FallbackModel[], wrong: Wrong): void {
  const seen = new Map<string, FallbackModel>();
  for (const model of models) {
    const name = modelNameOf(model);
    const other = seen.get(name);
    if (other !== undefined && other.provider === model.provider) {
      throw wrong(`falls back on the model "${name}" twice`, 'Name every model once.');
    }
    // A gateway's models have such names, and its breaker would stop the one that is to stand in for it.
    if (other !== undefined) {
      throw wrong(`has two models that are called "${name}" with their provider`, 'Give the provider another name.');
    }
    seen.set(name, model);
  }
}
