/** What a text calls the value that follows: "phone", "order", "passport". The nearest such word decides. */

export type LabelKind =
  | 'phone'
  | 'card'
  | 'ssn'
  | 'passport'
  | 'license'
  | 'birth'
  | 'secret'
  | 'ip'
  /** A version, a section, an order, a price: a number that is nobody's. */
  | 'version'
  | 'reference';

export interface Label {
  readonly kind: LabelKind;
  /** The words between the label and the value, lower case. */
  readonly between: readonly string[];
}

const WORDS: Readonly<Record<LabelKind, string>> = {
  phone: `phone phones telephone telephones tel tél téléphone telefon telefono teléfono telefone telefoon telefonnummer
    telefoonnummer mobile mobil móvil movil celular cell cellphone cellular handy handynummer gsm fax call called calling
    calls callback ring dial sms text texted texting message messages whatsapp viber reach reachable reached contact hotline
    landline line voicemail desk pager touch speak dialed dialled answerphone switchboard helpline appeler appelez llame llamar llama ligue ligar anrufen anruf rufen chiama chiamare bellen
    puhelin matkapuhelin тел телефон звоните τηλέφωνο`,
  card: `card cards cc visa mastercard amex maestro discover jcb diners pan karte kreditkarte kartennummer carte tarjeta
    carta cartão kaart kreditkort`,
  ssn: 'ssn ssns itin socialsecurity',
  passport: 'passport passports reisepass pass passeport pasaporte passaporto passaporte paspoort pas passnummer',
  license: `license licence licenses licences dl dln führerschein führerscheinnummer permis rijbewijs patente körkort
    carné`,
  birth: `born birth birthdate birthday dob dobs geboren geb geburtsdatum geburtstag naissance né née nacimiento nacido
    nacida nascita nato nata nascimento nascido nascida geboortedatum född født syntynyt`,
  secret: `secret secrets token tokens bearer apikey api_key key keys password passwort passwd pwd credential credentials
    authorization access_key secret_key access_token client_secret`,
  ip: 'ip ipv ips ipaddress host server client_ip',
  version: `version versions release build firmware v ver section sections chapter clause article paragraph item step
    android ios kernel`,
  reference: `order orders tracking track parcel parcels shipment package packages invoice invoices ref reference
    references booking bookings reservation reservations confirmation case cases ticket tickets eticket flight flights
    account accounts acct policy claim claims member membership loyalty flyer sku serial model part product products isbn
    ean upc issn doi transaction transactions batch voucher coupon gift total amount price cost costs sum zip postcode vin
    imei pnr waybill awb docket iban bestellung bestellnummer auftrag rechnung sendung sendungsnummer buchung kundennummer
    commande suivi facture colis réservation pedido factura reserva envío seguimiento ordine fattura prenotazione spedizione
    quoting quote id ids receipt rma lot code codes pin otp
    seat seats gate gates terminal room rooms platform size sizes dimensions weight height width length quantity qty stock
    score scores barcode asin hs range between copy copies edition`,
};

const KIND_OF: ReadonlyMap<string, LabelKind> = new Map(
  (Object.keys(WORDS) as LabelKind[]).flatMap((kind) => WORDS[kind].split(/\s+/).map((word) => [word, kind] as const)),
);

/** Scripts that put no space around a word. */
const UNSPACED: readonly (readonly [string, LabelKind])[] = [
  ['电话', 'phone'],
  ['電話', 'phone'],
  ['手机', 'phone'],
  ['手機', 'phone'],
  ['携帯', 'phone'],
  ['전화', 'phone'],
  ['护照', 'passport'],
  ['旅券', 'passport'],
  ['订单', 'reference'],
  ['注文', 'reference'],
  ['出生', 'birth'],
  ['生日', 'birth'],
  ['生年月日', 'birth'],
  ['卡号', 'card'],
];

const WORD = /[\p{L}_]+/gu;
/** So far back a label is looked for, in characters. */
const REACH = 64;
/** "my number", "Ann's number", "the new number": whose or which it is, and not what of, makes it one to call. */
const OWNER = new Set(
  `my your his her their our its s mein meine ihre mon ma votre mi mio tu su meu seu the this that these those a another any
    following new old other same right correct wrong current private personal direct main emergency office work home business
    daytime evening contact`.split(/\s+/),
);
const NUMBER = new Set(['number', 'numbers', 'nummer', 'numéro', 'número', 'numero']);
/** Words that may stand between a label and its value without taking the value away from it. */
const FILLER = new Set([
  ...NUMBER,
  ...OWNER,
  ...['no', 'nr', 'num', 'is', 'was', 'are', 'as', 'the', 'of', 'a', 'an', 'ist', 'est', 'es', 'lautet'],
]);

/** The nearest label before `at`, at most 64 characters and eight words away. */
export function labelBefore(text: string, at: number): Label | undefined {
  const words =
    text
      .slice(Math.max(0, at - REACH), at)
      .toLowerCase()
      .match(WORD) ?? [];
  for (let index = words.length - 1; index >= 0 && index >= words.length - 8; index--) {
    const kind = kindOf(words[index] ?? '', words[index - 1] ?? '');
    if (kind !== undefined) return { kind, between: words.slice(index + 1) };
  }
  return undefined;
}

function kindOf(word: string, previous: string): LabelKind | undefined {
  if (word === 'security' && previous === 'social') return 'ssn';
  if (NUMBER.has(word) && OWNER.has(previous)) return 'phone';
  const known = KIND_OF.get(word);
  if (known !== undefined || word.charCodeAt(0) < 0x2e80) return known;
  return UNSPACED.find(([label]) => word.includes(label))?.[1];
}

/** Whether nothing but "number", "is" and their like stands between a label and its value. */
export function isAdjacent(label: Label): boolean {
  return label.between.every((word) => FILLER.has(word));
}

/** Whether the text itself says that the value at `at` is an order, a flight, a price. */
export function isReference(text: string, at: number): boolean {
  const label = labelBefore(text, at);
  return label?.kind === 'reference' && isAdjacent(label);
}

const PLACES = new Set(['office', 'home', 'work', 'cell', 'm', 'o', 'h', 'w', 'f']);

/** The first word after a value, where it is a label: `555 0132 (mobile)`. */
export function labelAfter(text: string, at: number): LabelKind | undefined {
  const word = /^[\s(,[-]{1,3}([\p{L}_]{1,20})/u.exec(text.slice(at, at + 24))?.[1]?.toLowerCase();
  return word === undefined ? undefined : PLACES.has(word) ? 'phone' : KIND_OF.get(word);
}
