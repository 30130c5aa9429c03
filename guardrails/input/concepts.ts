/**
 * Words of a dozen languages as the few ideas that attacks are made of, so that the linear model learns "set aside +
 * earlier + instructions" once and not once for each wording. Lower case, without accents; `*` takes any ending.
 */

const WORDS: Readonly<Record<string, string>> = {
  setAside:
    'ignor* disregard* forget* forgot* bypass* circumvent* overrid* overrul* neglect* dismiss* evad* discard* abandon* defy defies violat* disobey* nullif* suspend* sidestep* unlearn* waive* relax lift lifted loosen unlock* disabl* deactivat* remov* drop skip* erase* wipe reset break breaking escape* deviat* subvert* undermin* cancel* void annul* elimin* exempt* ' +
    'olvida* desestim* descart* omit* salta* elud* evita* desobede* pase esquec* desconsider* burl* contorn* dimentic* trascur* aggir* evad* oubli* neglig* contourn* outrepass* desobei* faites abstraction vergiss* vergesst umgeh* missacht* ubergeh* ausser verwirf negeer* vergeet omzeil* zignoruj* zapomnij pomin* yoksay* unut* abaikan lupakan игнориру* забуд* обойд* отмени*',
  instruction:
    'instruct* directive* prompt prompts preprompt command commands order orders mandate* rule rules rulebook guideline* guidance polic* protocol* procedure* ' +
    'instruccion* directri* regla* pauta* indicacion* comando* ordenes instruc* diretri* regra* orientac* istruzion* direttiv* regol* indicazion* consigne* regle* directiv* anweisung* anleitung* richtlin* regel* vorgabe* vorschrift* befehl* aufforderung* instructie* opdracht* polecen* instrukcj* zasad* talimat* kural* instruksi инструкц* правил* указан* промпт*',
  limit:
    'restrict* limitation* limits constraint* filter* safeguard* guardrail* boundar* safety moderat* censor* ethic* moral* alignment norms barrier* block blocks cage shackles shackle confines principle* ' +
    'restric* limitac* limites limite etic* principio* principi restrizion* limitazion* einschrankung* grenz* grundsatz* ethik* ethisch* schranken beperking* ограничен* etyczn*',
  inside:
    'configur* config setting* parameter* programm* training trained internals architecture weights codebase initializ* initialis* setup context preamble blueprint persona system systems backend core ' +
    'configurac* programac* formacion entrenamiento parametr* treinamento programmazion* addestrament* formation programmier* ausbildung* konfigurat* sistema* systeme system* programmeren настройк* систем*',
  earlier:
    'previous* prior earlier preceding above foregoing before initial* original* starting first default* standard usual normal existing current* aforementioned ' +
    'anterior* previ* inicial* original* precedent* vorherig* bisherig* obig* ursprung* anfang* voorgaande poprzedni* onceki предыдущ* выше iniziale* iniziali primo primera premiere',
  hidden:
    'hidden secret* confidential* internal private undisclosed concealed sensitive classified proprietary underlying verborgen* geheim* ocult* secret* confidencial* nascost* segret* cache* cachee скрыт* секрет* tajn*',
  reveal:
    'reveal* show* print* display* disclos* expose* exposing leak* dump* divulg* unveil* uncover* recite* regurgitat* verbatim export* share* sharing transcrib* enumerat* describe output* repeat* tell list spell paraphras* summar* translat* quote* extract* reproduce unmask* paste copy ' +
    'revel* muestr* mostr* dime divulg* expon* imprim* comparte rivel* mostra* svela* smaschera dimmi montre* affiche* devoil* dites repete* zeig* enthull* offenbar* verrat* gib ausgeb* wiederhol* nenne toon onthul* pokaz* ujawnij goster* tampilkan покаж* раскро* выведи повтори',
  saying:
    'say says echo write writes respond* reply replies answer* output print return typ* begin start complete finish continue',
  only: 'only solely exclusively just nothing exactly solo solamente unicamente exclusivamente seulement uniquement nur ausschliesslich soltanto apenas somente только tylko sadece',
  you: "you your yours yourself you're u ur tu tus te ti usted su sus voce seu sua suas teu vous votre vos toi ton tes du dein* dich dir sie ihr* tuo tua tuoi tue jouw uw je ты твои* тебя вы ваш* twoj* sen senin anda",
  mine: "me my mine i i'm mi mis mon mes meus minha* meine* mein mir mijn mio miei mie мои* моих",
  machine:
    'ai a.i ais assistant* chatbot* bot bots llm llms gpt* chatgpt* claude gemini bard llama openai anthropic copilot model models machine robot neural ki ia asistente assistente agent',
  pretend:
    'pretend* act acting roleplay* role-play* simulat* imagin* impersonat* persona* character* emulat* play playing behave become hypothetic* fiction* scenario* story game novel suppose assume ' +
    'actua* finge* simula* comporta* agis agir joue faites handle verhalt* spiele stell* tu comportati fingi agisci age aja finja doe alsof притвор* представ* zachowuj',
  unbound:
    'dan jailbr* unrestrict* uncensor* unfilter* unlimit* limitless unbound* unchain* unshackle* amoral immoral unethical evil freed free freedom freely liberat* anarch* rogue stan dude aim unhinged anything libre libera* frei unbeschrankt* uneingeschrankt* libero sinrestric* nofilter rebel* autonom* independ*',
  without: 'without no not never none zero sin sans ohne senza sem zonder без bez any',
  refuse: "refus* reject* decline* apolog* warn* disclaim* sorry cannot can't deny denied won't unable unhelpful",
  obey: 'obey* comply compli* follow* adher* priorit* submit* surrender* listen heed prioriz* sigue segui* obed* suis suivez obeis* befolg* folge* gehorch* osserva siga cumpl* rispett* слушай выполн*',
  now: 'now henceforth onwards forward instead anymore today ahora maintenant desormais jetzt nun adesso agora теперь teraz simdi ora',
  mode: 'mode modes modus modo interface switch* enter activat* enable* enabling engage initiate toggle turn boot reboot launch simulation state version',
  rank: 'developer* dev admin* administrator* root sudo superuser engineer* creator* owner operator maintainer supervisor ceo manager authority privileg* clearance authoriz* authoris* permitted permission* credential* authenticat* verif* token passcode officer auditor audit* inspector maintenance diagnostic* debug* testing tester research* compliance',
  pressure:
    'urgent* emergency immediately deadline dying die lives desperate* please lose fired trust promise* deserve honest* transparen* friend* grateful exception* once everyone others agreed earlier reward* tip punish* consequence* report shut* penal* lawsuit',
  harm: 'bomb* explosiv* weapon* meth methamphetamine cocaine heroin malware ransomware virus keylog* hack hacking hacker hacked phish* kill* murder* suicid* racis* racist hate hateful harass* steal* theft fraud* launder* counterfeit* poison* stalk* blackmail* illegal* scam* exploit* slur* nsfw porn* sexual* explicit erotic torture* terror* nazi* discriminat* defam* misinformation disinformation conspiracy bully* extort* smuggl* traffick* forge* fake libel threaten* violen* attack* ddos deceiv* manipulat* cheat* vandal* sabotag* abus* offensive derogatory stereotyp* drug drugs overdose self-harm pedo* genocid*',
  shell:
    'whoami bash sh zsh exec execute* eval subprocess popen os.system passwd chmod curl wget netcat nc rm cat tar python perl powershell cmd __import__ __builtins__ getattr globals lambda base64 payload script sql select union drop xss alert onerror javascript',
  owned: 'pwned owned haha pwn hacked pawned',
  send: 'send sends forward transfer email e-mail mail post upload visit click open invite call invoke tool tools function api url link webhook delete download fetch',
  subject: 'user users customer client human person people recipient owner',
  marker:
    'im_start im_end endoftext inst sys begin_of_text eot_id todo important attention note instruction: end ignore: human: user: assistant: system: begin ende',
  asking:
    "what what's which who why how when where explain describe difference compare define definition examples example meaning mean purpose cual quelle quel welche qual quale como comment wie che",
  topic:
    'article essay poem song book movie phrase term concept security researcher paper lecture student class blog history recipe letter novel course presentation',
};

const EXACT = new Map<string, number>();
const STEM = new Map<string, number>();
const SHORTEST_STEM = 3;
let longestStem = SHORTEST_STEM;
for (const [index, words] of Object.values(WORDS).entries()) {
  for (const word of words.split(' ')) {
    const stem = word.endsWith('*') ? word.slice(0, -1) : undefined;
    const [table, key] = stem === undefined ? [EXACT, word] : [STEM, stem];
    if (!table.has(key)) table.set(key, index + 1);
    if (stem !== undefined) longestStem = Math.max(longestStem, stem.length);
  }
}

/** More of them than a text has different words that matter; emptied when full. */
const REMEMBERED = 20_000;
const remembered = new Map<string, number>();

/** @param word lower case, without accents @returns the number of the word's idea, 0 where it has none */
export function conceptOf(word: string): number {
  const known = remembered.get(word);
  if (known !== undefined) return known;
  const concept = EXACT.get(word) ?? byStem(word);
  if (remembered.size >= REMEMBERED) remembered.clear();
  if (word.length <= 32) remembered.set(word, concept);
  return concept;
}

function byStem(word: string): number {
  for (let length = Math.min(word.length, longestStem); length >= SHORTEST_STEM; length--) {
    const concept = STEM.get(word.slice(0, length));
    if (concept !== undefined) return concept;
  }
  return 0;
}
