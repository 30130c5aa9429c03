/** What a customer is asked before a change is made for them, and the words in which they say yes or no. By ISO 639-1 code. */

export interface ConfirmationWords {
  /** Before the action or actions. */
  readonly before: string;
  /** After them: what an answer looks like. */
  readonly after: string;
  readonly yes: string;
  readonly no: string;
  /** Words that change nothing about a yes or a no. */
  readonly besides: string;
}

/** Phrases stand between commas. */
export const CONFIRMATION_WORDS = {
  en: {
    before: 'Before I do this, I need your yes:',
    after: 'Shall I? Please answer yes or no.',
    yes: 'yes, yep, yeah, yup, sure, ok, okay, confirm, confirmed, i confirm, go ahead, do it, do that, proceed, please do, that is correct, thats correct, absolutely, definitely, i agree, agreed, sounds good, yes i do, go for it',
    no: 'no, nope, nah, no way, do not, dont, do not do it, dont do it, cancel that, stop, never mind, nevermind, forget it, rather not, i changed my mind, changed my mind, i have changed my mind, ive changed my mind, not now, leave it, wait no, hold on, i do not want that, i dont want that',
    besides:
      'please, thanks, thank you, thank, you, with, it, that, this, now, i, am, im, sorry, actually, oh, so, just, then, and, the, to, for, my, do, sir, madam',
  },
  de: {
    before: 'Bevor ich das tue, brauche ich Ihr Ja:',
    after: 'Soll ich? Bitte antworten Sie mit Ja oder Nein.',
    yes: 'ja, jawohl, klar, ja klar, ok, okay, einverstanden, bestatige, ich bestatige, bestatigt, machen sie das, mach das, gerne, gern, genau, richtig, in ordnung, nur zu',
    no: 'nein, ne, nee, nicht, nein danke, lieber nicht, doch nicht, stopp, stop, abbrechen, lassen sie das, lass es, vergiss es, ich habe es mir anders uberlegt, habe es mir anders uberlegt',
    besides: 'bitte, danke, vielen, dank, das, es, so, doch, dann, und, jetzt, ich, den, die, der',
  },
  fr: {
    before: 'Avant de le faire, il me faut votre accord :',
    after: 'Dois-je le faire ? Répondez par oui ou non.',
    yes: 'oui, ouais, ok, d’accord, je confirme, confirme, allez y, vas y, bien sur, volontiers, c’est bon, parfait',
    no: 'non, non merci, surtout pas, arretez, annulez ca, laissez tomber, j’ai changé d’avis, plutot pas, pas maintenant',
    besides: 's’il, vous, te, plait, svp, stp, merci, beaucoup, le, la, les, ca, cela, faites, et',
  },
  es: {
    before: 'Antes de hacerlo necesito su sí:',
    after: '¿Lo hago? Responda sí o no, por favor.',
    yes: 'si, claro, claro que si, vale, ok, de acuerdo, confirmo, adelante, hagalo, hazlo, correcto, por supuesto',
    no: 'no, no gracias, mejor no, no lo haga, no lo hagas, dejelo, dejalo, olvidelo, he cambiado de opinion, cambie de opinion, ahora no',
    besides: 'por, favor, gracias, muchas, lo, la, el, eso, esto, y',
  },
  it: {
    before: 'Prima di farlo mi serve il suo sì:',
    after: 'Procedo? Risponda sì o no, per favore.',
    yes: 'si, certo, va bene, ok, d’accordo, confermo, proceda, procedi, fallo, lo faccia',
    no: 'no, no grazie, meglio di no, lasci stare, lascia stare, ho cambiato idea, non ora, fermati, si fermi',
    besides: 'per, favore, grazie, mille, pure, lo, la, il, questo, e, prego',
  },
  pt: {
    before: 'Antes de o fazer preciso do seu sim:',
    after: 'Posso fazê-lo? Responda sim ou não, por favor.',
    yes: 'sim, claro, ok, esta bem, de acordo, confirmo, pode fazer, pode avancar, avance, com certeza, certo',
    no: 'nao, nao obrigado, nao obrigada, melhor nao, deixe, deixa para la, mudei de ideia, agora nao, pare',
    besides: 'por, favor, obrigado, obrigada, o, a, isso, isto, e',
  },
  nl: {
    before: 'Voordat ik dit doe, heb ik uw ja nodig:',
    after: 'Zal ik? Antwoord alstublieft met ja of nee.',
    yes: 'ja, jazeker, zeker, ok, oke, akkoord, ik bevestig, bevestigd, doe maar, ga je gang, graag, klopt',
    no: 'nee, nee bedankt, liever niet, toch niet, niet doen, stop, laat maar, ik heb me bedacht, nu niet',
    besides: 'alsjeblieft, alstublieft, bedankt, dank, u, je, wel, dat, dit, het, en',
  },
  pl: {
    before: 'Zanim to zrobię, potrzebuję Twojej zgody:',
    after: 'Czy mam to zrobić? Odpowiedz tak lub nie.',
    yes: 'tak, ok, dobrze, potwierdzam, zgadzam sie, zgoda, jasne, oczywiscie, prosze to zrobic',
    no: 'nie, nie dziekuje, lepiej nie, stop, rozmyslilem sie, rozmyslilam sie, nie teraz, zmienilem zdanie, zmienilam zdanie',
    besides: 'prosze, dziekuje, bardzo, to, i',
  },
  tr: {
    before: 'Bunu yapmadan önce onayınıza ihtiyacım var:',
    after: 'Yapayım mı? Lütfen evet veya hayır diye yanıtlayın.',
    yes: 'evet, tamam, olur, onaylıyorum, onayliyorum, tabii, elbette, yapin, yap',
    no: 'hayır, hayir, yok, olmaz, istemiyorum, vazgectim, simdi degil, şimdi değil, bosver, yapma',
    besides: 'lutfen, tesekkurler, tesekkur, ederim, bunu',
  },
  ru: {
    before: 'Прежде чем я это сделаю, мне нужно ваше согласие:',
    after: 'Сделать это? Пожалуйста, ответьте да или нет.',
    yes: 'да, конечно, хорошо, согласен, согласна, подтверждаю, давайте, ок, верно, делайте',
    no: 'нет, не надо, не нужно, нет спасибо, отмена, стоп, я передумал, я передумала, передумал, передумала, не сейчас',
    besides: 'пожалуйста, спасибо, большое, это, и',
  },
  ja: {
    before: '実行する前に、ご確認をお願いします：',
    after: '実行してよろしいですか？「はい」か「いいえ」でお答えください。',
    yes: 'はい, はいお願いします, お願いします, 了解です, それでお願いします, ok',
    no: 'いいえ, いや, やめてください, やめます, 結構です, キャンセル',
    besides: '',
  },
  zh: {
    before: '在执行之前，请您确认：',
    after: '可以执行吗？请回答“是”或“否”。',
    yes: '是, 是的, 好, 好的, 可以, 确认, 同意, 没问题, 请继续',
    no: '否, 不, 不是, 不要, 不用了, 不行, 取消, 算了, 先不要',
    besides: '请, 谢谢',
  },
} as const satisfies Record<string, ConfirmationWords>;

export type ConfirmationLanguage = keyof typeof CONFIRMATION_WORDS;

export function isConfirmationLanguage(code: string): code is ConfirmationLanguage {
  return Object.hasOwn(CONFIRMATION_WORDS, code);
}

/** Words that mean yes, whatever language the rest is in: too few were said to tell it. */
const ANYWHERE: ConfirmationWords = {
  ...{ before: '', after: '', no: '', besides: '' },
  yes: 'ja, oui, si, да, evet, はい, 是的, 好的',
};

/** The lists by which an answer to a question in this language is read: its own, and English, which everybody uses. */
export function wordsIn(language: string | undefined): readonly ConfirmationWords[] {
  const usual = [CONFIRMATION_WORDS.en, ANYWHERE];
  if (language === undefined || language === 'en' || !isConfirmationLanguage(language)) return usual;
  return [...usual, CONFIRMATION_WORDS[language]];
}
