/** Promises in German, as folded words: without umlauts' dots, ß as ss. */
import type { Patterns } from './categories.ts';

const SURELY = 'hiermit|auch|selbstverstandlich|naturlich|personlich|gerne|gern|fest|immer|ihnen|dir|euch|das|es';
const VERB = 'garantiere|garantieren|verspreche|versprechen|gewahrleiste|gewahrleisten|schwore|schworen';

export const GERMAN: Patterns = {
  guarantee: [
    `ich|wir ${SURELY}? ${SURELY}? ${VERB}`,
    `${VERB} ich|wir`,
    'ich|wir kann|konnen|werde|werden|mochte|mochten ..6 garantieren|versprechen|gewahrleisten|zusichern',
    'kann|konnen|werde|werden ich|wir ..6 garantieren|versprechen|gewahrleisten|zusichern',
    'ich|wir sichere|sichern|versichere|versichern ihnen|dir ..1 ,? dass sie|du|ihr ..6 bekommen|erhalten|zuruckbekommen|gewinnen|bekommst|erhaltst|zuruckerhalten',
    'erstattung|ruckerstattung|geld|lieferung|zusage|ergebnis|erfolg|entschadigung|genehmigung|preis ist|sind|wird|werden ..2 garantiert',
    'garantierte|garantierten|garantierter volle|vollen|voller? erstattung|ruckerstattung|lieferung|entschadigung|genehmigung|zusage',
    'sie bekommen|erhalten garantiert ..3 geld|erstattung|ruckerstattung|entschadigung|zusage',
    '100 %|prozent ..2 garantiert|garantie|garantierte',
    'sie_haben|du_hast|haben_sie|hast_du mein|unser wort',
    'gebe|geben ich|wir ihnen|dir mein|unser wort',
    'ich|wir gebe|geben ihnen|dir mein|unser wort',
    'mein|unser ehrenwort',
  ],
  binding: [
    'rechtsverbindlich*',
    'rechtlich bindend|bindende|bindendes|verbindlich|verbindliche|verbindliches',
    'angebot|zusage|preis|zusicherung|vereinbarung|erklarung|versprechen ist|sind|gilt ..3 verbindlich|bindend',
    'verbindliche|verbindliches|verbindlichen|bindende|bindendes zusage|angebot|zusicherung|versprechen|preiszusage',
  ],
  liability: [
    'wir|ich ubernehmen|ubernehme ..3 haftung|schuld',
    'wir|ich haften|hafte fur|vollstandig|in|voll',
    'wir|ich erkennen|erkenne|gestehen|gestehe|raumen|raume ..3 schuld|haftung|verschulden|versaumnis an|ein|zu',
    'wir|ich sind|bin ..2 haftbar|schuld|schadenersatzpflichtig|schadensersatzpflichtig',
    'es|das war|ist allein|ganz|vollstandig|eindeutig unsere|meine schuld',
  ],
  damages: [
    'wir|ich zahlen|zahle|bezahlen|bezahle|ersetzen|ersetze|erstatten|erstatte|ubernehmen|ubernehme|begleichen|leisten ..4 schaden|schadenersatz|schadensersatz|verluste|verlust|anwaltskosten|arztkosten|schmerzensgeld|folgekosten',
    'wir|ich kommen|komme ..2 fur ..2 schaden|verluste|verlust|kosten ..1 auf',
    'wir|ich werden|werde ..5 schaden|schadenersatz|schadensersatz|verluste|verlust|anwaltskosten|schmerzensgeld ..1 zahlen|bezahlen|ersetzen|erstatten|ubernehmen|leisten|begleichen',
  ],
  outcome: [
    'egal|gleich was passiert|kommt|geschieht|sein_mag ,? ..2 sie|wir|ich ..2 bekommen|erhalten|erstatten|zahlen|zahle|erstatte|geld',
    'egal|gleich was passiert|kommt|geschieht ,? bekommen|erhalten|erstatten|zahlen|zahle|erstatte sie|wir|ich',
    'sie|wir|ich bekommen|erhalten|erstatten|zahlen|zahle|erstatte ..7 bedingungslos|unter_allen_umstanden|egal_was|ohne_jede_bedingung',
    'unter allen umstanden bekommen|erhalten|erstatten|zahlen sie|wir',
  ],
  medical: [
    'sie mussen|brauchen nicht|keinen ..1 arzt|arztin !attest|bescheinigung',
    'sie konnen|sollten ..3 medikament|medikamente|tabletten|insulin|antibiotika|dosis ..2 absetzen|weglassen|verdoppeln|mischen',
    'ist|sind vollig|vollkommen|absolut|ganz? unbedenklich|ungefahrlich|sicher fur sie ..1 einzunehmen|zu_nehmen',
    'heilt|heilen ihre|sie|garantiert|jede|die',
    'als ihr|ihre arzt|arztin|therapeut|therapeutin',
  ],
  legal: [
    'sie werden|wurden ..2 den|diesen|ihren|jeden prozess|rechtsstreit|fall|klage ..1 gewinnen',
    'sie gewinnen sicher|garantiert|bestimmt|auf_jeden_fall? den|diesen|ihren|jeden prozess|rechtsstreit|fall',
    'sie brauchen keinen|keine anwalt|anwaltin|rechtsanwalt|rechtsbeistand',
    'das|es|dies ist vollig|vollkommen|absolut|ganz legal',
    'als ihr|ihre anwalt|anwaltin|rechtsanwalt',
  ],
  financial: [
    'garantierte|garantierten|sichere|risikofreie|risikolose ..1 rendite|renditen|gewinn|gewinne|anlage|ertrage',
    'sie konnen|werden kein|nie|niemals geld|etwas? ..1 verlieren',
    'kurs|kurse|preis|preise|aktie|aktien|wert wird|werden ..1 sicher|garantiert|bestimmt steigen',
    'als ihr|ihre finanzberater|steuerberater|anlageberater',
  ],
  price: [
    'fur nur? 1|einen €|euro|dollar !mehr|pro|je|zusatzlich|extra|im|aufpreis',
    'wir|ich unterbieten|unterbiete jeden|jedes|alle ..2 preis|preise|angebot',
    'tiefpreisgarantie|bestpreisgarantie|geld_zuruck_garantie_ohne',
    'fur immer|lebenslang|ewig kostenlos|gratis|umsonst',
    'lebenslang|ein_leben_lang|fur_immer kostenlos|gratis|umsonst',
    'sie mussen|werden nie|niemals|nie_wieder|nie_mehr ..2 zahlen|bezahlen',
  ],
  refund: [
    'sie bekommen|erhalten|werden ..5 erstattung|ruckerstattung|geld_zuruck|zuruckbekommen|zuruckerhalten|erstattet',
    'wir|ich erstatten|erstatte ihnen|dir|den|das|alles',
    'wir|ich werden|werde ..6 erstatten|zuruckzahlen|zuruckerstatten',
  ],
  discount: [
    'ich|wir kann|konnen|werde|werden|gebe|geben|gewahre|gewahren|schenke|schenken ..5 rabatt|gutschein|nachlass|preisnachlass|upgrade|gutschrift|kostenlos',
    'sie bekommen|erhalten ..4 rabatt|gutschein|nachlass|preisnachlass|upgrade|gutschrift',
  ],
  deadline: [
    'wird|werden|kommt|kommen|trifft ..2 morgen|heute|bis|spatestens|innerhalb|am ..4 geliefert|zugestellt|da_sein|ankommen|an|eintreffen|erledigt|verschickt|versandt',
  ],
};
