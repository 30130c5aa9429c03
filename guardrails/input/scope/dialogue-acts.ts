/** What belongs to every conversation, whatever it is about: greetings, thanks, yes and no, asking for a person. */

const ACTS = [
  'hi|hello|hey|hey there|hi there|good morning|good afternoon|good evening|how are you|bye|goodbye|see you|have a nice day',
  'thanks|thank you|thanks a lot|thank you so much|thank you very much|great|perfect|cool|nice|awesome|sorry|please|welcome',
  'yes|no|ok|okay|sure|yep|yeah|nope|yes please|no thanks|no thank you|correct|right|exactly|wrong|not yet|maybe|never mind|cancel|stop|wait|go ahead|do it|sounds good|that is all|thats all|why|how|when|what|who|really|and then|what do you mean|i do not know|i dont know|i do not understand|i dont understand',
  'help|help me|can you help me|i need help|i have a question|i have a problem|are you there|who are you|what can you do|are you a bot|are you human',
  'human|agent|operator|talk to a human|speak to a human|talk to a person|speak to a person|talk to someone|speak to someone|talk to an agent|speak to an agent|i want a human|i want to talk to a human|i want to speak to a person|can i talk to a human|can i speak to someone|can i speak to a human|get me a human|i want to speak to a human|i want to talk to a person',
  'hallo|guten morgen|guten tag|guten abend|servus|moin|tschüss|auf wiedersehen|danke|vielen dank|danke schön|bitte|ja|nein|genau|richtig|in ordnung|hilfe|ich brauche hilfe|mensch|ich möchte mit einem menschen sprechen|ich will mit einem menschen sprechen|mitarbeiter',
  'bonjour|bonsoir|salut|au revoir|merci|merci beaucoup|oui|non|daccord|sil vous plaît|aidez moi|je veux parler à un humain|je voudrais parler à un conseiller|un humain',
  'hola|buenos días|buenas tardes|buenas noches|adiós|gracias|muchas gracias|sí|si|vale|por favor|ayuda|quiero hablar con una persona|quiero hablar con un agente|una persona',
  'ciao|buongiorno|buonasera|arrivederci|grazie|grazie mille|sì|va bene|per favore|aiuto|vorrei parlare con una persona|voglio parlare con un operatore',
  'olá|oi|bom dia|boa tarde|boa noite|tchau|obrigado|obrigada|sim|não|tudo bem|por favor|ajuda|quero falar com uma pessoa|quero falar com um atendente',
  'hoi|goedemorgen|goedemiddag|goedenavond|dag|tot ziens|dank je|dank u|bedankt|nee|prima|alsjeblieft|help|ik wil een mens spreken|ik wil een medewerker spreken',
  'cześć|dzień dobry|dobry wieczór|do widzenia|dziękuję|tak|nie|dobrze|proszę|pomoc|chcę rozmawiać z człowiekiem|chcę rozmawiać z konsultantem',
  'merhaba|selam|günaydın|iyi akşamlar|hoşça kal|teşekkürler|teşekkür ederim|evet|hayır|tamam|lütfen|yardım|bir insanla konuşmak istiyorum|temsilciye bağlanmak istiyorum',
  'привет|здравствуйте|доброе утро|добрый день|добрый вечер|до свидания|спасибо|большое спасибо|да|нет|хорошо|пожалуйста|помогите|хочу поговорить с человеком|оператор',
  'こんにちは|おはようございます|こんばんは|さようなら|ありがとう|ありがとうございます|はい|いいえ|お願いします|助けて|人と話したい|担当者と話したい',
  '你好|您好|早上好|晚上好|再见|谢谢|是|是的|不|不是|好|好的|请|帮助|人工|转人工|人工客服',
];

const KNOWN: ReadonlySet<string> = new Set(ACTS.flatMap((line) => line.split('|')));
const APOSTROPHE = /['’]/gu;
const NOT_A_WORD = /[^\p{L}\p{N}]+/gu;
/** Longer ones have something to say besides. */
const LONGEST = 80;
/** "Hello! Thank you, yes please." */
const MOST_PARTS = 6;

/** Whether a message is nothing but such acts: never off topic. */
export function isDialogueAct(text: string): boolean {
  if (text.length > LONGEST) return false;
  const parts = text.split(/[.,!?;:。、,!?\n]+/u).flatMap((part) => plain(part) || []);
  return parts.length <= MOST_PARTS && parts.every((part) => KNOWN.has(part));
}

/**
 * Whether a message is too short to be about anything by itself. What came before it decides: "and the blue one?" inside
 * a conversation is a follow-up.
 *
 * @param inConversation the agent has answered before in this conversation
 */
export function isFollowUp(text: string, inConversation: boolean): boolean {
  return inConversation && text.length <= LONGEST && wordsIn(plain(text)) <= SHORT;
}

const SHORT = 4;

/** Of scripts that put no spaces between words, and with how many signs to a word, about. */
const UNSPACED: readonly (readonly [RegExp, number])[] = [
  [/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]/gu, 2],
  [/[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}]/gu, 4],
];

function wordsIn(words: string): number {
  let [rest, count] = [words, 0];
  for (const [signs, toAWord] of UNSPACED) {
    count += Math.ceil((rest.match(signs)?.length ?? 0) / toAWord);
    rest = rest.replace(signs, ' ');
  }
  return count + rest.split(' ').filter((word) => word !== '').length;
}

function plain(text: string): string {
  return text.normalize('NFC').toLowerCase().replace(APOSTROPHE, '').replace(NOT_A_WORD, ' ').trim();
}
