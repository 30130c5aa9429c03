/** Whether one condition holds, and why. */
import { compared, equal, tested } from './comparison.ts';
import { isList, isRecord, type Json, structured } from './json.ts';
import { withinAmount, withinCalls } from './limits.ts';
import { scalarOf } from './operand.ts';
import { namesOf, sameArguments, succeeded } from './past.ts';
import { valuesAt } from './path.ts';
import { isFrom, leavesOf } from './provenance.ts';
import { referencesIn } from './references.ts';
import type { After, Condition, Right } from './rule.ts';
import type { Scope } from './scope.ts';
import { isWithin } from './time-window.ts';
import { allOf, anyOf, not, type Truth, truthOf } from './truth.ts';

export function holds(condition: Condition, scope: Scope): Truth {
  const { facts } = scope;
  if ('not' in condition) return not(holds(condition.not, scope));
  if ('anyOf' in condition) return anyOf(condition.anyOf.map((each) => holds(each, scope)));
  if ('allOf' in condition) return allOf(condition.allOf.map((each) => holds(each, scope)));
  if ('each' in condition) return eachHolds(condition, scope);
  if ('given' in condition)
    return truthOf((valuesAt(facts.arguments, condition.given) ?? []).some((value) => value !== null));
  if ('fields' in condition) return onlyFields(condition, scope);
  if ('after' in condition) return happened(condition, scope);
  if ('calls' in condition) return withinCalls(condition, facts).truth;
  if ('amount' in condition) return withinAmount(condition, facts).truth;
  if ('between' in condition) return isWithin(condition, facts);
  if ('from' in condition) return cameFrom(condition, scope);
  return compared(condition, scope);
}

function eachHolds({ each, all }: Extract<Condition, { each: unknown }>, scope: Scope): Truth {
  const [list, ...more] = valuesAt(scope.facts.arguments, each) ?? [];
  if (!isList(list) || more.length > 0 || list.length === 0) return 'unknown';
  return allOf(list.flatMap((item) => all.map((condition) => holds(condition, { ...scope, item }))));
}

function onlyFields({ fields, only }: Extract<Condition, { fields: unknown }>, { facts }: Scope): Truth {
  const values = valuesAt(facts.arguments, fields);
  if (values === undefined || values.length === 0) return 'unknown';
  return allOf(
    values.map((value) =>
      isRecord(value) ? truthOf(Object.keys(value).every((key) => only.includes(key))) : 'unknown',
    ),
  );
}

/** A call that was not made is a plain no; one whose result cannot be compared is neither. */
function happened({ after, same, with: given, shows }: After, scope: Scope): Truth {
  return anyOf(
    succeeded(scope.facts, namesOf(after)).map((past) =>
      allOf([
        sameArguments(scope.facts, past, same ?? []),
        valuesAre(past.arguments, given ?? {}, scope),
        shows === undefined ? 'yes' : shown(structured(past.result), shows, scope),
      ]),
    ),
  );
}

function shown(result: Json, { at = '', where }: NonNullable<After['shows']>, scope: Scope): Truth {
  const elements = valuesAt(result, at);
  return elements === undefined ? 'unknown' : anyOf(elements.map((element) => valuesAre(element, where, scope)));
}

function valuesAre(value: Json, wanted: { readonly [path: string]: Right }, scope: Scope): Truth {
  return allOf(
    Object.entries(wanted).map(([path, right]) => {
      const scalar = scalarOf(right, scope, tested);
      if (scalar === undefined) return 'unknown';
      const found = valuesAt(value, path);
      // An object that has no such value does not have this one; of anything else it cannot be said.
      if (found === undefined) return isRecord(value) ? 'no' : 'unknown';
      return found.length === 1 ? equal(found[0], scalar) : 'unknown';
    }),
  );
}

function cameFrom(condition: Extract<Condition, { from: unknown }>, scope: Scope): Truth {
  const { from } = condition;
  const whole = 'argument' in condition;
  const values = valuesAt(scope.facts.arguments, whole ? condition.argument : condition.references);
  if (values === undefined) return 'unknown';
  const leaves = values.flatMap(leavesOf);
  const looked = whole ? leaves : leaves.flatMap((leaf) => referencesIn(String(leaf)));
  if (looked.length === 0) return whole ? 'unknown' : 'yes';
  return allOf(looked.map((value) => isFrom(value, from, scope.sources())));
}
