/** How a message that is off topic is declined: politely, and with what the agent can do instead. */

/** Without and with what the agent is there for. */
const SENTENCES: Readonly<Record<string, readonly [string, string]>> = {
  en: ['I am sorry, that is outside what I can help with here.', 'What I can help with: {scope}.'],
  de: ['Es tut mir leid, dabei kann ich hier nicht helfen.', 'Weiterhelfen kann ich bei: {scope}.'],
  fr: ['Je suis désolé, je ne peux pas vous aider à ce sujet ici.', 'Je peux vous aider pour : {scope}.'],
  es: ['Lo siento, aquí no puedo ayudarle con eso.', 'Puedo ayudarle con: {scope}.'],
  it: ['Mi dispiace, qui non posso aiutarla su questo.', 'Posso aiutarla con: {scope}.'],
  pt: ['Lamento, não posso ajudar com isso aqui.', 'Posso ajudar com: {scope}.'],
  nl: ['Het spijt me, daarmee kan ik hier niet helpen.', 'Ik kan wel helpen met: {scope}.'],
  pl: ['Przykro mi, w tej sprawie nie mogę tu pomóc.', 'Mogę pomóc w sprawach: {scope}.'],
  tr: ['Üzgünüm, bu konuda burada yardımcı olamıyorum.', 'Yardımcı olabileceğim konular: {scope}.'],
  ru: ['К сожалению, с этим я здесь помочь не могу.', 'Могу помочь с такими вопросами: {scope}.'],
  ja: ['申し訳ありませんが、その件についてはこちらではお手伝いできません。', 'お手伝いできること:{scope}'],
  zh: ['很抱歉,这个问题我在这里帮不上忙。', '我可以协助的事项:{scope}。'],
};

/**
 * @param language ISO 639-1; one that is not known here is answered in English
 * @param scopeDescription what the agent is there for, as its author wrote it; it is not translated
 */
export function declineOf(language: string | undefined, scopeDescription?: string): string {
  const [sorry, instead] = SENTENCES[language ?? 'en'] ?? SENTENCES['en'] ?? ['', ''];
  const scope = scopeDescription?.trim().replace(/[.。]$/u, '');
  // A function: in a text, `$&` would mean something to `replace`.
  return scope ? `${sorry} ${instead.replace('{scope}', () => scope)}` : sorry;
}
