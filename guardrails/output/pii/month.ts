/** The months in the languages that write dates in words, full and cut short. */

const NAMES: readonly string[] = [
  'january jan januar jänner janvier janv enero ene gennaio gen janeiro januari',
  'february feb februar février févr fevrier febrero febbraio fevereiro fev februari',
  'march mar märz mrz mars marzo março marco maart mrt',
  'april apr avril avr abril aprile abr',
  'may mai mayo maggio mag maio mei maj',
  'june jun juni juin junio giugno giu junho',
  'july jul juli juillet juil julio luglio lug julho',
  'august aug août aout agosto ago augustus augusti',
  'september sep sept septembre septiembre settembre set setembro',
  'october oct oktober okt octobre octubre ottobre ott outubro out',
  'november nov novembre noviembre novembro',
  'december dec dezember dez décembre déc decembre diciembre dic dicembre dezembro',
];

const MONTH_OF: ReadonlyMap<string, number> = new Map(
  NAMES.flatMap((names, index) => names.split(' ').map((name) => [name, index + 1] as const)),
);

/** 1 to 12, or undefined where the word is no month. */
export function monthOf(word: string): number | undefined {
  return MONTH_OF.get(word.toLowerCase());
}
