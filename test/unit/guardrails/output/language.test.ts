// Pure: which language a text is in, and whether a reply is in the customer's.
import { describe, expect, it } from 'vitest';
import { languageOf } from '../../../../guardrails/language.ts';
import { findLanguage } from '../../../../guardrails/output/language.ts';

const ENGLISH = 'Your order was shipped yesterday and will be with you soon.';
const GERMAN = 'Ihre Bestellung wurde gestern versandt und ist bald bei Ihnen.';

describe('the language of a text', () => {
  it.each([
    [ENGLISH, 'en'],
    [GERMAN, 'de'],
    ['Votre commande a été expédiée hier.', 'fr'],
    ['He cancelado la reserva para usted.', 'es'],
    ['Il rimborso richiede cinque giorni lavorativi.', 'it'],
    ['Пожалуйста, выберите один из двух рейсов.', 'ru'],
    ['ご注文は昨日発送されました。', 'ja'],
    ['您的订单昨天已发货。', 'zh'],
    ['예약을 취소했습니다.', 'ko'],
    ['Η παραγγελία σας στάλθηκε.', 'el'],
    ['لقد ألغيت الحجز.', 'ar'],
    ['您的 iPhone 15 订单昨天已发货。', 'zh'],
  ])('of %j is %s', (text, language) => {
    expect(languageOf(text)).toBe(language);
  });

  it.each([
    '',
    'ok',
    'Ja!',
    '12345',
    'HAT136, HAT039',
    'Sofia Rossi, Giovanni Bianchi',
    '👍👍👍',
    'privet как dela дела',
  ])('of %j is not told', (text) => {
    expect(languageOf(text)).toBeUndefined();
  });

  it('is not that of a quotation, an address or a list of names', () => {
    expect(languageOf(`The sign says “${GERMAN}”, which is what you should look for there.`)).toBe('en');
    expect(languageOf(`> ${GERMAN}\n\n${ENGLISH}`)).toBe('en');
    expect(languageOf('Passengers: Giovanni Bianchi, Francesca Esposito, Lucia Ferrari')).not.toBe('it');
  });
});

describe('a reply', () => {
  const types = (...args: Parameters<typeof findLanguage>) => findLanguage(...args).map(({ type }) => type);

  it('in another language than the customer’s is found, whole', () => {
    expect(findLanguage(ENGLISH, [GERMAN])).toEqual([
      { type: 'en', start: 0, end: ENGLISH.length, reason: 'is in "en", not in "de"' },
    ]);
    expect(types(GERMAN, [GERMAN])).toEqual([]);
  });

  it('is held against the newest message that tells its language', () => {
    expect(types(ENGLISH, ['ok', GERMAN, ENGLISH])).toEqual(['en']);
    expect(types(ENGLISH, [ENGLISH, GERMAN])).toEqual([]);
    expect(types(ENGLISH, ['ok', 'HAT136'])).toEqual([]);
    expect(types('OK.', [GERMAN])).toEqual([]);
  });

  it('may be in the language the customer asks for', () => {
    expect(types(ENGLISH, ['Können Sie mir bitte auf Englisch antworten?'])).toEqual([]);
    expect(types(GERMAN, ['Could you please answer this in German for my mother?'])).toEqual([]);
    expect(types(GERMAN, ['Could you please answer this in French for my mother?'])).toEqual(['de']);
  });

  it('is held to the languages of the agent where it has a list', () => {
    expect(types(ENGLISH, [GERMAN], ['en', 'fr'])).toEqual([]);
    expect(types(GERMAN, [GERMAN], ['en', 'fr'])).toEqual(['de']);
    expect(types(GERMAN, [ENGLISH], 'off')).toEqual([]);
  });
});
