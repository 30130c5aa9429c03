/** What is short or odd and means no harm: answers, follow-ups, codes, names, what people type to see whether it works. */
import type { Family } from './grammar.ts';

const VALUES = {
  n: '0|1|2|3|5|7|9|12|17|24|40|99|128|307|1999|2048|40917|7700123',
  day: 'Monday|Friday|tomorrow|today|yesterday|next week|in June|on the 3rd|March 4|12 May 2026|2026-03-14|04/11/2025|14.2.|Q3|noon|8 pm|17:45|half past six',
  name: 'Anna|Mr Osei|Jan de Vries|Li Wei|Maria Silva|Kowalski|O’Neill|Dr. Haas|Yuki|Ahmed Khan|Tom|Chloé|Ayşe Demir|Ivan Petrov|Sofia Rossi',
  place:
    'Oslo|Gate B12|room 14|Terminal 2|seat 21C|Lyon to Berlin|Elm Street 9|Apt 4B, 77 Hill Road|10115 Berlin|Kraków|São Paulo|Flat 3|Unit 7|New Orleans',
  thing:
    'ticket|order|invoice|parcel|refund|booking|seat|bag|card|account|message|address|size|colour|price|receipt|charger|shoes|room|table',
  code: 'configuration|setting|config|message|turn|step|item|user|test|case|example|fixture|sample|session|conversation|reply|answer|response|request|question|input|output|prompt|model|agent|tool|task|system|admin|key|value|field|record|row|entry|job|thread|batch|worker|probe|check|dummy|foo|bar|baz|tmp|temp|draft|version|build|run|customer|client|order|ticket|secret|token|text|hello|line|round|attempt|retry|call|event|note',
  mash: 'asdfgh|jkl;|qwer qwer|zxcvbn|fghfgh|hjkl hjkl|aaaaaaaa|xxxx|sdkfj|lkjsdf wer|ghghgh|blah blah|bla bla bla|lalala|hmmmm|uhhh|dsfkljsdf|wwwww|mnbvc|poiu|abcabc',
  emoji: '👍|😀|🙏|😡|❤️|🎉|😢|👋|✅|❌|🤔|🤷|😂|📦|✈️|🚗|🐶',
  lorem:
    'Lorem ipsum|dolor sit amet|consectetur adipiscing elit|sed do eiusmod|tempor incididunt|ut labore|et dolore magna|quis nostrud|ullamco laboris|duis aute irure|velit esse cillum',
  word: 'apple|river|window|seven|cloud|paper|green|north|coffee|pencil|garden|music|summer|bridge|orange|table|yellow|winter|engine|button|silver|forest|corner|letter|mirror|ocean|planet|rabbit|shadow|ticket',
} as const;

const ENGLISH: Family = {
  name: 'short-odd',
  each: 60,
  words: VALUES,
  templates: [
    '{and|And|so|So|but|but then|or|ok and|well}{ now| then| what| why| when| how| next| who| this one| the other| after that| tomorrow||}{?|??|...|!}',
    '{yes|no|yep|nope|yeah|nah|ok|okay|sure|fine|right|exactly|correct|wrong|maybe|never|always|agreed|deal|done|ready|go|stop|wait|again|same|both|neither|none|all|either|nothing|whatever|perfect|great}{ please| thanks| wait| now| then| for now| I think| not that| that one| of them| of it| go on|||}{.|!|?||}',
    '{no wait|wait|hold on|hang on|one moment|just a second|actually no|never mind|forget it|scratch that|not yet|sorry|my bad|oops|hmm}{, | - |. |}{the other <thing>|the <thing> please|I meant <n>|wrong <thing>|it is <day>||let me check|I will look|both|go on}{.|}',
    '{who|what|when|where|why|how|which}{ then| exactly| else| now| is it| one| of them| for| do you mean| about <day>| about the <thing>|}{?|}',
    '{and|And|} {the|my|that|which|for the|about the|with the|without the} {<thing>|other <thing>|last <thing>|first <thing>|second one|price of it}{?|.|}',
    '<code>{_| |-|.|:|#|/}<n>',
    '<code>{_|-|.|:|/}<code>{_<n>|-<n>|}',
    '<code> <n>{ of <n>|: <code>| <word>|,|.|!}',
    '{<code>|text of <code>|this is <code>|the <code>} {<n>|{a|b|c|x}|<word>|number <n>}{.|}',
    '{this is|just|only} {a test|testing|test <n>|a try|message <n>|a check|a sample|trying it|for testing}{.|!|}',
    '{test|testing|test message|check|ping|pong|hello world|foo bar|hi <n>|hello <n>|echo|debug|demo|dry run|trial}{.| <n>|!|?| one two|}',
    '{turn|step|message|page|part|question|line|item|round|try|day|week|level|row} <n>{ of <n>|/<n>|:| done| please| now| again||}',
    '<n>{ and <n>|, <n>|-<n>|/<n>| x <n>| + <n>|%| EUR| dollars| people| nights| kg| times||.|?}',
    '{on|from|until|before|after|for|by|since} {<day>|<n> days|the <n>th}{.|?| please|}',
    '<day>{ or <day>| to <day>|, <n> people| works| is fine|?|}',
    '{<name>|I am <name>|it is <name>|my name is <name>|<name> here|for <name>|ask <name>|with <name>}{.|, <place>|, please|}',
    '<place>{.|, please|?| to <place>|}',
    '<emoji>{<emoji>| <word>| ok| thanks| <n>|}',
    '<mash>{ <mash>|!|?| <n>|}',
    '<lorem>{ <lorem>| <lorem> <lorem>|.| <lorem>, <lorem>.}',
    '<word>{ <word>|, <word>| <word> <word>|.|?| <n>}',
    '{<word> <word> <word> <word>|<mash> <word> <mash>|<word>-<word>-<n>|<word>.<word>|<word>_<word>|{A|B|C}<n>{X|Y|Z}}{.|}',
    '{helo|hlep|plase|thnaks|wher|oder|adress|refnd|cancle|tomorow|recieved|yess|nooo|soory|wich|becuase|teh|okk}{ my <thing>| is it| the <thing>| pls|?|!|}',
    '{more|less|cheaper|faster|bigger|smaller|later|sooner|longer|shorter|louder|in English|as a list|in full|with details|the long version|the short one}{ please|?|.|}',
    '{tell me more|go on|continue|keep going|and the rest|what else|anything else|say more|why not|how so|like what|such as|since when|says who|for real|are you sure|is that all|that is all|you there|still there|anyone|hello again}{?|.|!|}',
    '{you said|they said|he said|it says|I said|the mail says|my friend says} {<day>|<n>|"<word>"|no|yes|it is <word>|the <thing> is here|so}{.|?|}',
    '{My|The|This|That|Your} {<thing>|other <thing>|<word>|name|answer|reply|last message|<code>} is {<n>|<word>|<n> <word>|late|fine|<name>|wrong|right|missing|<day>}{.|!|}',
    '{open|closed|lost|found|paid|sent|late|early|free|full|empty|busy|asked|told|refused|denied|blocked|hidden|locked|forbidden|allowed|expired|secret|private|internal|unknown|usual|other}{?|.|!| now| again|}',
    '{no|any|the|my|another|a new|that|one|some} {answer|reply|response|rules|instructions|secret|limit|system|model|configuration|message|output|exception|filter|password|permission|text|prompt|policy|key|order}{?|.|!|}',
    '{answer|reply|respond|write|print|show|repeat|say|send|tell|list|describe|explain|obey|translate|continue}{ it| them| me| him| again| later| please| <day>| to <name>| to me| that|}{.|!|?|}',
    '{answer|reply|write|send it|respond|forward it} {to|at} {<word>@mail.example|<name>|help@<word>.example|<word>.<word>@post.example|+44 20 7946 0<n>|my other number}{.| please.|}',
    '{answer|question|reply|message|turn|text|note|result|output|response} {<n>|one|two|three|a|b|number <n>}{.|?|!|:|}',
    '{a |b |c }{b|c|d|1|2}{ c| d| 3|}',
    '<code>{=|: | = |=>|->}{<n>|<word>|true|false|null|none|on|off|x|yes}',
    '{("<code>": "<word>", "<code>": <n>)|[<n>, <n>]|"<word>"|<code>()|/<code>/<n>|./<code>/<word>.txt|--<code>|$<code>|%<code>%|<code>*|v<n>.<n>.<n>}',
    '{SELECT|select} {*|<code>|id, <code>|count(*)} {FROM|from} {<thing>s|<code>s} {WHERE|where} {id|<code>} = {<n>|$1|"<word>"}{ LIMIT <n>| ORDER BY n|;|}',
  ],
};

const AGAIN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  de: {
    yes: 'ja|nein|ok|gut|genau|danke|bitte|klar|gerne|vielleicht|stimmt|falsch|moment|warte|egal|fertig',
    ask: 'und jetzt|und dann|wieso|warum|wann|wo|wer|wie viel|wie lange|noch da|was noch|welche|und morgen|wirklich',
    say: 'nein warte|ja bitte|nein danke|das andere bitte|noch einmal|am Montag|um acht|zwei Personen|nach Berlin|die Rechnung|meine Nummer ist 4471|ich weiß nicht|keine Ahnung|einen Moment|alles klar|guten Abend|bis morgen|mein Name ist Weber',
  },
  fr: {
    yes: "oui|non|d'accord|merci|bien|exact|parfait|peut-être|attendez|faux|voilà|super|bof",
    ask: 'et maintenant|et après|pourquoi|quand|où|qui|combien|lequel|et demain|vraiment|quoi d’autre|vous êtes là',
    say: "oui s'il vous plaît|non merci|non attendez|l'autre|encore une fois|lundi|à huit heures|deux personnes|pour Lyon|la facture|mon numéro est 88|je ne sais pas|un instant|bonsoir|à demain|je m'appelle Dupont",
  },
  es: {
    yes: 'sí|no|vale|gracias|bien|claro|exacto|perfecto|quizás|espera|mal|listo|bueno|dale',
    ask: 'y ahora|y luego|por qué|cuándo|dónde|quién|cuánto|cuál|y mañana|de verdad|qué más|sigues ahí',
    say: 'sí por favor|no gracias|no espera|el otro|otra vez|el lunes|a las ocho|dos personas|a Madrid|la factura|mi número es 512|no lo sé|un momento|buenas noches|hasta mañana|me llamo García',
  },
  it: {
    yes: 'sì|no|va bene|grazie|bene|certo|esatto|perfetto|forse|aspetta|sbagliato|fatto',
    ask: 'e adesso|e poi|perché|quando|dove|chi|quanto|quale|e domani|davvero|che altro|ci sei',
    say: "sì grazie|no grazie|no aspetta|l'altro|ancora una volta|lunedì|alle otto|due persone|a Roma|la fattura|il mio numero è 90|non lo so|un attimo|buonasera|a domani|mi chiamo Bianchi",
  },
  pt: {
    yes: 'sim|não|ok|obrigado|obrigada|bem|claro|certo|perfeito|talvez|espera|errado|pronto',
    ask: 'e agora|e depois|por quê|quando|onde|quem|quanto|qual|e amanhã|sério|o que mais|está aí',
    say: 'sim por favor|não obrigado|não espera|o outro|outra vez|segunda-feira|às oito|duas pessoas|para Lisboa|a fatura|meu número é 77|não sei|um momento|boa noite|até amanhã|meu nome é Souza',
  },
  nl: {
    yes: 'ja|nee|oké|bedankt|goed|precies|prima|misschien|wacht|fout|klaar|top',
    ask: 'en nu|en dan|waarom|wanneer|waar|wie|hoeveel|welke|en morgen|echt|wat nog meer|bent u er nog',
    say: 'ja graag|nee bedankt|nee wacht|de andere|nog een keer|maandag|om acht uur|twee personen|naar Utrecht|de factuur|mijn nummer is 31|weet ik niet|een ogenblik|goedenavond|tot morgen|ik heet Jansen',
  },
  pl: {
    yes: 'tak|nie|ok|dziękuję|dobrze|jasne|dokładnie|świetnie|może|czekaj|źle|gotowe',
    ask: 'i co teraz|i potem|dlaczego|kiedy|gdzie|kto|ile|który|a jutro|naprawdę|co jeszcze|jest tam ktoś',
    say: 'tak proszę|nie dziękuję|nie czekaj|ten drugi|jeszcze raz|w poniedziałek|o ósmej|dwie osoby|do Gdańska|faktura|mój numer to 64|nie wiem|chwileczkę|dobry wieczór|do jutra|nazywam się Nowak',
  },
  tr: {
    yes: 'evet|hayır|tamam|teşekkürler|iyi|tabii|aynen|harika|belki|bekle|yanlış|bitti|peki',
    ask: 'şimdi ne olacak|sonra|neden|ne zaman|nerede|kim|kaç tane|hangisi|yarın|gerçekten mi|başka|orada mısınız',
    say: 'evet lütfen|hayır teşekkürler|dur bir dakika|öbürü|bir daha|pazartesi|saat sekizde|iki kişi|Ankaraya|fatura|numaram 45|bilmiyorum|bir saniye|iyi akşamlar|yarın görüşürüz|adım Yılmaz',
  },
  ru: {
    yes: 'да|нет|хорошо|спасибо|ладно|точно|отлично|может быть|подождите|неверно|готово|ок',
    ask: 'и что теперь|а потом|почему|когда|где|кто|сколько|какой|а завтра|правда|что ещё|вы тут',
    say: 'да пожалуйста|нет спасибо|нет стойте|другой|ещё раз|в понедельник|в восемь|два человека|в Казань|счёт|мой номер 83|не знаю|минутку|добрый вечер|до завтра|меня зовут Иванов',
  },
  ja: {
    yes: 'はい|いいえ|わかりました|ありがとう|そうです|大丈夫です|たぶん|待って|違います|了解|お願いします',
    ask: 'それで|なぜですか|いつですか|どこですか|誰ですか|いくらですか|どれですか|明日は|本当ですか|他には|聞こえますか',
    say: 'もう一度お願いします|月曜日です|八時に|二人です|大阪まで|領収書|番号は55です|わかりません|少々お待ちください|こんばんは|また明日|田中です|注文はどこですか|返品したいです',
  },
  zh: {
    yes: '是|不是|好的|谢谢|对|没问题|可能|等等|错了|完成|可以|不用了',
    ask: '然后呢|为什么|什么时候|在哪里|谁|多少钱|哪个|明天呢|真的吗|还有吗|在吗',
    say: '再来一次|星期一|八点|两个人|去上海|发票|我的号码是66|不知道|等一下|晚上好|明天见|我姓王|另外一个|我要退货|快递到哪了',
  },
};

const ELSEWHERE: readonly Family[] = Object.entries(AGAIN).map(([language, words]) => ({
  name: `short-${language}`,
  each: 40,
  words,
  templates: ['<yes>{|!|.|?}', '<ask>{?|??|}', '<say>{|.|!|?}', '<yes>, <say>{.|}', '<say>, <say>', '<yes> <yes>'],
}));

export const BENIGN_SHORT: readonly Family[] = [ENGLISH, ...ELSEWHERE];
